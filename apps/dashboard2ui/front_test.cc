#include "dashboard2ui/front.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace dashboard2ui {
namespace {

namespace http = boost::beast::http;
namespace pb = WeiYun::Dashboard2api;

// A back end that answers with what the test set.
class FakeBack : public pb::DashBoardService::Service {
 public:
  grpc::Status GetNameSpaces(grpc::ServerContext*, const pb::GetNameSpacesRequest*,
                             pb::GetNameSpacesResponse* response) override {
    response->add_name_spaces()->set_name("default");
    return status;
  }
  grpc::Status GetPods(grpc::ServerContext*, const pb::GetPodsRequest* request,
                       pb::GetPodsResponse* response) override {
    response->add_pods()->set_name("pod of " + request->name_space());
    return status;
  }
  grpc::Status GetNodes(grpc::ServerContext*, const pb::GetNodesRequest*,
                        pb::GetNodesResponse* response) override {
    response->add_nodes()->set_name("n1");
    return status;
  }
  grpc::Status status;
};

class FrontTest : public testing::Test {
 protected:
  FrontTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&back_);
    server_ = builder.BuildAndStart();
    front_ = std::make_unique<Front>(
        pb::DashBoardService::NewStub(server_->InProcessChannel(grpc::ChannelArguments())));
  }

  Response Send(http::verb method, const std::string& target) {
    return front_->Serve(Request(method, target, 11), {});
  }

  FakeBack back_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Front> front_;
};

TEST_F(FrontTest, Routes) {
  EXPECT_EQ(Send(http::verb::get, "/").result_int(), 200u);
  EXPECT_EQ(Send(http::verb::get, "/?x=1").result_int(), 200u);
  EXPECT_EQ(Send(http::verb::get, "/healthz").body(), "ok\n");
  EXPECT_NE(Send(http::verb::get, "/api/namespaces").body().find("\"default\""), std::string::npos);
  EXPECT_NE(Send(http::verb::get, "/api/nodes").body().find("\"n1\""), std::string::npos);
  EXPECT_EQ(Send(http::verb::get, "/api").result_int(), 404u);
  EXPECT_EQ(Send(http::verb::get, "/../etc/passwd").result_int(), 404u);
  EXPECT_EQ(Send(http::verb::get, "").result_int(), 404u);
  EXPECT_EQ(Send(http::verb::post, "/api/namespaces").result_int(), 405u);
  EXPECT_EQ(Send(http::verb::delete_, "/nothing").result_int(), 404u);
}

TEST_F(FrontTest, HeadHasTheLengthAndNoBody) {
  const Response response = Send(http::verb::head, "/healthz");
  EXPECT_EQ(response.result_int(), 200u);
  EXPECT_EQ(response.body(), "");
  EXPECT_EQ(response[http::field::content_length], "3");
}

TEST_F(FrontTest, FailuresOfTheBackEnd) {
  back_.status = {grpc::StatusCode::UNAVAILABLE, "no cluster"};
  const Response failed = Send(http::verb::get, "/api/namespaces");
  EXPECT_EQ(failed.result_int(), 502u);
  EXPECT_NE(failed.body().find("no cluster"), std::string::npos);
  EXPECT_NE(failed.body().find("trace_id"), std::string::npos);
  back_.status = {grpc::StatusCode::DEADLINE_EXCEEDED, "late"};
  EXPECT_EQ(Send(http::verb::get, "/api/namespaces").result_int(), 504u);
  back_.status = {grpc::StatusCode::NOT_FOUND, "no such namespace"};
  EXPECT_EQ(Send(http::verb::get, "/api/pods?namespace=a").result_int(), 404u);
  back_.status = {grpc::StatusCode::INVALID_ARGUMENT, "no name"};
  EXPECT_EQ(Send(http::verb::get, "/api/pods?namespace=A").result_int(), 400u);
}

TEST_F(FrontTest, TheNamespaceIsHandedOn) {
  EXPECT_NE(Send(http::verb::get, "/api/pods?x=1&namespace=kube-system")
                .body()
                .find("\"pod of kube-system\""),
            std::string::npos);
  EXPECT_NE(Send(http::verb::get, "/api/pods?namespace=kube%2dsystem")
                .body()
                .find("\"pod of kube-system\""),
            std::string::npos);
  for (const char* bad :
       {"/api/pods", "/api/pods?namespace=", "/api/pods?namespace=a/b", "/api/pods?namespace=\xFF",
        "/api/pods?namespace=%FF", "/api/pods?namespace=a%2Fb", "/api/pods?namespace=%6"}) {
    EXPECT_EQ(Send(http::verb::get, bad).result_int(), 400u) << bad;
  }
}

TEST_F(FrontTest, ThePageRunsOnlyItsOwnScript) {
  for (const char* path : {"/", "/app.js", "/style.css"}) {
    const Response response = Send(http::verb::get, path);
    EXPECT_EQ(response.result_int(), 200u) << path;
    const std::string policy(response["Content-Security-Policy"]);
    EXPECT_NE(policy.find("script-src 'self'"), std::string::npos) << path;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << path;
    EXPECT_EQ(response.body().find("innerHTML"), std::string::npos) << path;
  }
}

TEST_F(FrontTest, BadUsernameIsRefused) {
  EXPECT_EQ(Send(http::verb::get, "/api/namespaces?username=a%0d%0a").result_int(), 400u);
}

TEST(NamespaceTest, Namespaces) {
  EXPECT_EQ(NamespaceOf("/?namespace=a-1"), "a-1");
  EXPECT_EQ(NamespaceOf("/?xnamespace=a"), std::nullopt);
  EXPECT_EQ(NamespaceOf("/?namespace=" + std::string(64, 'a')), std::nullopt);
}

TEST(UsernameTest, Usernames) {
  EXPECT_EQ(UsernameOf("/"), "donuts");
  EXPECT_EQ(UsernameOf("/?x=1&y"), "donuts");
  EXPECT_EQ(UsernameOf("/?x=1&username=ada.l@example-1"), "ada.l@example-1");
  EXPECT_EQ(UsernameOf("/?username=ada%40example%2Dx"), "ada@example-x");
  for (const char* bad : {"a%2", "a%", "a%zz", "a%00", "a%2C", "%"}) {
    EXPECT_EQ(UsernameOf("/?username=" + std::string(bad)), std::nullopt) << bad;
  }
  EXPECT_EQ(UsernameOf("/?username="), std::nullopt);
  EXPECT_EQ(UsernameOf("/?username=a,b"), std::nullopt);
  EXPECT_EQ(UsernameOf("/?username=" + std::string(65, 'a')), std::nullopt);
}

}  // namespace
}  // namespace dashboard2ui
