// SPDX-License-Identifier: Apache-2.0
#include "process/cgroup_label.h"

#include <algorithm>

namespace picket::process {
namespace {

constexpr size_t kCgroupPathBytesMax = 4096;
constexpr size_t kContainerIdDigits = 64;
constexpr size_t kShortIdDigits = 12;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Runtimes write their ids in lower case only.
bool is_container_id(std::string_view text) {
  return text.size() == kContainerIdDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool strip(std::string_view& text, std::string_view prefix, std::string_view suffix) {
  if (text.size() <= prefix.size() + suffix.size() || !text.starts_with(prefix) ||
      !text.ends_with(suffix))
    return false;
  text.remove_prefix(prefix.size());
  text.remove_suffix(suffix.size());
  return true;
}

void set_container(CgroupLabel& label, std::string_view runtime, std::string_view id) {
  label.runtime = runtime;
  label.container_id = id;
  label.container_name.clear();
}

void set_named_container(CgroupLabel& label, std::string_view runtime, std::string name) {
  label.runtime = runtime;
  label.container_id.clear();
  label.container_name = std::move(name);
}

struct IdShape {
  std::string_view prefix, suffix, runtime;
};
// conmon scopes (crio-conmon-ID, libpod-conmon-ID) hold the monitor outside the container: what
// follows their prefix is no plain id, so they do not match.
constexpr IdShape kIdShapes[] = {
    {"docker-", ".scope", "docker"},
    {"cri-containerd-", ".scope", "containerd"},
    {"crio-", ".scope", "cri-o"},
    {"libpod-", ".scope", "podman"},
    {"nerdctl-", ".scope", "nerdctl"},
    {"libpod-", "", "podman"},
    {"crio-", "", "cri-o"},
};

// pod<uid>, or kubepods-burstable-pod<uid>.slice with "_" for "-"; empty: neither.
std::string pod_uid(std::string_view component) {
  constexpr size_t kUidBytesMin = 32;  // static pods carry a bare hash, the others an RFC 4122 uid
  if (component.starts_with("kubepods") && component.ends_with(".slice")) {
    component.remove_suffix(6);
    const size_t at = component.find("-pod");
    if (at == std::string_view::npos) return {};
    component.remove_prefix(at + 1);
  }
  if (!component.starts_with("pod")) return {};
  component.remove_prefix(3);
  if (component.size() < kUidBytesMin ||
      component.find_first_not_of("0123456789abcdef-_") != std::string_view::npos)
    return {};
  std::string uid(component);
  std::replace(uid.begin(), uid.end(), '_', '-');
  return uid;
}

bool read_named_container(std::string_view component, std::string_view parent, CgroupLabel& label) {
  std::string_view name = component;
  if (strip(name, "lxc.payload.", "") || parent == "lxc.payload" ||
      (parent == "lxc" && !component.empty())) {
    set_named_container(label, "lxc", std::string(name));
    return true;
  }
  name = component;
  if (strip(name, "systemd-nspawn@", ".service")) {
    set_named_container(label, "nspawn", decode_unit_escapes(name));
    return true;
  }
  name = component;
  if (parent == "machine.slice" && strip(name, "machine-", ".scope")) {
    std::string decoded = decode_unit_escapes(name);
    if (decoded.starts_with("qemu-")) return false;  // libvirt: a virtual machine, not a container
    set_named_container(label, "nspawn", std::move(decoded));
    return true;
  }
  return false;
}

bool read_id_container(std::string_view component, std::string_view parent, CgroupLabel& label) {
  for (const IdShape& shape : kIdShapes) {
    std::string_view id = component;
    if (strip(id, shape.prefix, shape.suffix) && is_container_id(id)) {
      set_container(label, shape.runtime, id);
      return true;
    }
  }
  // containerd with a mixed-up cgroup driver: SLICE:cri-containerd:ID as one folder's name.
  if (const size_t colon = component.rfind(':'); colon != std::string_view::npos) {
    const std::string_view id = component.substr(colon + 1);
    const std::string_view before = component.substr(0, colon);
    if (!is_container_id(id)) return false;
    const bool containerd = before.ends_with(":cri-containerd") || before == "cri-containerd";
    set_container(label, containerd ? "containerd" : "container", id);
    label.pod = pod_uid(before.substr(0, before.find(':')));
    return true;
  }
  if (!is_container_id(component)) return false;
  const bool in_pod = !pod_uid(parent).empty();
  set_container(label,
                parent == "docker" ? "docker"
                : in_pod           ? "kubernetes"
                                   : "container",
                component);
  return true;
}

bool is_unit(std::string_view component) {
  for (const std::string_view ending : {".service", ".scope", ".socket", ".mount", ".swap"})
    if (component.size() > ending.size() && component.ends_with(ending)) return true;
  return false;
}

}  // namespace

std::string CgroupLabel::container() const {
  if (runtime.empty()) return {};
  return runtime + ":" +
         (container_name.empty() ? container_id.substr(0, kShortIdDigits) : container_name);
}

std::string decode_unit_escapes(std::string_view name) {
  std::string decoded;
  decoded.reserve(name.size());
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 3 < name.size() && name[i + 1] == 'x' &&
        hex_value(name[i + 2]) >= 0 && hex_value(name[i + 3]) >= 0) {
      decoded += static_cast<char>(hex_value(name[i + 2]) << 4 | hex_value(name[i + 3]));
      i += 3;
    } else {
      decoded += name[i];
    }
  }
  return decoded;
}

CgroupLabel describe_cgroup(std::string_view path) {
  CgroupLabel label;
  path = path.substr(0, kCgroupPathBytesMax);
  std::string_view parent;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    std::string_view component = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (component.empty()) continue;
    // systemd puts "_" before a unit's name that would clash with a control file of the kernel.
    std::string_view unit = component;
    if (unit.starts_with('_')) unit.remove_prefix(1);
    if (is_unit(unit)) label.unit = unit;
    if (std::string uid = pod_uid(component); !uid.empty()) label.pod = std::move(uid);
    if (!read_id_container(component, parent, label))
      read_named_container(component, parent, label);
    parent = component;
  }
  return label;
}

}  // namespace picket::process
