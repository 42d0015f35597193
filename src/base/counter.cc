// SPDX-License-Identifier: Apache-2.0
#include "base/counter.h"

#include <algorithm>
#include <mutex>
#include <vector>

namespace picket {
namespace {

struct Registry {
  std::mutex mutex;
  std::vector<const Counter*> counters;
};

// Never destroyed: counters of other translation units may outlive any order we could choose.
Registry& registry() {
  static auto* instance = new Registry;
  return *instance;
}

}  // namespace

Counter::Counter(const char* name, const char* meaning) : name_(name), meaning_(meaning) {
  std::lock_guard lock(registry().mutex);
  registry().counters.push_back(this);
}

void Counter::visit_all(const std::function<void(const Counter&)>& visit) {
  std::vector<const Counter*> sorted;
  {
    std::lock_guard lock(registry().mutex);
    sorted = registry().counters;
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Counter* a, const Counter* b) { return a->name() < b->name(); });
  for (const Counter* counter : sorted) visit(*counter);
}

uint64_t Counter::value_of(std::string_view name) {
  uint64_t value = 0;
  visit_all([&](const Counter& counter) {
    if (counter.name() == name) value = counter.value();
  });
  return value;
}

}  // namespace picket
