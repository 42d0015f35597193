// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

// What the unprivileged agent may ask of the privileged warden, over a SOCK_SEQPACKET socket pair:
// fixed-size requests, one reply each, descriptors passed beside it. The warden takes nothing else:
// a message of another size, magic, version or kind, or out of turn, is refused and counted, and
// after kRefusalsMax of them the agent is taken for broken, killed and started anew.
namespace picket::app::warden {

constexpr uint32_t kMagic = 0x504b5744;  // "PKWD"
constexpr uint32_t kProtocolVersion = 2;
constexpr size_t kDescriptorsMax = 4;
constexpr size_t kReplyBytesMax = 64 * 1024;
constexpr size_t kNamespacesMax = 512;
constexpr uint64_t kCheckedBytesMax = 128ull << 20;  // of a program that is looked at
constexpr size_t kDigestsMax = 1024;  // the rest is found by the rules' own search alone
constexpr uint32_t kRefusalsMax = 100;

enum class Ask : uint32_t {
  kHello = 1,       // first; reply: HelloAnswer; descriptor: the listening socket for clients
  kSensor,          // descriptors: ring, slots, totals, peers. ENOTSUP: running without BPF
  kIterate,         // a: sensor::bpf::Iterator, b: namespace inode, 0 for the warden's own.
                    //   descriptor: the iterator. Only after kSensor
  kNamespaces,      // reply: NamespaceAnswer each
  kOpenExecutable,  // a: pid, b: start_ns. descriptor: the file, for reading
  kSocketOwners,    // reply: OwnersAnswer; descriptor: a memfd of fallback::SocketOwner
  kDiagSocket,      // b: namespace inode, 0 own. descriptor: a sock_diag netlink socket
  kProcessLinks,    // a: pid, b: start_ns. reply: ProcessLinksAnswer
  kMissedRuns,      // reply: uint64_t: runs of our programs the kernel skipped
  kOpenDrive,       // a: id of a mount that is a drive of this machine's (sensor/drives), no share.
                    //   descriptor: its root folder, for reading
  kDigests,         // reply: DigestAnswer each: programs that firewall rules name by content
  kCheckProgram,    // a: pid, b: start_ns: what it runs is read, whether a rule names it by content
};

struct Request {
  uint32_t magic = kMagic;
  uint32_t version = kProtocolVersion;
  Ask ask = Ask::kHello;
  uint32_t sequence = 0;
  uint64_t a = 0, b = 0;
};
static_assert(sizeof(Request) == 32);

struct ReplyHeader {
  uint32_t magic = kMagic;
  uint32_t sequence = 0;
  int32_t error = 0;   // errno; 0: done
  uint32_t bytes = 0;  // that follow
};
static_assert(sizeof(ReplyHeader) == 16);

struct HelloAnswer {
  uint32_t bpf = 0;  // 1: the programs are loaded
  uint32_t whole_machine = 1;
  char note[1024] = {};  // why there is no BPF, or what it goes without
};

struct NamespaceAnswer {
  uint32_t inode = 0;
  uint32_t pid = 0;    // a process in it; 0: only a name holds it
  char name[56] = {};  // as `ip netns` knows it; empty: none
};
static_assert(sizeof(NamespaceAnswer) == 64);

struct DigestAnswer {
  uint32_t number = 0, pad = 0;
  uint8_t sha256[32] = {};
};
static_assert(sizeof(DigestAnswer) == 40);

struct OwnersAnswer {
  uint64_t holders = 0;
  uint32_t processes = 0;
  uint32_t complete = 0;
};

struct ProcessLinksAnswer {
  uint64_t device = 0, inode = 0, size = 0;
  int64_t mtime_ns = 0;
  uint32_t links = 0;  // hard links left: 0 means deleted
  uint32_t network_namespace = 0;
  char executable[4096] = {};  // as /proc/PID/exe reads
  char working_directory[4096] = {};
};

}  // namespace picket::app::warden
