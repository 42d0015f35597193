// SPDX-License-Identifier: Apache-2.0
#include "app/warden/answering.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "app/warden/drives.h"
#include "app/warden/namespaces.h"
#include "app/warden/process_files.h"
#include "sensor/fallback/sock_diag.h"
#include "sensor/fallback/socket_owners.h"

namespace picket::app::warden {
namespace {

template <typename T>
void put(std::vector<uint8_t>& out, const T& value) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
  out.insert(out.end(), bytes, bytes + sizeof value);
}

std::unexpected<Error> refusal(const char* why, int error) {
  return std::unexpected(Error{why, "", error});
}

void give(Answering::Reply& reply, UniqueFd descriptor) {
  reply.descriptors.push_back(descriptor.get());
  reply.owned.push_back(std::move(descriptor));
}

Result<void> write_all(int fd, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_failure("write the list of socket owners");
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return {};
}

event::ProcessKey process_of(const Request& request) {
  return {static_cast<uint32_t>(request.a), request.b};
}

}  // namespace

Answering::Reply Answering::answer(const Message& message) {
  Reply reply;
  Request request;
  if (auto checked = check(message, request); !checked) {
    reply.refused = true;
    reply.header.error = checked.error().code;
  } else if (auto done = carry_out(request, reply); !done) {
    reply.bytes.clear();
    reply.descriptors.clear();
    reply.owned.clear();
    reply.header.error = done.error().code ? done.error().code : EIO;
  }
  reply.header.sequence = request.sequence;
  reply.header.bytes = static_cast<uint32_t>(reply.bytes.size());
  return reply;
}

Result<void> Answering::check(const Message& message, Request& request) {
  if (!message.whole || message.bytes.size() != sizeof request)
    return refusal("wrong size", EMSGSIZE);
  if (!message.descriptors.empty()) return refusal("descriptors are not taken", EINVAL);
  std::memcpy(&request, message.bytes.data(), sizeof request);
  if (request.magic != kMagic || request.version != kProtocolVersion)
    return refusal("not this protocol", EPROTO);
  const auto kind = static_cast<uint32_t>(request.ask);
  if (kind < static_cast<uint32_t>(Ask::kHello) || kind > static_cast<uint32_t>(Ask::kCheckProgram))
    return refusal("unknown request", ENOSYS);
  if (greeted_ != (request.ask != Ask::kHello)) return refusal("out of turn", EPROTO);
  const bool names_process = request.ask == Ask::kOpenExecutable ||
                             request.ask == Ask::kProcessLinks || request.ask == Ask::kCheckProgram;
  if (names_process && (request.a == 0 || request.a > INT32_MAX))
    return refusal("no such pid", EINVAL);
  if (request.ask == Ask::kIterate && request.a >= sensor::bpf::kIterators)
    return refusal("no such iterator", EINVAL);
  const bool names_space = request.ask == Ask::kIterate || request.ask == Ask::kDiagSocket;
  if (names_space && request.b > UINT32_MAX) return refusal("no such namespace", EINVAL);
  if (request.ask == Ask::kIterate && !sensor_given_) return refusal("out of turn", EPROTO);
  return {};
}

Result<void> Answering::carry_out(const Request& request, Reply& reply) {
  switch (request.ask) {
    case Ask::kHello: say_hello(reply); return {};
    case Ask::kSensor: return give_sensor(reply);
    case Ask::kIterate: return give_iterator(request, reply);
    case Ask::kNamespaces:
      for (const NamespaceAnswer& space : list_namespaces()) put(reply.bytes, space);
      return {};
    case Ask::kOpenExecutable: {
      TRY_ASSIGN(const HeldProcess process, HeldProcess::hold(process_of(request)));
      TRY_ASSIGN(UniqueFd file, process.open_executable());
      give(reply, std::move(file));
      return {};
    }
    case Ask::kSocketOwners: return give_owners(reply);
    case Ask::kDiagSocket: {
      TRY_ASSIGN(UniqueFd socket, open_in_namespace(static_cast<uint32_t>(request.b), [] {
                   return sensor::fallback::open_diag_socket();
                 }));
      give(reply, std::move(socket));
      return {};
    }
    case Ask::kProcessLinks: {
      TRY_ASSIGN(const HeldProcess process, HeldProcess::hold(process_of(request)));
      TRY_ASSIGN(const ProcessLinksAnswer links, process.links());
      put(reply.bytes, links);
      return {};
    }
    case Ask::kMissedRuns:
      put(reply.bytes, programs_ ? programs_->missed_runs() : uint64_t{0});
      return {};
    case Ask::kDigests: {
      if (!firewall_.digests) return {};
      size_t told = 0;
      for (const DigestAnswer& digest : firewall_.digests())
        if (told++ < kDigestsMax) put(reply.bytes, digest);
      return {};
    }
    case Ask::kCheckProgram:
      if (!firewall_.check_program) return refusal("no firewall here", ENOTSUP);
      return firewall_.check_program(process_of(request));
    case Ask::kOpenDrive: {
      if (request.a > UINT32_MAX) return refusal("no such mount", EINVAL);
      TRY_ASSIGN(UniqueFd root, open_drive(static_cast<uint32_t>(request.a)));
      give(reply, std::move(root));
      return {};
    }
  }
  return refusal("unknown request", ENOSYS);
}

void Answering::say_hello(Reply& reply) {
  HelloAnswer answer;
  answer.bpf = programs_ != nullptr;
  answer.whole_machine = whole_machine_;
  const size_t length = std::min(note_.size(), sizeof answer.note - 1);
  std::memcpy(answer.note, note_.data(), length);
  put(reply.bytes, answer);
  if (listener_) give(reply, std::move(listener_));
  greeted_ = true;
}

Result<void> Answering::give_sensor(Reply& reply) {
  if (!programs_) return refusal("running without BPF", ENOTSUP);
  const sensor::bpf::SensorDescriptors maps = programs_->descriptors();
  reply.descriptors = {maps.ring, maps.slots, maps.totals, maps.peers};
  sensor_given_ = true;
  return {};
}

Result<void> Answering::give_iterator(const Request& request, Reply& reply) {
  TRY_ASSIGN(UniqueFd iterator, open_in_namespace(static_cast<uint32_t>(request.b), [&] {
               return programs_->iterate(static_cast<sensor::bpf::Iterator>(request.a));
             }));
  give(reply, std::move(iterator));
  return {};
}

Result<void> Answering::give_owners(Reply& reply) {
  const sensor::fallback::SocketOwners owners = sensor::fallback::collect_socket_owners();
  UniqueFd memory(memfd_create("picket-socket-owners", MFD_CLOEXEC));
  if (!memory) return system_failure("make room for the list of socket owners");
  const auto* first = reinterpret_cast<const uint8_t*>(owners.holders.data());
  TRY(write_all(memory.get(), {first, owners.holders.size() * sizeof owners.holders[0]}));
  put(reply.bytes, OwnersAnswer{owners.holders.size(), owners.processes, owners.complete});
  give(reply, std::move(memory));
  return {};
}

}  // namespace picket::app::warden
