// SPDX-License-Identifier: Apache-2.0
#include "app/warden/client_listener.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

namespace picket::app::warden {
namespace {

class ClientListenerTest : public testing::Test {
 protected:
  ClientListenerTest() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "picket-socket-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~ClientListenerTest() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name = "agent.sock") const {
    return (folder_ / name).string();
  }
  static bool connects(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const UniqueFd client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  std::filesystem::path folder_;
};

TEST_F(ClientListenerTest, OnlyOwnerAndGroupMayConnect) {
  const auto listener = bind_client_socket(path("deep/er/agent.sock"), getgid());
  ASSERT_TRUE(listener) << listener.error().text();
  EXPECT_TRUE(connects(path("deep/er/agent.sock")));
  struct stat status {};
  ASSERT_EQ(stat(path("deep/er/agent.sock").c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777, 0660u);
}

TEST_F(ClientListenerTest, ALeftOverSocketIsReplacedAndOneInUseIsNot) {
  auto first = bind_client_socket(path(), getgid());
  ASSERT_TRUE(first);
  const auto second = bind_client_socket(path(), getgid());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another picket"), std::string::npos);
  first->reset();
  EXPECT_FALSE(connects(path()));
  EXPECT_TRUE(bind_client_socket(path(), getgid()));
}

TEST_F(ClientListenerTest, OneThatDoesNotAnswerIsInUseAndNotWaitedFor) {
  const auto busy = bind_client_socket(path(), getgid());
  ASSERT_TRUE(busy);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path().c_str(), path().size() + 1);
  std::vector<UniqueFd> waiting;
  do {
    ASSERT_LT(waiting.size(), 1000u);
    waiting.emplace_back(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  } while (connect(waiting.back().get(), reinterpret_cast<const sockaddr*>(&address),
                   sizeof address) == 0);
  ASSERT_EQ(errno, EAGAIN);
  EXPECT_FALSE(bind_client_socket(path(), getgid()));
}

TEST_F(ClientListenerTest, WhatIsNoSocketIsLeftAlone) {
  std::ofstream(path("file")) << "precious";
  EXPECT_FALSE(bind_client_socket(path("file"), getgid()));
  EXPECT_EQ(std::filesystem::file_size(path("file")), 8u);
  std::filesystem::create_symlink(path("file"), path("link"));
  EXPECT_FALSE(bind_client_socket(path("link"), getgid()));
  EXPECT_TRUE(std::filesystem::is_symlink(path("link")));
}

TEST_F(ClientListenerTest, PathsThatDoNotFit) {
  EXPECT_FALSE(bind_client_socket("", getgid()));
  EXPECT_FALSE(bind_client_socket(path(std::string(200, 'x')), getgid()));
  std::ofstream(path("file")) << "x";
  EXPECT_FALSE(bind_client_socket(path("file/agent.sock"), getgid()));
}

}  // namespace
}  // namespace picket::app::warden
