// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace picket {

// A named count of something that was lost, refused, bounded or found odd. Counters are static
// objects that register themselves; names are dotted, stage first ("flow.evicted"). Any thread may
// add and read; reads are exact once the adding threads are quiet.
//
//   static Counter evicted{"flow.evicted", "flows dropped because the table was full"};
class Counter {
 public:
  Counter(const char* name, const char* meaning);
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void add(uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  void set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }
  std::string_view name() const { return name_; }
  std::string_view meaning() const { return meaning_; }

  // Calls `visit` for every counter of the program, in order of name.
  static void visit_all(const std::function<void(const Counter&)>& visit);
  // The value of the counter of this name; 0: there is none. Reads them all: for tests and reports.
  static uint64_t value_of(std::string_view name);

 private:
  const char* name_;
  const char* meaning_;
  std::atomic<uint64_t> value_{0};
};

}  // namespace picket
