// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "respond/quarantine/exact_file.h"
#include "respond/quarantine/item.h"
#include "respond/quarantine/sealed_file.h"

namespace picket::respond {

// Files taken away from where they did harm: kept encrypted with a key beside them (so that nothing
// runs or finds them by accident; it is no secret from the folder's owner), with everything that
// giving them back exactly takes (docs/formats/quarantine.md). One thread; several processes may
// use one folder.
//
// A file is copied, verified and only then removed, by the very inode that was meant. A crash
// leaves either the file at its place, or an item in state kBegun that restore() puts back.
class Quarantine {
 public:
  static constexpr size_t kItemsMax = 65'536;

  // The folder `quarantine` in the folder of responses (private_store.h), made where it is not
  // there.
  static Result<Quarantine> open(const std::string& responses);

  // `item` brings reason, alert and rule.
  Result<QuarantineItem> take(const ExactFile& file, QuarantineItem item);
  // In order of time; what is no item is named in `problems`.
  std::vector<QuarantineItem> list(std::vector<std::string>& problems) const;
  // By id, or its beginning where that is of one item only.
  Result<QuarantineItem> find(const std::string& id) const;
  // Content, owner, mode, attributes and times as they were, under its name or `to` (empty: its
  // own). Never replaces a file. The item is gone afterwards.
  Result<void> restore(const QuarantineItem& item, const std::string& to);
  // The plain content into an open file: for a sample.
  Result<void> copy_out(const QuarantineItem& item, int to) const;
  Result<void> remove(const QuarantineItem& item);

 private:
  Quarantine(UniqueFd folder, const SealKey& key) : folder_(std::move(folder)), key_(key) {}
  Result<void> write_item(const QuarantineItem& item);
  Result<void> keep(const ExactFile& file, QuarantineItem& item);
  Result<void> restore_begun(const QuarantineItem& item);
  Result<UniqueFd> open_kept(const QuarantineItem& item) const;

  UniqueFd folder_;
  SealKey key_{};
};

}  // namespace picket::respond
