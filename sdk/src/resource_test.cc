#include "resource.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "container.h"

namespace spanhound::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const std::string kId(64, 'a');

// A file system of its own, gone afterwards.
class ContainerTest : public ::testing::Test {
 protected:
  ContainerTest() : root_(std::filesystem::path(::testing::TempDir()) / "container_test") {}
  ~ContainerTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  std::string root() const { return root_.string() + "/"; }

  const std::filesystem::path root_;
};

Environment Variables(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST_F(ContainerTest, IdByControlGroup) {
  Write("proc/self/cgroup",
        "12:memory:/kubepods/besteffort/pod1-2/" + kId + "\n1:name=systemd:/docker/" + kId + "\n");
  EXPECT_THAT(ContainerAttributes(root()), ElementsAre(Pair("container.id", kId)));
  Write("proc/self/cgroup", "0::/system.slice/docker-" + kId + ".scope\n");
  EXPECT_THAT(ContainerAttributes(root()), ElementsAre(Pair("container.id", kId)));
}

TEST_F(ContainerTest, IdByMounts) {
  Write("proc/self/cgroup", "0::/\n");
  Write("proc/self/mountinfo", "1 2 0:1 /x/" + std::string(64, 'b') + "/merged / rw - overlay\n" +
                                   "3 4 0:2 /var/lib/docker/containers/" + kId +
                                   "/hostname /etc/hostname rw - ext4\n");
  EXPECT_THAT(ContainerAttributes(root()), ElementsAre(Pair("container.id", kId)));
}

TEST_F(ContainerTest, NoContainer) {
  EXPECT_THAT(ContainerAttributes(root()), IsEmpty());
  Write("proc/self/cgroup", "0::/user.slice/" + std::string(63, 'a') + "\n");
  EXPECT_THAT(ContainerAttributes(root()), IsEmpty());
}

TEST_F(ContainerTest, Kubernetes) {
  Write("var/run/secrets/kubernetes.io/serviceaccount/namespace", "shop");
  const auto found =
      KubernetesAttributes(root(), Variables({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"},
                                              {"HOSTNAME", "cart-5"},
                                              {"NODE_NAME", "node-a"},
                                              {"K8S_POD_UID", "u-1"}}));
  EXPECT_THAT(found,
              ElementsAre(Pair("k8s.namespace.name", "shop"), Pair("k8s.node.name", "node-a"),
                          Pair("k8s.pod.name", "cart-5"), Pair("k8s.pod.uid", "u-1")));
  const auto told = KubernetesAttributes(root(), Variables({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"},
                                                            {"HOSTNAME", "cart-5"},
                                                            {"POD_NAME", "told"},
                                                            {"POD_NAMESPACE", "other"}}));
  EXPECT_THAT(told, ElementsAre(Pair("k8s.namespace.name", "other"), Pair("k8s.pod.name", "told")));
}

TEST_F(ContainerTest, NoKubernetes) {
  EXPECT_THAT(KubernetesAttributes(root(), Variables({{"NODE_NAME", "x"}})), IsEmpty());
}

TEST(ResourceTest, EveryProcessHasItsOwnIdentity) {
  Resource resource = DetectResource(Variables({}));
  SetProcessIdentity(&resource);
  const std::string first = resource.texts["service.instance.id"];
  EXPECT_EQ(first.size(), 36u);
  EXPECT_EQ(resource.numbers["process.pid"], getpid());
  SetProcessIdentity(&resource);
  EXPECT_NE(resource.texts["service.instance.id"], first);
  resource.instance_is_told = true;
  resource.texts["service.instance.id"] = "mine";
  SetProcessIdentity(&resource);
  EXPECT_EQ(resource.texts["service.instance.id"], "mine");
}

}  // namespace
}  // namespace spanhound::sdk
