#include "dashboard2api/kube/object.h"

#include <gtest/gtest.h>

#include <string>

namespace dashboard2api::kube {
namespace {

namespace pb = WeiYun::Dashboard2api;
using service::ErrorCode;

TEST(ListPageTest, ReadsAPage) {
  const auto page = ParseListPage(Resource::kNamespaces, R"({
    "kind": "NamespaceList", "apiVersion": "v1",
    "metadata": {"resourceVersion": "196", "continue": "abc", "remainingItemCount": 1},
    "items": [{"metadata": {"name": "kube-system", "uid": "u1", "resourceVersion": "7",
                            "creationTimestamp": "2023-11-04T14:11:37Z",
                            "labels": {"kubernetes.io/metadata.name": "kube-system", "bad": 7}},
               "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}]})");
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page.value().resource_version, "196");
  EXPECT_EQ(page.value().continue_token, "abc");
  ASSERT_EQ(page.value().items.size(), 1u);
  const auto& found = std::get<pb::NameSpace>(page.value().items[0].data);
  EXPECT_EQ(found.name(), "kube-system");
  EXPECT_EQ(found.resource_version(), "7");
  EXPECT_EQ(found.phase(), "Active");
  EXPECT_EQ(found.creation_timestamp(), "2023-11-04T14:11:37Z");
  EXPECT_EQ(found.labels_size(), 1);
}

TEST(ListPageTest, EmptyLists) {
  for (const char* items : {"[]", "null"}) {
    const std::string text =
        std::string(R"({"kind":"PodList","metadata":{"resourceVersion":"1"},)") +
        "\"items\":" + items + "}";
    EXPECT_TRUE(ParseListPage(Resource::kPods, text).ok()) << items;
  }
}

TEST(ListPageTest, RefusesWhatIsNoListOfThisResource) {
  const std::string version = R"("metadata":{"resourceVersion":"1"})";
  for (const std::string& bad :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"),
        R"({"kind":"PodList","items":[],)" + version + "}",
        R"({"kind":"NamespaceList",)" + version + "}",
        R"({"kind":"NamespaceList","items":{},)" + version + "}",
        R"({"kind":"NamespaceList","items":[7],)" + version + "}",
        R"({"kind":"NamespaceList","items":[{"metadata":{"name":7}}],)" + version + "}",
        R"({"kind":"NamespaceList","items":[{"metadata":{"name":"a"}}],)" + version + "}",
        std::string(R"({"kind":"NamespaceList","items":[]})"), std::string(100'000, '[')}) {
    EXPECT_FALSE(ParseListPage(Resource::kNamespaces, bad).ok()) << bad.substr(0, 80);
  }
}

TEST(ObjectTest, Pods) {
  const auto event = ParseWatchEvent(Resource::kPods, R"({"type":"ADDED","object":{
    "metadata":{"name":"p","namespace":"a","resourceVersion":"9"},
    "spec":{"nodeName":"n1",
            "containers":[{"resources":{"requests":{"cpu":"100m","memory":"1Mi"}}},
                          {"resources":{"requests":{"cpu":"50m"}}}],
            "initContainers":[{"resources":{"requests":{"cpu":"20m","memory":"8Mi"}}}]},
    "status":{"phase":"Pending","podIP":"10.0.0.1","containerStatuses":[
      {"ready":true,"restartCount":2147483647},
      {"ready":false,"restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}})");
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(event.value().type, WatchEvent::Type::kChanged);
  EXPECT_EQ(event.value().object.name_space, "a");
  const auto& pod = std::get<pb::Pod>(event.value().object.data);
  EXPECT_EQ(pod.node(), "n1");
  EXPECT_EQ(pod.reason(), "CrashLoopBackOff");
  EXPECT_EQ(pod.containers(), 2);
  EXPECT_EQ(pod.containers_ready(), 1);
  EXPECT_EQ(pod.restarts(), INT32_MAX);
  EXPECT_EQ(pod.cpu_requested_millis(), 150);
  EXPECT_EQ(pod.memory_requested_bytes(), 8 << 20);
}

TEST(ObjectTest, FieldsOfOtherTypesReadAsEmpty) {
  const char* const kHostile[] = {
      R"({"type":"ADDED","object":{"metadata":{"name":"x","resourceVersion":"1","labels":[1]},
          "spec":7,"status":[]}})",
      R"({"type":"ADDED","object":{"metadata":{"name":"x","resourceVersion":"1"},
          "spec":{"containers":7,"initContainers":"x","ports":{"a":null},"replicas":-5},
          "status":{"containerStatuses":{"a":7},"conditions":"Ready","allocatable":[]}}})"};
  for (const char* text : kHostile) {
    for (const Resource resource : kResources) {
      EXPECT_TRUE(ParseWatchEvent(resource, text).ok()) << NameOf(resource) << text;
    }
  }
}

// Of a pod with this rest of its spec, beside a container of 100m and 64Mi.
std::string RequestedWith(const std::string& rest) {
  const auto event = ParseWatchEvent(Resource::kPods, R"({"type":"ADDED","object":{
    "metadata":{"name":"p","namespace":"a","resourceVersion":"9"},"spec":{"containers":[
      {"resources":{"requests":{"cpu":"100m","memory":"64Mi"}}}])" +
                                                          rest + "}}}");
  if (!event.ok()) return event.error().message;
  const auto& pod = std::get<pb::Pod>(event.value().object.data);
  return std::to_string(pod.cpu_requested_millis()) + "m " +
         std::to_string(pod.memory_requested_bytes() >> 20) + "Mi";
}

TEST(ObjectTest, PodsRequestWhatTheSchedulerReserves) {
  const std::string init = R"({"resources":{"requests":{"cpu":"150m","memory":"8Mi"}}})";
  const std::string sidecar =
      R"({"restartPolicy":"Always","resources":{"requests":{"cpu":"200m","memory":"32Mi"}}})";
  EXPECT_EQ(RequestedWith(""), "100m 64Mi");
  EXPECT_EQ(RequestedWith(R"(,"initContainers":[)" + init + "]"), "150m 64Mi");
  EXPECT_EQ(RequestedWith(R"(,"initContainers":[)" + sidecar + "]"), "300m 96Mi");
  EXPECT_EQ(RequestedWith(R"(,"initContainers":[)" + init + "," + sidecar + "]"), "300m 96Mi");
  EXPECT_EQ(RequestedWith(R"(,"initContainers":[)" + sidecar + "," + init + "]"), "350m 96Mi");
  EXPECT_EQ(RequestedWith(R"(,"overhead":{"cpu":"50m","memory":"8Mi"})"), "150m 72Mi");
  EXPECT_EQ(RequestedWith(R"(,"resources":{"requests":{"cpu":"1"}},"overhead":{"cpu":"50m"})"),
            "1050m 64Mi");
}

TEST(ObjectTest, NodesDeploymentsAndServices) {
  const auto node = ParseWatchEvent(Resource::kNodes, R"({"type":"MODIFIED","object":{
    "metadata":{"name":"n","resourceVersion":"9"},"spec":{"unschedulable":true},
    "status":{"allocatable":{"cpu":"3800m","memory":"4Gi"},
              "conditions":[{"type":"Ready","status":"False"}]}}})");
  ASSERT_TRUE(node.ok());
  const auto& read_node = std::get<pb::Node>(node.value().object.data);
  EXPECT_EQ(read_node.cpu_millis(), 3800);
  EXPECT_FALSE(read_node.ready());
  EXPECT_TRUE(read_node.unschedulable());

  const auto deployment = ParseWatchEvent(Resource::kDeployments, R"({"type":"ADDED","object":{
    "metadata":{"name":"d","namespace":"a","resourceVersion":"9"},
    "spec":{"replicas":3},"status":{"readyReplicas":2}}})");
  ASSERT_TRUE(deployment.ok());
  EXPECT_EQ(std::get<pb::Deployment>(deployment.value().object.data).replicas(), 3);
  EXPECT_EQ(std::get<pb::Deployment>(deployment.value().object.data).ready(), 2);

  const auto service = ParseWatchEvent(Resource::kServices, R"({"type":"ADDED","object":{
    "metadata":{"name":"s","namespace":"a","resourceVersion":"9"},
    "spec":{"ports":[{"port":80,"nodePort":30080},{"port":53,"protocol":"UDP"}]}}})");
  ASSERT_TRUE(service.ok());
  const auto& read_service = std::get<pb::Service>(service.value().object.data);
  EXPECT_EQ(read_service.ports(0), "80:30080/TCP");
  EXPECT_EQ(read_service.ports(1), "53/UDP");
}

TEST(WatchEventTest, Bookmarks) {
  const auto event = ParseWatchEvent(
      Resource::kPods,
      R"({"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"12746"}}})");
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(event.value().type, WatchEvent::Type::kBookmark);
  EXPECT_EQ(event.value().object.resource_version, "12746");
}

TEST(WatchEventTest, AnExpiredVersionIsAnErrorEvent) {
  const auto event = ParseWatchEvent(Resource::kPods, R"({"type":"ERROR","object":{
      "kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}})");
  ASSERT_FALSE(event.ok());
  EXPECT_EQ(event.error().code, ErrorCode::kExpired);
  EXPECT_NE(event.error().message.find("too old"), std::string::npos);
}

TEST(WatchEventTest, RefusesWhatIsNoEvent) {
  for (const char* bad : {"", "{", "7", R"({"type":"ADDED"})", R"({"type":"GONE","object":{}})",
                          R"({"type":"BOOKMARK","object":{}})", R"({"type":"ERROR","object":7})",
                          R"({"type":"ADDED","object":{"metadata":{"name":"x"}}})"}) {
    const auto event = ParseWatchEvent(Resource::kPods, bad);
    ASSERT_FALSE(event.ok()) << bad;
    EXPECT_EQ(event.error().code, ErrorCode::kRefused) << bad;
  }
}

TEST(ErrorTest, StatusesAndWhatTheyMean) {
  const auto late = ErrorOf(504, R"({"kind":"Status","message":"Too large resource version",
                                     "details":{"retryAfterSeconds":1}})");
  EXPECT_EQ(late.code, ErrorCode::kUnavailable);
  EXPECT_EQ(late.retry_after_ms, 1000);
  EXPECT_EQ(late.message, "answers 504: Too large resource version");
  EXPECT_EQ(ErrorOf(429, "").code, ErrorCode::kUnavailable);
  EXPECT_EQ(ErrorOf(500, "<html>").message, "answers 500");
  EXPECT_EQ(ErrorOf(410, "").code, ErrorCode::kExpired);
  EXPECT_EQ(ErrorOf(404, "").code, ErrorCode::kNotFound);
  EXPECT_EQ(ErrorOf(400, R"({"kind":"Status","message":{}})").code, ErrorCode::kRefused);
  EXPECT_EQ(ErrorOf(401, "").code, ErrorCode::kUnauthorized);
  EXPECT_EQ(ErrorOf(403, "").code, ErrorCode::kForbidden);
}

}  // namespace
}  // namespace dashboard2api::kube
