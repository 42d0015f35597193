// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::warden {

constexpr const char* kDefaultSocket = "/run/picket/agent.sock";

// The UNIX socket that `picket connections` and `picket watch` connect to, made by the warden
// because only root may write there, and served by the agent. Root, the members of the group
// `picket` and the user who called sudo may connect. A socket left behind by a picket that is gone
// is replaced; one that is in use is an error.
class ClientListener {
 public:
  static Result<ClientListener> bind(const std::string& path);
  ClientListener(ClientListener&&) = default;
  ClientListener& operator=(ClientListener&&) = default;
  ~ClientListener();

  int descriptor() const { return socket_.get(); }
  const std::string& path() const { return path_; }

 private:
  ClientListener(UniqueFd socket, std::string path) : socket_(std::move(socket)), path_(std::move(path)) {}
  UniqueFd socket_;
  std::string path_;
};

}  // namespace picket::app::warden
