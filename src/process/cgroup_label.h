// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace picket::process {

// What a cgroup path says of the processes in it: the systemd unit and the container. Only naming
// habits of systemd and of the container runtimes are used, so whoever may create cgroups (root, or
// a user below his own user@.service) may make a path that looks like any of these.
struct CgroupLabel {
  // The innermost unit that can hold processes by itself (service, scope, socket, mount, swap), of
  // the system or of a user, spelled as `systemctl status` takes it: escapes like \x2d are part of
  // a unit's name and stay.
  std::string unit;
  // The innermost container. runtime: docker, containerd, cri-o, podman, lxc, nspawn, nerdctl,
  // kubernetes (a pod's container whose runtime the path does not tell), or "container" (a full
  // container id in a place no runtime is known for).
  std::string runtime;
  std::string container_id;    // 64 hex digits; empty where the runtime uses names
  std::string container_name;  // decoded; lxc and nspawn
  std::string pod;             // Kubernetes pod uid, with hyphens

  bool in_container() const { return !runtime.empty(); }
  // docker:0123456789ab, lxc:web1; empty outside containers.
  std::string container() const;
};

// Pure; reads at most the first 4096 bytes of `path` (PATH_MAX).
CgroupLabel describe_cgroup(std::string_view path);

// systemd's \xNN escapes decoded; what is not one stays as it is.
std::string decode_unit_escapes(std::string_view name);

}  // namespace picket::process
