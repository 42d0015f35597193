// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <unordered_map>

#include "app/agent/warden_client.h"
#include "detect/intel/geo.h"
#include "flow/surroundings.h"
#include "process/file_opener.h"
#include "process/process_table.h"

// What joins the stages: each lets one stage ask another through the interface it declares.
namespace picket::app::agent {

// The flow table's questions about places, answered by the geo databases.
class GeoAnswers final : public flow::PlaceLookup {
 public:
  // Null: no database was given.
  explicit GeoAnswers(detect::intel::GeoDatabase* geo) : geo_(geo) {}
  flow::Place find(const IpAddress& address) const override;

 private:
  detect::intel::GeoDatabase* geo_;
};

// Namespace inode numbers as people know them; refreshed from the warden's list.
class NamespaceDirectory final : public flow::NamespaceNames {
 public:
  std::string_view name(uint32_t network_namespace) const override;
  void set_own(uint32_t inode) { own_ = inode; }
  void refresh(const std::vector<warden::NamespaceAnswer>& spaces,
               process::ProcessTable& processes);

 private:
  uint32_t own_ = 0;
  std::unordered_map<uint32_t, std::string> names_;
};

// Who has this pid now, by /proc; nullopt: nobody, or not to be seen. Any thread.
std::optional<event::ProcessKey> process_with_pid(uint32_t pid);

// Executables: with the agent's own rights where they are enough, else by the warden.
class ExecutableOpener final : public process::FileOpener {
 public:
  explicit ExecutableOpener(WardenClient& warden) : warden_(warden) {}
  Result<UniqueFd> open_executable(const event::ProcessKey& key, const std::string& path,
                                   const event::FileIdentity& identity) override;

 private:
  WardenClient& warden_;
  process::DirectFileOpener direct_{process_with_pid};
};

}  // namespace picket::app::agent
