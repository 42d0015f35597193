// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <unordered_map>

#include "app/agent/warden_client.h"
#include "detect/intel/geo.h"
#include "flow/surroundings.h"
#include "process/file_opener.h"
#include "process/process_table.h"
#include "process/user_names.h"

// What joins the stages: each lets one stage ask another through the interface it declares.
namespace picket::app::agent {

// The flow table's questions about processes, answered by the process table.
class ProcessAnswers final : public flow::ProcessLookup {
 public:
  ProcessAnswers(process::ProcessTable& table, process::UserNames& users, const Clock& clock)
      : table_(table), users_(users), clock_(clock) {}
  bool describe(const event::ProcessKey& key, flow::ProcessBrief& brief) const override;
  std::optional<event::ProcessFacts> facts(const event::ProcessKey& key) const override;
  std::string_view user_name(uint32_t uid) const override;
  bool hold(const event::ProcessKey& key) override { return table_.hold(key); }
  void release(const event::ProcessKey& key) override { table_.release(key); }

 private:
  process::ProcessTable& table_;
  process::UserNames& users_;
  const Clock& clock_;
  // What the views of the last describe() point into.
  mutable std::string user_, unit_, container_;
};

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
  void refresh(const std::vector<warden::NamespaceAnswer>& spaces, process::ProcessTable& processes);

 private:
  uint32_t own_ = 0;
  std::unordered_map<uint32_t, std::string> names_;
};

// Executables: with the agent's own rights where they are enough, else by the warden.
class ExecutableOpener final : public process::FileOpener {
 public:
  explicit ExecutableOpener(WardenClient& warden) : warden_(warden) {}
  Result<UniqueFd> open_executable(const event::ProcessKey& key, const std::string& path,
                                   const event::FileIdentity& identity) override;

 private:
  WardenClient& warden_;
  process::DirectFileOpener direct_;
};

}  // namespace picket::app::agent
