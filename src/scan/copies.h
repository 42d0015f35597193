// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "scan/report.h"

namespace picket::scan {

// Programs that were found in several places of the trees that were scanned: worms copy themselves
// over shares and drives, under the names of folders and documents. Fed with each file, asked at
// the end. One thread.
class CopyTable {
 public:
  static constexpr size_t kProgramsMax = 500'000;  // more are counted (scan.copies_max)
  static constexpr size_t kPlacesMax = 64;         // kept of one program; more are only counted
  static constexpr uint64_t kBytesMin = 1024;      // smaller ones are alike by chance

  struct Copy {
    std::string path, root;
    bool named_like_folder = false;  // "Photos.exe" beside or in "Photos"
  };
  struct Group {
    std::string sha256;
    std::vector<Copy> places;
    uint64_t count = 0;
    Finding finding;  // of the first place
  };

  void add(const FileReport& report, uint64_t size, Copy copy);
  // Those that are spread as worms are: under several names, over several roots, or beside the
  // folders that they are named after.
  std::vector<Group> spread() const;

 private:
  std::unordered_map<std::string, Group> programs_;
};

// Whether the name without its ending is that of the folder that the file is in.
bool named_like_its_folder(std::string_view path);

}  // namespace picket::scan
