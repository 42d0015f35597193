// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

// The folder of the BPF file system in which the firewall outlives picket: maps and links that are
// pinned there stay in force until they are removed (or the machine restarts). Only root may enter.
namespace picket::enforce {

constexpr const char* kDefaultPins = "/sys/fs/bpf/picket";

class Pins {
 public:
  explicit Pins(std::string folder) : folder_(std::move(folder)) {}

  // Makes the folder; where no BPF file system is mounted there, mounts one on it.
  Result<void> make() const;
  // Whether a firewall is pinned there.
  bool there() const;
  std::string map(std::string_view name) const;  // of this build's PF_ABI
  std::string link(std::string_view program) const;
  std::string program(std::string_view name) const;
  const std::string& folder() const { return folder_; }

  // A pinned map, link or program.
  static Result<UniqueFd> open(const std::string& path);
  // Removes what is pinned: links first, with which the programs are detached.
  Result<void> remove_all() const;
  // Removes the maps of other ABIs, once no program reads them any more.
  void remove_other_maps() const;

 private:
  std::string maps_folder() const;
  std::string folder_;
};

}  // namespace picket::enforce
