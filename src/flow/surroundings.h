// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "event/facts.h"

// What the flow table must ask others to say a flow in words. Each is an interface so that flow/
// knows neither the process table's inside nor the geo databases, and tests bring their own. All
// are called on the thread that owns the flow table; views returned borrow and live until the next
// call of the same object or the next change of what is behind it.
namespace picket::flow {

struct ProcessBrief {
  std::string_view name;        // what people call it
  std::string_view executable;  // full path; empty: not known
  std::string_view user;        // empty: the uid has no name
  std::string_view unit;
  std::string_view container;
  bool executable_deleted = false;
  bool executable_is_memfd = false;
};

class ProcessLookup {
 public:
  virtual ~ProcessLookup() = default;
  // False when the process is not known (yet, or any more).
  virtual bool describe(const event::ProcessKey&, ProcessBrief&) const = 0;
  virtual std::optional<event::ProcessFacts> facts(const event::ProcessKey&) const = 0;
  virtual std::string_view user_name(uint32_t uid) const = 0;
  // Flows refer to this process from now on: keep it known until release(). False when it is not
  // known, and then not to be released.
  virtual bool hold(const event::ProcessKey&) { return false; }
  virtual void release(const event::ProcessKey&) {}
};

struct Place {
  std::string_view country;  // ISO 3166-1 alpha-2
  uint32_t as_number = 0;
  std::string_view as_organization;
};

class PlaceLookup {
 public:
  virtual ~PlaceLookup() = default;
  virtual Place find(const IpAddress&) const = 0;
};

class NamespaceNames {
 public:
  virtual ~NamespaceNames() = default;
  // By the namespace's inode number; empty for this machine's own and for those without a name.
  virtual std::string_view name(uint32_t network_namespace) const = 0;
};

// Borrowed; each may be null (nothing is known then) and must outlive the table.
struct Surroundings {
  ProcessLookup* processes = nullptr;
  const PlaceLookup* places = nullptr;
  const NamespaceNames* namespaces = nullptr;
};

}  // namespace picket::flow
