// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "respond/quarantine/exact_file.h"

namespace picket::respond {

// A file taken out of its folder in one atomic step: renamed into a folder that only its owner may
// enter, then looked at again. A file that somebody put in its place meanwhile is put back. Not
// unlinked or left, it goes back to its name when this goes away.
class TakenFile {
 public:
  // `store`: the folder to take it to when that is on the same mount; else a folder beside the file
  // is made for it, named after `id`. `file` outlives this.
  static Result<TakenFile> take(const ExactFile& file, int store, const std::string& id);
  TakenFile(TakenFile&& other) noexcept;
  TakenFile& operator=(TakenFile&&) = delete;
  ~TakenFile();

  // Removes it, for good.
  Result<void> unlink();
  // Back to its name; an Error names where it is when there is another of that name by now.
  Result<void> put_back();

 private:
  TakenFile(const ExactFile& file, std::string name) : file_(&file), name_(std::move(name)) {}
  Result<void> move_to_own_folder(const std::string& id);
  int folder() const { return own_folder_ ? own_folder_.get() : store_; }
  void remove_own_folder();

  const ExactFile* file_;
  std::string name_;         // where it is now, in folder()
  std::string folder_name_;  // of the folder beside it; empty: none was made
  UniqueFd own_folder_;
  int store_ = -1;
  bool there_ = false;
};

// Gives `from` in `from_folder` the name `to`, unless there is a file of that name.
Result<void> rename_to_free_name(int from_folder, const std::string& from, int to_folder,
                                 const std::string& to);

// The name of the folder made beside a file.
std::string folder_beside(const std::string& id);
constexpr const char* kTakenName = "taken";

}  // namespace picket::respond
