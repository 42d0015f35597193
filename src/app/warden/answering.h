// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/warden/firewall_seam.h"
#include "app/warden/message_socket.h"
#include "app/warden/protocol.h"
#include "sensor/bpf/loader.h"

namespace picket::app::warden {

// What the warden answers to one agent. Each request is checked whole before anything is done: its
// size, magic, version, kind and turn. Single-threaded: setns() during an answer must not be seen
// by another thread.
class Answering {
 public:
  // `programs` null: running without BPF, `note` says why. `listener`: the clients' socket,
  // given away with the greeting: only the agent reads what clients send.
  Answering(const sensor::bpf::LoadedPrograms* programs, std::string note, bool whole_machine,
            UniqueFd listener, FirewallSeam firewall = {})
      : programs_(programs),
        note_(std::move(note)),
        whole_machine_(whole_machine),
        listener_(std::move(listener)),
        firewall_(std::move(firewall)) {}

  struct Reply {
    ReplyHeader header;
    std::vector<uint8_t> bytes;
    std::vector<int> descriptors;
    std::vector<UniqueFd> owned;  // closed once sent
    bool refused = false;         // the request itself was not acceptable
  };
  Reply answer(const Message& message);

 private:
  Result<void> check(const Message& message, Request& request);
  Result<void> carry_out(const Request& request, Reply& reply);
  Result<void> give_sensor(Reply& reply);
  Result<void> give_iterator(const Request& request, Reply& reply);
  Result<void> give_owners(Reply& reply);
  void say_hello(Reply& reply);

  const sensor::bpf::LoadedPrograms* programs_;
  std::string note_;
  bool whole_machine_;
  UniqueFd listener_;
  FirewallSeam firewall_;
  bool greeted_ = false, sensor_given_ = false;
};

}  // namespace picket::app::warden
