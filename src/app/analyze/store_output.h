// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/alert.h"
#include "incident/incident.h"
#include "store/segment.h"

namespace picket::app::analyze {

// An analysis as one more file of a history (`--store DIR`): alerts, incidents, and what the
// behaviours saw. The file is named after what is in it once it is whole, so an analysis that is
// run twice is there once. Made by the parent, written by the child, named by the parent. One
// thread.
class StoreOutput {
 public:
  // The folder is made if it is not there.
  static Result<StoreOutput> create(const std::string& folder);
  StoreOutput(StoreOutput&& other) noexcept;
  StoreOutput& operator=(StoreOutput&&) = delete;
  ~StoreOutput();  // removes what was not named

  // In the child, while it still has its rights.
  Result<void> open();
  // After the first failure the rest is ignored until finish() tells of it.
  void append(const schema::Record& record);
  // Packed as in an Item.
  void activity(std::string_view packed);
  void alert(const event::Alert& alert);
  void incidents(const std::vector<incident::Incident>& all);
  Result<void> finish();

  // In the parent.
  Result<void> commit();
  void leave_to_other() { temporary_.clear(); }

 private:
  explicit StoreOutput(std::string folder) : folder_(std::move(folder)) {}
  std::string folder_, temporary_;
  std::string path_;  // of the temporary file, in the child too
  std::optional<store::SegmentWriter> writer_;
  Result<void> trouble_;
  uint64_t digest_ = 0xcbf29ce484222325ull;
};

}  // namespace picket::app::analyze
