// SPDX-License-Identifier: Apache-2.0
#include "process/cgroup_label.h"

#include <gtest/gtest.h>

namespace picket::process {
namespace {

const std::string kId = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const std::string kPod = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
const std::string kPodSlice = "3f2504e0_4f89_11d3_9a0c_0305e82c3301";

struct Case {
  std::string path, unit, container, id, pod;
};

TEST(DescribeCgroup, KnowsUnitsAndContainers) {
  const Case cases[] = {
      {"/", "", "", "", ""},
      {"", "", "", "", ""},
      {"/system.slice/nginx.service", "nginx.service", "", "", ""},
      {"/init.scope", "init.scope", "", "", ""},
      {"/user.slice/user-1000.slice/session-3.scope", "session-3.scope", "", "", ""},
      {"/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service", "foo.service", "", "",
       ""},
      {"/user.slice/user-1000.slice/user@1000.service/app.slice", "user@1000.service", "", "", ""},
      {"/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service", "", "", ""},
      {"/system.slice/a\\x2db.service/child", "a\\x2db.service", "", "", ""},
      {"/system.slice/_cpu.service", "cpu.service", "", "", ""},
      {"/system.slice/docker-" + kId + ".scope", "docker-" + kId + ".scope", "docker:0123456789ab",
       kId, ""},
      {"/docker/" + kId, "", "docker:0123456789ab", kId, ""},
      {"/docker/" + kId + "/system.slice/ssh.service", "ssh.service", "docker:0123456789ab", kId,
       ""},
      {"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + kPodSlice +
           ".slice/cri-containerd-" + kId + ".scope",
       "cri-containerd-" + kId + ".scope", "containerd:0123456789ab", kId, kPod},
      {"/kubepods.slice/kubepods-pod" + kPodSlice + ".slice/crio-" + kId + ".scope",
       "crio-" + kId + ".scope", "cri-o:0123456789ab", kId, kPod},
      {"/kubepods/burstable/pod" + kPod + "/" + kId, "", "kubernetes:0123456789ab", kId, kPod},
      {"/system.slice/containerd.service/kubepods-burstable-pod" + kPodSlice +
           ".slice:cri-containerd:" + kId,
       "containerd.service", "containerd:0123456789ab", kId, kPod},
      {"/machine.slice/libpod-" + kId + ".scope/container", "libpod-" + kId + ".scope",
       "podman:0123456789ab", kId, ""},
      {"/libpod_parent/libpod-" + kId, "", "podman:0123456789ab", kId, ""},
      {"/system.slice/nerdctl-" + kId + ".scope", "nerdctl-" + kId + ".scope",
       "nerdctl:0123456789ab", kId, ""},
      {"/lxc.payload.web1/init.scope", "init.scope", "lxc:web1", "", ""},
      {"/lxc/web2", "", "lxc:web2", "", ""},
      {"/machine.slice/machine-my\\x2dbox.scope/payload/system.slice/x.service", "x.service",
       "nspawn:my-box", "", ""},
      {"/machine.slice/systemd-nspawn@box.service/payload", "systemd-nspawn@box.service",
       "nspawn:box", "", ""},
      {"/parent/" + kId, "", "container:0123456789ab", kId, ""},
      // The innermost container counts: docker in lxc.
      {"/lxc.payload.ci/docker/" + kId, "", "docker:0123456789ab", kId, ""},
  };
  for (const Case& expected : cases) {
    const CgroupLabel label = describe_cgroup(expected.path);
    EXPECT_EQ(label.unit, expected.unit) << expected.path;
    EXPECT_EQ(label.container(), expected.container) << expected.path;
    EXPECT_EQ(label.container_id, expected.id) << expected.path;
    EXPECT_EQ(label.pod, expected.pod) << expected.path;
  }
}

TEST(DescribeCgroup, NearMissesAreNoContainers) {
  const std::string cut = kId.substr(1);
  std::string upper = kId;
  for (char& c : upper) c = static_cast<char>(toupper(c));
  const std::string paths[] = {
      "/system.slice/docker.service",
      "/system.slice/docker.socket",
      "/system.slice/docker-" + cut + ".scope",
      "/system.slice/docker-" + kId + "0.scope",
      "/system.slice/docker-" + upper + ".scope",
      "/system.slice/docker-" + kId + ".service",
      "/docker",
      "/docker/" + cut,
      "/docker/buildx",
      "/system.slice/crio-conmon-" + kId + ".scope",
      "/machine.slice/libpod-conmon-" + kId + ".scope",
      "/lxc.monitor.web1",
      "/lxc.payload.",
      "/lxc",
      "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope",
      "/machine.slice/machine-.scope",
      "/system.slice/machine-x.scope",
      "/user.slice/podman-kill.slice",
      "/kubepods/burstable/pod" + kPod,
      "x:" + cut,
  };
  for (const std::string& path : paths) {
    const CgroupLabel label = describe_cgroup(path);
    EXPECT_FALSE(label.in_container()) << path << " gives " << label.container();
    EXPECT_EQ(label.container(), "") << path;
  }
  EXPECT_EQ(describe_cgroup("/.service/.scope").unit, "");
}

TEST(DescribeCgroup, ReadsNoMoreThanAPath) {
  const std::string deep = std::string(4096, '/') + "docker/" + kId;
  EXPECT_FALSE(describe_cgroup(deep).in_container());
}

TEST(DecodeUnitEscapes, LeavesWhatIsNone) {
  EXPECT_EQ(decode_unit_escapes("a\\x2db\\x20c"), "a-b c");
  EXPECT_EQ(decode_unit_escapes("\\x2"), "\\x2");
  EXPECT_EQ(decode_unit_escapes("\\xzz\\"), "\\xzz\\");
}

}  // namespace
}  // namespace picket::process
