// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/agent/pipeline.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::agent {

constexpr uint64_t kSelfTestPatienceNs = 10 * kNsPerSecond;

// The sensor's proof at every start: the agent connects to itself over loopback and then looks for
// that connection in its own tables. It must be there from both ends, owned by this process, with
// this program's executable. Begin it when the hooks are attached and before the sandbox forbids
// sockets; the descriptors are held until there is a verdict.
class SelfCheck {
 public:
  Result<void> begin(const Clock& clock);
  // "pending", "passed", or what is wrong, in words. `polled`: a source without hooks may know the
  // owner from /proc.
  std::string verdict(Pipeline& pipeline, bool polled);

 private:
  UniqueFd listener_, client_, server_;
  uint16_t client_port_ = 0, server_port_ = 0;
  MonoTime begun_;
  std::string settled_;
};

}  // namespace picket::app::agent
