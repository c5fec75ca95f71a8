#include "net/io_threads.h"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <future>
#include <stdexcept>

namespace spanhound::net {
namespace {

TEST(IoThreadsTest, GoesOnAfterAHandlerThrew) {
  boost::asio::io_context io;
  IoThreads threads(io, "test");
  threads.Start(1);
  std::promise<void> ran;
  boost::asio::post(io, [] { throw std::runtime_error("out of memory"); });
  boost::asio::post(io, [&] { ran.set_value(); });
  ran.get_future().wait();
}

TEST(IoThreadsTest, StopWaitsForWhatIsLeft) {
  boost::asio::io_context io;
  IoThreads threads(io, "test");
  int ran = 0;
  for (int i = 0; i < 100; ++i) boost::asio::post(io, [&] { ++ran; });
  threads.Start(1);
  EXPECT_TRUE(threads.are_running());
  threads.Stop();
  EXPECT_EQ(ran, 100);
  EXPECT_FALSE(threads.are_running());
}

}  // namespace
}  // namespace spanhound::net
