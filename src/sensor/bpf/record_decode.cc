// SPDX-License-Identifier: Apache-2.0
#include "sensor/bpf/record_decode.h"

#include <sys/sysmacros.h>

#include <cstring>
#include <string_view>

#include "sensor/bpf/picket_abi.h"

namespace picket::sensor::bpf {
namespace {

using event::Observation;
using event::SocketSeen;

static_assert(sizeof(pk_header) == 16 && sizeof(pk_socket) == 192 && sizeof(pk_payload) == 88 &&
                  sizeof(pk_process) == 152 && sizeof(pk_slot) == 64 && sizeof(pk_peer_key) == 32,
              "picket_abi.h is laid out differently here than for BPF");

constexpr size_t kRecordMax = sizeof(pk_process) + 4 * PK_STRING_MAX;

template <typename T>
std::optional<T> fixed_part(Bytes record) {
  if (record.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, record.data(), sizeof value);
  return value;
}

template <size_t N>
std::string_view c_text(const char (&bytes)[N]) {
  return {bytes, strnlen(bytes, N)};
}

// Components from the leaf up, each NUL-terminated, as one path from the root down.
std::string join_path(std::string_view components) {
  std::string path;
  while (components.ends_with('\0')) components.remove_suffix(1);
  while (!components.empty()) {
    const size_t cut = components.rfind('\0');
    path += '/';
    path += components.substr(cut == std::string_view::npos ? 0 : cut + 1);
    components = cut == std::string_view::npos ? std::string_view() : components.substr(0, cut);
  }
  return path;
}

std::vector<std::string> split_arguments(std::string_view bytes) {
  std::vector<std::string> arguments;
  while (!bytes.empty()) {
    const size_t end = bytes.find('\0');
    arguments.emplace_back(bytes.substr(0, end));
    if (end == std::string_view::npos) break;
    bytes.remove_prefix(end + 1);
  }
  return arguments;
}

std::optional<Observation> decode_process(Bytes record) {
  const auto raw = fixed_part<pk_process>(record);
  if (!raw) return std::nullopt;
  ByteReader strings(record.subspan(sizeof *raw));
  const std::string_view executable = as_text(strings.take(raw->exe_len));
  const std::string_view directory = as_text(strings.take(raw->cwd_len));
  std::string_view invoked = as_text(strings.take(raw->invoked_len));
  const std::string_view arguments = as_text(strings.take(raw->args_len));
  if (strings.failed()) return std::nullopt;
  while (invoked.ends_with('\0')) invoked.remove_suffix(1);

  event::ProcessSeen seen;
  seen.key = {raw->pid, raw->start_boot_ns};
  seen.parent = {raw->parent_pid, raw->parent_start_boot_ns};
  seen.origin =
      raw->flags & PK_EXEC ? event::ProcessSeen::Origin::kExec : event::ProcessSeen::Origin::kFound;
  seen.at = MonoTime{raw->header.at};
  seen.uid = raw->uid;
  seen.gid = raw->gid;
  seen.login_uid = raw->login_uid;
  seen.session_id = raw->session_id;
  seen.terminal = c_text(raw->tty);
  seen.cgroup_id = raw->cgroup_id;
  seen.network_namespace = raw->netns;
  seen.pid_namespace = raw->pidns;
  seen.mount_namespace = raw->mntns;
  seen.pid_in_namespace = raw->pid_in_ns == raw->pid ? 0 : raw->pid_in_ns;
  seen.command = c_text(raw->comm);
  seen.file_is_memfd = raw->flags & PK_MEMFD;
  seen.file_deleted = (raw->flags & PK_DELETED) && !seen.file_is_memfd;
  seen.executable = seen.file_is_memfd ? std::string(executable.substr(0, executable.find('\0')))
                                       : join_path(executable);
  seen.invoked_as = invoked;
  seen.arguments = split_arguments(arguments);
  seen.arguments_truncated = raw->flags & PK_ARGS_CUT;
  seen.working_directory = directory.empty() ? "/" : join_path(directory);
  seen.file = {stat_device(raw->device), raw->inode, raw->mtime_ns, raw->file_size};
  seen.kernel_thread = raw->flags & PK_KERNEL_THREAD;
  seen.standard_streams_socket = raw->flags & PK_STREAMS_SOCKET;
  return seen;
}

event::Transport transport_of(const pk_socket& raw) {
  constexpr uint16_t kPacketFamily = 17, kRawType = 3;
  if (raw.family == kPacketFamily) return event::Transport::kPacket;
  if (raw.protocol == 1 || raw.protocol == 58) return event::Transport::kIcmp;
  if (raw.sock_type == kRawType) return event::Transport::kRaw;
  if (raw.protocol == 6) return event::Transport::kTcp;
  if (raw.protocol == 17 || raw.protocol == 136) return event::Transport::kUdp;
  return event::Transport::kOther;
}

event::FlowState state_of(const pk_socket& raw, event::Transport transport) {
  if (raw.what == PK_CLOSED || raw.what == PK_SOCKET_CLOSED) return event::FlowState::kClosed;
  if (transport != event::Transport::kTcp) return event::FlowState::kOpen;
  return decode_tcp_state(raw.state);
}

event::OwnerClass owner_class_of(uint8_t raw) {
  switch (raw) {
    case PK_OWNER_KERNEL: return event::OwnerClass::kKernel;
    case PK_OWNER_NONE: return event::OwnerClass::kNone;
    default: return event::OwnerClass::kProcess;
  }
}

event::Attribution attribution_of(uint8_t raw) {
  switch (raw) {
    case PK_BY_HOOK: return event::Attribution::kHook;
    case PK_BY_INHERITANCE: return event::Attribution::kInherited;
    case PK_BY_SEARCH: return event::Attribution::kFound;
    default: return event::Attribution::kNone;
  }
}

std::optional<SocketSeen::What> what_of(uint8_t raw) {
  switch (raw) {
    case PK_OPENED: return SocketSeen::What::kOpened;
    case PK_FOUND: return SocketSeen::What::kFound;
    case PK_UPDATED: return SocketSeen::What::kUpdated;
    case PK_CLOSED: return SocketSeen::What::kClosed;
    case PK_SOCKET_CLOSED: return SocketSeen::What::kSocketClosed;
    default: return std::nullopt;
  }
}

std::optional<Observation> decode_socket(Bytes record) {
  const auto raw = fixed_part<pk_socket>(record);
  if (!raw) return std::nullopt;
  const auto what = what_of(raw->what);
  if (!what) return std::nullopt;
  SocketSeen seen;
  seen.what = *what;
  seen.at = MonoTime{raw->header.at};
  seen.cookie = raw->cookie;
  seen.inode = raw->inode;
  seen.network_namespace = raw->netns;
  seen.transport = transport_of(*raw);
  seen.protocol = raw->protocol;
  seen.v6_socket = raw->flags & PK_V6_SOCKET;
  seen.per_peer = raw->flags & PK_PER_PEER;
  seen.local = {IpAddress::v6_bytes(raw->local), raw->local_port};
  if (!(raw->flags & PK_NO_REMOTE))
    seen.remote = {IpAddress::v6_bytes(raw->remote), raw->remote_port};
  seen.role =
      raw->role <= PK_LISTENER ? static_cast<event::Role>(raw->role) : event::Role::kUnknown;
  seen.state = state_of(*raw, seen.transport);
  seen.owner_class = owner_class_of(raw->owner_class);
  seen.attribution = attribution_of(raw->attribution);
  seen.owner = {raw->pid, raw->owner_start_boot_ns};
  if (raw->creator_pid != raw->pid) seen.creator = {raw->creator_pid, raw->creator_start_boot_ns};
  seen.thread_id = raw->tid;
  seen.uid = raw->uid;
  seen.cgroup_id = raw->cgroup_id;
  std::memcpy(seen.command, raw->comm, sizeof seen.command);
  seen.command[sizeof seen.command - 1] = 0;
  seen.shared = raw->flags & PK_SHARED;
  seen.fast_open = raw->flags & PK_FAST_OPEN;
  seen.opened_at = MonoTime{raw->opened_at};
  seen.counter_slot = raw->slot;
  seen.counters = {raw->bytes_in,
                   raw->bytes_out,
                   raw->packets_in,
                   raw->packets_out,
                   raw->rtt_us,
                   raw->retransmits,
                   true};
  return seen;
}

std::optional<Observation> decode_payload(Bytes record) {
  const auto raw = fixed_part<pk_payload>(record);
  if (!raw || record.size() - sizeof *raw < raw->length) return std::nullopt;
  event::PayloadSeen seen;
  switch (raw->kind) {
    case PK_DNS: seen.kind = event::PayloadSeen::Kind::kDns; break;
    case PK_MDNS: seen.kind = event::PayloadSeen::Kind::kMulticastDns; break;
    case PK_CLIENT_FIRST: seen.kind = event::PayloadSeen::Kind::kClientFirstBytes; break;
    default: return std::nullopt;
  }
  seen.at = MonoTime{raw->header.at};
  seen.cookie = raw->cookie;
  seen.owner = {raw->pid, raw->owner_start_boot_ns};
  seen.network_namespace = raw->netns;
  seen.transport = raw->transport == 6 ? event::Transport::kTcp : event::Transport::kUdp;
  seen.outbound = raw->outbound;
  seen.local = {IpAddress::v6_bytes(raw->local), raw->local_port};
  seen.remote = {IpAddress::v6_bytes(raw->remote), raw->remote_port};
  seen.offset = raw->offset;
  seen.bytes = record.subspan(sizeof *raw, raw->length);
  return seen;
}

std::optional<Observation> decode_small(Bytes record, uint32_t type) {
  if (type == PK_FORK) {
    const auto raw = fixed_part<pk_fork>(record);
    if (!raw) return std::nullopt;
    return event::ProcessForked{{raw->pid, raw->start_boot_ns},
                                {raw->parent_pid, raw->parent_start_boot_ns},
                                MonoTime{raw->header.at},
                                raw->uid,
                                raw->cgroup_id};
  }
  if (type == PK_EXIT) {
    const auto raw = fixed_part<pk_exit>(record);
    if (!raw) return std::nullopt;
    return event::ProcessExited{
        {raw->pid, raw->start_boot_ns}, MonoTime{raw->header.at}, raw->exit_code};
  }
  if (type == PK_MOVE) {
    const auto raw = fixed_part<pk_move>(record);
    if (!raw) return std::nullopt;
    return event::ProcessMoved{{raw->pid, raw->start_boot_ns}, raw->cgroup_id};
  }
  const auto raw = fixed_part<pk_cgroup>(record);
  if (!raw || record.size() - sizeof *raw < raw->path_len) return std::nullopt;
  return event::CgroupSeen{raw->cgroup_id,
                           std::string(as_text(record.subspan(sizeof *raw, raw->path_len)))};
}

}  // namespace

event::FlowState decode_tcp_state(uint32_t state) {
  // linux/tcp_states.h
  static constexpr event::FlowState kStates[] = {
      event::FlowState::kUnknown,     event::FlowState::kEstablished, event::FlowState::kSynSent,
      event::FlowState::kSynReceived, event::FlowState::kFinWait1,    event::FlowState::kFinWait2,
      event::FlowState::kTimeWait,    event::FlowState::kClosed,      event::FlowState::kCloseWait,
      event::FlowState::kLastAck,     event::FlowState::kListen,      event::FlowState::kClosing,
      event::FlowState::kSynReceived};
  return state < std::size(kStates) ? kStates[state] : event::FlowState::kUnknown;
}

std::optional<Observation> decode_record(Bytes record) {
  const auto header = fixed_part<pk_header>(record);
  if (!header || header->size > record.size()) return std::nullopt;
  const Bytes whole = record.first(header->size);
  switch (header->type) {
    case PK_PROCESS: return decode_process(whole);
    case PK_SOCKET: return decode_socket(whole);
    case PK_PAYLOAD: return decode_payload(whole);
    case PK_FORK:
    case PK_EXIT:
    case PK_MOVE:
    case PK_CGROUP: return decode_small(whole, header->type);
    default: return std::nullopt;
  }
}

bool split_records(std::vector<uint8_t>& pending, Bytes fresh,
                   const std::function<void(Bytes)>& on_record) {
  pending.insert(pending.end(), fresh.begin(), fresh.end());
  size_t at = 0;
  while (pending.size() - at >= sizeof(pk_header)) {
    pk_header header;
    std::memcpy(&header, pending.data() + at, sizeof header);
    if (header.size < sizeof header || header.size > kRecordMax) return false;
    if (pending.size() - at < header.size) break;
    on_record(Bytes(pending).subspan(at, header.size));
    at += header.size;
  }
  pending.erase(pending.begin(), pending.begin() + static_cast<ptrdiff_t>(at));
  return true;
}

uint64_t stat_device(uint32_t kernel_device) {
  return kernel_device ? makedev(kernel_device >> 20, kernel_device & 0xfffff) : 0;
}

}  // namespace picket::sensor::bpf
