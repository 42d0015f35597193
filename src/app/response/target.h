// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "base/result.h"
#include "event/alert.h"

namespace picket::app::response {

// What a response is about, as a person names it: 4711, 4711@88120000000 (a process and its start,
// as alerts tell it), the id of an alert, else a path. A number that is meant as a file's name is
// written
// ./4711.
struct Target {
  std::string given;
  uint32_t pid = 0;
  uint64_t start_ns = 0;  // 0: whoever has the pid now
  std::string path;       // of a file; empty: a process alone is meant
  std::optional<event::Alert> alert;
};

// `state`: the folder of the history that alerts are looked up in.
Result<Target> find_target(const std::string& given, const std::string& state);

// The alert of that id.
Result<event::Alert> find_alert(const std::string& id, const std::string& state);

// PID@START; nullopt: it is none.
std::optional<event::ProcessKey> parse_process_key(std::string_view text);

}  // namespace picket::app::response
