// SPDX-License-Identifier: Apache-2.0
#include "sensor/bpf/record_decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "sensor/bpf/record_bytes.h"

namespace picket::sensor::bpf {
namespace {

using event::SocketSeen;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_view_literals;

template <typename T>
std::optional<T> decode(const std::vector<uint8_t>& bytes) {
  auto observation = decode_record(bytes);
  if (!observation || !std::holds_alternative<T>(*observation)) return std::nullopt;
  return std::get<T>(std::move(*observation));
}

pk_process some_process() {
  pk_process raw{};
  raw.pid = 100;
  raw.start_boot_ns = 5'000'000'001;
  raw.parent_pid = 99;
  raw.parent_start_boot_ns = 4'000'000'001;
  raw.cgroup_id = 12;
  raw.inode = 34;
  raw.device = 253u << 20 | 1;
  raw.file_size = 56;
  raw.mtime_ns = 78;
  raw.uid = 1000;
  raw.gid = 100;
  raw.login_uid = 1001;
  raw.session_id = 90;
  raw.netns = 1, raw.pidns = 2, raw.mntns = 3;
  raw.pid_in_ns = 7;
  raw.flags = PK_EXEC;
  std::memcpy(raw.comm, "nginx", 6);
  std::memcpy(raw.tty, "pts/3", 6);
  return raw;
}

TEST(DecodeProcess, EveryField) {
  const auto seen = decode<event::ProcessSeen>(
      process_record(some_process(), "nginx\0sbin\0usr\0"sv, "www\0srv\0"sv, "/usr/sbin/nginx\0"sv,
                     "nginx\0-g\0\0"sv));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->key, (event::ProcessKey{100, 5'000'000'001}));
  EXPECT_EQ(seen->parent, (event::ProcessKey{99, 4'000'000'001}));
  EXPECT_EQ(seen->origin, event::ProcessSeen::Origin::kExec);
  EXPECT_EQ(seen->at, MonoTime{77});
  EXPECT_EQ(seen->uid, 1000u);
  EXPECT_EQ(seen->gid, 100u);
  EXPECT_EQ(seen->login_uid, 1001u);
  EXPECT_EQ(seen->session_id, 90u);
  EXPECT_EQ(seen->terminal, "pts/3");
  EXPECT_EQ(seen->cgroup_id, 12u);
  EXPECT_EQ(seen->network_namespace, 1u);
  EXPECT_EQ(seen->pid_namespace, 2u);
  EXPECT_EQ(seen->mount_namespace, 3u);
  EXPECT_EQ(seen->pid_in_namespace, 7u);
  EXPECT_EQ(seen->command, "nginx");
  EXPECT_EQ(seen->executable, "/usr/sbin/nginx");
  EXPECT_EQ(seen->working_directory, "/srv/www");
  EXPECT_EQ(seen->invoked_as, "/usr/sbin/nginx");
  EXPECT_THAT(seen->arguments, ElementsAre("nginx", "-g", ""));  // an empty argument is one
  EXPECT_EQ(seen->file, (event::FileIdentity{makedev(253, 1), 34, 78, 56}));
  EXPECT_FALSE(seen->arguments_truncated || seen->file_deleted || seen->file_is_memfd ||
               seen->kernel_thread);
}

TEST(DecodeProcess, Flags) {
  const auto with = [](uint32_t flags, std::string_view executable = "x\0"sv) {
    pk_process raw = some_process();
    raw.flags = flags;
    raw.pid_in_ns = raw.pid;
    return *decode<event::ProcessSeen>(process_record(raw, executable, "", "", "a"));
  };
  const event::ProcessSeen found = with(0);
  EXPECT_EQ(found.origin, event::ProcessSeen::Origin::kFound);
  EXPECT_EQ(found.pid_in_namespace, 0u);  // the same
  EXPECT_TRUE(with(PK_DELETED).file_deleted);
  EXPECT_TRUE(with(PK_ARGS_CUT).arguments_truncated);
  EXPECT_TRUE(with(PK_KERNEL_THREAD).kernel_thread);
  // A memfd never has a name, so it is not called deleted; its name is no path.
  const event::ProcessSeen memfd = with(PK_MEMFD | PK_DELETED, "memfd:payload\0/\0"sv);
  EXPECT_TRUE(memfd.file_is_memfd);
  EXPECT_FALSE(memfd.file_deleted);
  EXPECT_EQ(memfd.executable, "memfd:payload");
}

TEST(DecodeProcess, PathsAreJoinedFromTheLeafUp) {
  const auto joined = [](std::string_view components) {
    return decode<event::ProcessSeen>(process_record(some_process(), components, "", "", ""))
        ->executable;
  };
  EXPECT_EQ(joined("a\0"sv), "/a");
  EXPECT_EQ(joined("a"sv), "/a");  // cut before its end
  EXPECT_EQ(joined("c\0b\0a\0"sv), "/a/b/c");
  EXPECT_EQ(joined("with space\0a\nb\0"sv), "/a\nb/with space");
  EXPECT_EQ(joined(""sv), "");
  EXPECT_EQ(joined("\0\0"sv), "");
  const auto at_root =
      decode<event::ProcessSeen>(process_record(some_process(), "a\0"sv, "", "", ""));
  EXPECT_EQ(at_root->working_directory, "/");
  EXPECT_THAT(at_root->arguments, IsEmpty());
}

TEST(DecodeProcess, NamesMayFillTheirFields) {
  pk_process raw = some_process();
  std::memset(raw.comm, 'c', sizeof raw.comm);
  std::memset(raw.tty, 't', sizeof raw.tty);
  const auto seen = decode<event::ProcessSeen>(process_record(raw, "x\0"sv, "", "", ""));
  EXPECT_EQ(seen->command, std::string(PK_COMM_LEN, 'c'));
  EXPECT_EQ(seen->terminal, std::string(PK_TTY_LEN, 't'));
}

TEST(DecodeProcess, StringsBeyondTheRecordAreRefused) {
  pk_process raw = some_process();
  raw.exe_len = 3;
  EXPECT_FALSE(decode_record(record_bytes(PK_PROCESS, raw, "ab")));
  EXPECT_TRUE(decode_record(record_bytes(PK_PROCESS, raw, "abc")));
  raw.args_len = 0xffff;
  EXPECT_FALSE(decode_record(record_bytes(PK_PROCESS, raw, "abc")));
}

TEST(DecodeSmall, ForkExitMoveCgroup) {
  pk_fork fork{};
  fork.pid = 8, fork.start_boot_ns = 80, fork.parent_pid = 7, fork.parent_start_boot_ns = 70;
  fork.uid = 1000, fork.cgroup_id = 3;
  const auto forked = decode<event::ProcessForked>(record_bytes(PK_FORK, fork));
  ASSERT_TRUE(forked);
  EXPECT_EQ(forked->key, (event::ProcessKey{8, 80}));
  EXPECT_EQ(forked->parent, (event::ProcessKey{7, 70}));
  EXPECT_EQ(forked->at, MonoTime{77});
  EXPECT_EQ(forked->uid, 1000u);
  EXPECT_EQ(forked->cgroup_id, 3u);

  pk_exit exit{};
  exit.pid = 8, exit.start_boot_ns = 80, exit.exit_code = 3 << 8;
  const auto exited = decode<event::ProcessExited>(record_bytes(PK_EXIT, exit));
  ASSERT_TRUE(exited);
  EXPECT_EQ(exited->key, (event::ProcessKey{8, 80}));
  EXPECT_EQ(exited->exit_code, 3 << 8);

  pk_move move{};
  move.pid = 8, move.start_boot_ns = 80, move.cgroup_id = 9;
  const auto moved = decode<event::ProcessMoved>(record_bytes(PK_MOVE, move));
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->key, (event::ProcessKey{8, 80}));
  EXPECT_EQ(moved->cgroup_id, 9u);

  pk_cgroup cgroup{};
  cgroup.cgroup_id = 9, cgroup.path_len = 12;
  const auto named = decode<event::CgroupSeen>(record_bytes(PK_CGROUP, cgroup, "/system.sliceX"));
  ASSERT_TRUE(named);
  EXPECT_EQ(named->id, 9u);
  EXPECT_EQ(named->path, "/system.slic");
  EXPECT_FALSE(decode_record(record_bytes(PK_CGROUP, cgroup, "/short")));
}

TEST(DecodePayload, EveryKind) {
  pk_payload raw{};
  raw.cookie = 5, raw.pid = 8, raw.owner_start_boot_ns = 80, raw.netns = 4;
  raw.offset = 6, raw.length = 3, raw.local_port = 1234, raw.remote_port = 53;
  raw.transport = 17, raw.outbound = 1, raw.kind = PK_DNS;
  set_address(raw.local, "10.0.0.1");
  set_address(raw.remote, "fd00::53");
  const std::vector<uint8_t> bytes = record_bytes(PK_PAYLOAD, raw, "abcd");
  const auto seen = decode<event::PayloadSeen>(bytes);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->kind, event::PayloadSeen::Kind::kDns);
  EXPECT_EQ(seen->cookie, 5u);
  EXPECT_EQ(seen->owner, (event::ProcessKey{8, 80}));
  EXPECT_EQ(seen->network_namespace, 4u);
  EXPECT_EQ(seen->transport, event::Transport::kUdp);
  EXPECT_TRUE(seen->outbound);
  EXPECT_EQ(seen->local.text(), "10.0.0.1:1234");
  EXPECT_EQ(seen->remote.text(), "[fd00::53]:53");
  EXPECT_EQ(seen->offset, 6u);
  EXPECT_EQ(as_text(seen->bytes), "abc");
  raw.kind = PK_MDNS;
  EXPECT_EQ(decode<event::PayloadSeen>(record_bytes(PK_PAYLOAD, raw, "abc"))->kind,
            event::PayloadSeen::Kind::kMulticastDns);
  raw.kind = PK_CLIENT_FIRST, raw.transport = 6;
  const std::vector<uint8_t> first = record_bytes(PK_PAYLOAD, raw, "abc");
  EXPECT_EQ(decode<event::PayloadSeen>(first)->kind, event::PayloadSeen::Kind::kClientFirstBytes);
  EXPECT_EQ(decode<event::PayloadSeen>(first)->transport, event::Transport::kTcp);
  for (const int kind : {0, PK_CLIENT_FIRST + 1, 255}) {
    raw.kind = static_cast<__u8>(kind);
    EXPECT_FALSE(decode_record(record_bytes(PK_PAYLOAD, raw, "abc"))) << kind;
  }
  raw.kind = PK_DNS;
  raw.length = 4;
  EXPECT_FALSE(decode_record(record_bytes(PK_PAYLOAD, raw, "abc")));
  raw.length = 0xffffffff;
  EXPECT_FALSE(decode_record(record_bytes(PK_PAYLOAD, raw, "abc")));
}

// One record of each type, as short as it may be.
std::vector<std::vector<uint8_t>> one_of_each() {
  pk_socket socket{};
  socket.what = PK_OPENED;
  pk_payload payload{};
  payload.kind = PK_DNS, payload.length = 2;
  pk_cgroup cgroup{};
  cgroup.path_len = 1;
  return {process_record(some_process(), "a\0b\0"sv, "c\0"sv, "d\0"sv, "e"),
          record_bytes(PK_FORK, pk_fork{}),
          record_bytes(PK_EXIT, pk_exit{}),
          record_bytes(PK_MOVE, pk_move{}),
          record_bytes(PK_CGROUP, cgroup, "/"),
          record_bytes(PK_SOCKET, socket),
          record_bytes(PK_PAYLOAD, payload, "xy")};
}

TEST(DecodeRecord, NoTruncationIsTakenForARecord) {
  for (const std::vector<uint8_t>& whole : one_of_each()) {
    ASSERT_TRUE(decode_record(whole));
    for (size_t size = 0; size < whole.size(); ++size) {
      // Cut by the ring, and by what the header claims. Each in memory of its own size, so that a
      // read beyond it is seen by the sanitizer.
      const std::vector<uint8_t> cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
      EXPECT_FALSE(decode_record(cut)) << size;
      std::vector<uint8_t> claimed = cut;
      const auto claim = static_cast<uint32_t>(size);
      if (size >= sizeof(pk_header)) std::memcpy(claimed.data() + 4, &claim, sizeof claim);
      EXPECT_FALSE(decode_record(claimed)) << size;
    }
  }
}

TEST(DecodeRecord, BytesBehindTheRecordAreIgnored) {
  for (std::vector<uint8_t> bytes : one_of_each()) {
    bytes.insert(bytes.end(), 16, 0xff);  // the ring's records are padded
    EXPECT_TRUE(decode_record(bytes));
  }
}

TEST(DecodeRecord, UnknownTypesAreRefused) {
  for (const uint32_t type : {0u, static_cast<uint32_t>(PK_PAYLOAD) + 1, 0xffffffffu}) {
    std::vector<uint8_t> bytes = one_of_each().front();
    std::memcpy(bytes.data(), &type, sizeof type);
    EXPECT_FALSE(decode_record(bytes)) << type;
  }
}

TEST(StatDevice, SpeaksAsStatDoes) {
  EXPECT_EQ(stat_device(0), 0u);
  EXPECT_EQ(stat_device(8u << 20 | 1), makedev(8, 1));
  EXPECT_EQ(stat_device(259u << 20 | 0xfffff), makedev(259, 0xfffff));
  EXPECT_EQ(stat_device(0xfffu << 20 | 300), makedev(0xfff, 300));
}

}  // namespace
}  // namespace picket::sensor::bpf
