// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "event/activity.h"

// The labels of the shared telemetry: for each recording, which connections are an attacker's.
namespace picket::behavior_score {

struct Case {
  std::string name;
  std::string file;           // path of the recording
  std::set<std::string> bad;  // connection_key() of the attacker's
};

// "PROGRAM>ADDRESS:PORT", the program's base name in lower case, the address in its canonical form.
std::string connection_key(std::string_view program, const Endpoint& destination);
// That of an activity; the destination is whoever was called.
std::string connection_key(const event::Activity& activity, const event::ConnectionMade& made);

// The cases of labels.jsonl whose recording is below `telemetry`. Labels that cannot be read are
// skipped.
std::vector<Case> read_cases(const std::string& telemetry);

}  // namespace picket::behavior_score
