// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "respond/quarantine/exact_file.h"
#include "respond/quarantine/item.h"

// What a file is besides its content, read and given back. For use within respond/quarantine.
namespace picket::respond {

// Mode, owner, times, extended attributes. An Error: more attributes than an item holds.
Result<void> read_facts(const ExactFile& file, QuarantineItem& item);
// An Error where one of them could not be given back: then the file is not as it was.
Result<void> apply_facts(const QuarantineItem& item, int file);

// A new file that has no name in its folder until name() gives it one (O_TMPFILE), or where the
// file system cannot do that, one in a folder of its own that nobody else may enter.
class NamelessFile {
 public:
  static Result<NamelessFile> make(const ExactPlace& place, const std::string& id);
  NamelessFile(NamelessFile&&) = default;
  NamelessFile& operator=(NamelessFile&&) = delete;
  ~NamelessFile();
  int get() const { return file_.get(); }
  // Fails where there is a file of that name.
  Result<void> name();

 private:
  explicit NamelessFile(const ExactPlace& place) : place_(&place) {}
  const ExactPlace* place_;
  UniqueFd file_, own_folder_;
  std::string folder_name_;
};

// Calls `visit` for each name in the folder until it says false.
void for_each_name(int folder, const std::function<bool(const std::string& name)>& visit);

}  // namespace picket::respond
