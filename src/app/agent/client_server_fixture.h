// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/agent/client_server.h"
#include "base/unique_fd.h"
#include "flow/flow_fixture.h"

// For tests: a server of readers over a real UNIX socket (in the abstract name space), and readers.
namespace picket::app::agent {

class Reader {
 public:
  explicit Reader(UniqueFd socket) : socket_(std::move(socket)) {}

  bool send(std::string_view bytes) {
    return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  bool ask(const std::string& line) { return send(line + "\n"); }
  void end() { ::shutdown(socket_.get(), SHUT_WR); }
  void close() { socket_.reset(); }
  // Takes in what is there.
  void receive() {
    char chunk[64 * 1024];
    ssize_t got;
    while ((got = ::recv(socket_.get(), chunk, sizeof chunk, MSG_DONTWAIT)) > 0)
      received_.append(chunk, static_cast<size_t>(got));
    if (got == 0) closed_ = true;
  }
  // Takes the next whole line off, without its end.
  bool take_line(std::string& line) {
    const size_t end = received_.find('\n', begin_);
    if (end == std::string::npos) {
      received_.erase(0, begin_);
      begin_ = 0;
      return false;
    }
    line = received_.substr(begin_, end - begin_);
    begin_ = end + 1;
    return true;
  }
  bool closed() const { return closed_; }
  const std::string& rest() const { return received_; }

 private:
  UniqueFd socket_;
  std::string received_;
  size_t begin_ = 0;
  bool closed_ = false;
};

class ClientServerTest : public testing::Test {
 protected:
  ClientServerTest() {
    clock_.now = flow::fixture::at_ms(2000);
    state_.mode = "test";
    UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un any{};
    any.sun_family = AF_UNIX;
    EXPECT_EQ(
        ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any.sun_family), 0);
    EXPECT_EQ(::listen(listener.get(), 128), 0);
    size_ = sizeof address_;
    ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address_), &size_);
    server_ = std::make_unique<ClientServer>(std::move(listener), pipeline_, state_);
  }
  Reader connect() {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address_), size_), 0);
    return Reader(std::move(socket));
  }
  // Serves once, waiting at most `wait_ms` for something to do; false: there was nothing.
  bool turn(int wait_ms = 30'000) {
    std::vector<pollfd> waits;
    server_->add_waits(waits);
    const int ready = ::poll(waits.data(), waits.size(), wait_ms);
    if (ready > 0) server_->serve(waits, 0);
    return ready > 0;
  }
  // Serves all there is to serve now.
  void settle() {
    while (turn(0)) {
    }
  }
  std::string line_of(Reader& reader) {
    std::string line;
    while (!reader.take_line(line)) {
      reader.receive();
      if (reader.take_line(line)) break;
      if (reader.closed()) return "<closed>";
      if (!turn()) return "<nothing>";
    }
    return line;
  }
  std::string answer(Reader& reader, const std::string& request) {
    EXPECT_TRUE(reader.ask(request));
    return line_of(reader);
  }
  bool is_closed(Reader& reader) {
    for (reader.receive(); !reader.closed(); reader.receive())
      if (!turn()) return false;
    return true;
  }
  void open_flows(size_t count, uint64_t first_cookie = 1) {
    for (uint64_t cookie = first_cookie; cookie < first_cookie + count; ++cookie)
      pipeline_.take(flow::fixture::tcp_opened(cookie, 1500));
  }

  flow::fixture::FakeClock clock_;
  Pipeline pipeline_{nullptr, nullptr, clock_};
  AgentState state_;
  std::unique_ptr<ClientServer> server_;
  sockaddr_un address_{};
  socklen_t size_ = 0;
};

}  // namespace picket::app::agent
