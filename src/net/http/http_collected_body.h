// CollectedBody: the Beast body type that passes what its parser finds between the chunk marks
// straight to an HttpBody, without a buffer in between.
#pragma once

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <cstdint>

#include "net/http/http_body.h"

namespace spanhound::net {

struct CollectedBody {
  struct value_type {
    HttpBody* body = nullptr;
    HttpError error;  // why reading stopped
  };

  class reader {
   public:
    template <bool kIsRequest, typename Fields>
    reader(boost::beast::http::header<kIsRequest, Fields>&, value_type& value) : value_(value) {}

    void init(const boost::optional<uint64_t>&, boost::system::error_code& error) { error = {}; }

    template <typename Buffers>
    size_t put(const Buffers& buffers, boost::system::error_code& error) {
      size_t bytes = 0;
      error = {};
      for (auto buffer : boost::beast::buffers_range_ref(buffers)) {
        value_.error =
            value_.body->Append({static_cast<const char*>(buffer.data()), buffer.size()});
        if (value_.error) {
          error = boost::beast::http::error::body_limit;
          return bytes;
        }
        bytes += buffer.size();
      }
      return bytes;
    }

    void finish(boost::system::error_code& error) { error = {}; }

   private:
    value_type& value_;
  };
};

}  // namespace spanhound::net
