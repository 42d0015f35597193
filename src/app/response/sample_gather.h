// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/response/target.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "respond/process/held_process.h"
#include "respond/sample/sample_facts.h"

// What goes into a sample, gathered with the caller's rights; what those do not reach is left out
// and said. Nothing that the suspect wrote is parsed here but the kernel's own texts: rules look at
// the file in the process without rights (scanner_process.h). One thread.
namespace picket::app::response {

struct Gathered {
  respond::SampleFacts facts;
  UniqueFd file;     // the suspect, for reading
  std::string maps;  // of the process, as the kernel tells them; empty: a file alone
};

// The very process, also one whose program was deleted or is in memory only.
Result<Gathered> gather_process(const respond::HeldProcess& process);
Result<Gathered> gather_file(const std::string& path);
// What history tells of the process `key` (PID@START): connections, and alerts as rules.
void gather_history(const std::string& key, const std::string& state, respond::SampleFacts& facts);
// Hashes, owning package, rules that match now. Fails where the file cannot be read.
Result<void> judge_sample(Gathered& gathered);
// The printable runs in the suspect.
std::string strings_of(int file);

}  // namespace picket::app::response
