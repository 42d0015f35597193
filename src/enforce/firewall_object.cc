// SPDX-License-Identifier: Apache-2.0
#include "enforce/firewall_object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <string_view>

// The compiled programs, put into the binary by bpf/firewall_object.S.
extern "C" const unsigned char picket_firewall_object[];
extern "C" const unsigned char picket_firewall_object_end[];

namespace picket::enforce {
namespace {

int be_quiet(libbpf_print_level, const char*, va_list) { return 0; }

std::unexpected<Error> load_failure(const std::string& what, int error) {
  return system_failure(what, error, "Run `picket doctor` to see what this kernel lacks.");
}

// A link that is another's and only borrowed here is let go without detaching.
struct Link {
  explicit Link(bpf_link* given) : link(given) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() {
    if (!link) return;
    bpf_link__disconnect(link);
    bpf_link__destroy(link);
  }
  bpf_link* link;
};

bool belongs_to_cgroup(const bpf_program* program) {
  const bpf_prog_type type = bpf_program__type(program);
  return type == BPF_PROG_TYPE_CGROUP_SKB || type == BPF_PROG_TYPE_CGROUP_SOCK ||
         type == BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
}

}  // namespace

uint64_t FirewallObject::build() {
  uint64_t hash = 0xcbf29ce484222325ull;
  for (const unsigned char* byte = picket_firewall_object; byte != picket_firewall_object_end;
       ++byte)
    hash = (hash ^ *byte) * 0x100000001b3ull;
  return hash;
}

Result<std::unique_ptr<FirewallObject>> FirewallObject::load(const Pins& pins) {
  libbpf_set_print(be_quiet);
  std::unique_ptr<FirewallObject> loaded(new FirewallObject(pins));
  LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "picket_fw");
  loaded->object_ = bpf_object__open_mem(
      picket_firewall_object,
      static_cast<size_t>(picket_firewall_object_end - picket_firewall_object), &options);
  if (!loaded->object_) return load_failure("open the firewall's programs", errno);
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, loaded->object_) {
    const std::string_view name = bpf_map__name(map);
    if (name.starts_with("pf_")) bpf_map__set_pin_path(map, pins.map(name).c_str());
  }
  if (const int error = bpf_object__load(loaded->object_); error != 0)
    return load_failure("load the firewall's programs", -error);
  return loaded;
}

FirewallObject::~FirewallObject() {
  if (object_) bpf_object__close(object_);
}

int FirewallObject::asking() const {
  return bpf_program__fd(bpf_object__find_program_by_name(object_, "pf_asked"));
}

Result<void> FirewallObject::attach(const std::string& cgroup_folder) {
  const UniqueFd cgroup(open(cgroup_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!cgroup) return system_failure("open cgroup " + cgroup_folder);
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object_) TRY(attach_program(program, cgroup.get()));
  return remove_stale_links();
}

Result<void> FirewallObject::attach_program(void* which, int cgroup) {
  auto* program = static_cast<bpf_program*>(which);
  const std::string name = bpf_program__name(program);
  if (bpf_program__type(program) == BPF_PROG_TYPE_SCHED_CLS) {
    unlink(pins_.program(name).c_str());
    if (const int error = bpf_program__pin(program, pins_.program(name).c_str()); error != 0)
      return load_failure("pin " + name, -error);
    return {};
  }
  const std::string path = pins_.link(name);
  if (belongs_to_cgroup(program)) {
    const Link pinned(bpf_link__open(path.c_str()));
    if (pinned.link) {
      if (const int error = bpf_link__update_program(pinned.link, program); error != 0)
        return load_failure("swap the program " + name, -error);
      return {};
    }
  }
  // Links of tracepoints cannot be given another program: the new one joins before the old one
  // goes.
  const Link made(belongs_to_cgroup(program) ? bpf_program__attach_cgroup(program, cgroup)
                                             : bpf_program__attach(program));
  if (!made.link) return load_failure("attach the program " + name, errno);
  unlink(path.c_str());
  if (const int error = bpf_link__pin(made.link, path.c_str()); error != 0)
    return load_failure("pin " + name, -error);
  return {};
}

Result<void> FirewallObject::remove_stale_links() const {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(pins_.folder() + "/links", error))
    if (!bpf_object__find_program_by_name(object_, entry.path().filename().c_str()))
      unlink(entry.path().c_str());
  return {};
}

}  // namespace picket::enforce
