// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/pattern_index.h"

#include <hs/hs.h>

#include <algorithm>
#include <cstdlib>

#include "base/counter.h"

namespace picket::detect::suricata {
namespace {

Counter scan_failed{"suricata.scan_failed", "multi-pattern scans that Vectorscan refused"};

}  // namespace

PatternScratch::~PatternScratch() {
  if (scratch_ != nullptr) hs_free_scratch(scratch_);
}

PatternIndex::~PatternIndex() {
  if (database_ != nullptr) hs_free_database(database_);
}

Result<PatternIndex> PatternIndex::create(const std::vector<Pattern>& patterns, bool every_match) {
  PatternIndex index;
  index.count_ = patterns.size();
  if (patterns.empty()) return index;
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  std::vector<unsigned> flags, ids;
  for (const Pattern& pattern : patterns) {
    ids.push_back(static_cast<unsigned>(texts.size()));
    texts.push_back(reinterpret_cast<const char*>(pattern.bytes.data()));
    sizes.push_back(pattern.bytes.size());
    flags.push_back((pattern.nocase ? HS_FLAG_CASELESS : 0u) |
                    (every_match ? 0u : HS_FLAG_SINGLEMATCH));
    index.longest_ = std::max(index.longest_, pattern.bytes.size());
  }
  hs_compile_error_t* error = nullptr;
  hs_error_t result = hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), sizes.data(),
                                           static_cast<unsigned>(texts.size()), HS_MODE_BLOCK,
                                           nullptr, &index.database_, &error);
  std::string why = error == nullptr ? std::string() : error->message;
  if (error != nullptr) hs_free_compile_error(error);
  if (result != HS_SUCCESS)
    return failure("the patterns of the rules could not be compiled: " + why);
  return index;
}

Result<PatternIndex> PatternIndex::restore(Bytes stored, size_t count, size_t longest) {
  PatternIndex index;
  index.count_ = count;
  index.longest_ = longest;
  if (hs_deserialize_database(reinterpret_cast<const char*>(stored.data()), stored.size(),
                              &index.database_) != HS_SUCCESS)
    return failure("the stored patterns are of another Vectorscan or CPU");
  return index;
}

Result<std::vector<uint8_t>> PatternIndex::serialized() const {
  char* bytes = nullptr;
  size_t size = 0;
  if (database_ == nullptr || hs_serialize_database(database_, &bytes, &size) != HS_SUCCESS)
    return failure("the patterns could not be stored");
  std::vector<uint8_t> copy(bytes, bytes + size);
  std::free(bytes);
  return copy;
}

Result<void> PatternIndex::prepare(PatternScratch& scratch) const {
  if (database_ == nullptr || hs_alloc_scratch(database_, &scratch.scratch_) == HS_SUCCESS)
    return {};
  return failure("no memory for scanning");
}

void PatternIndex::scan_raw(Bytes text, PatternScratch& scratch, Callback callback,
                            void* context) const {
  if (database_ == nullptr || text.empty()) return;
  if (hs_scan(database_, reinterpret_cast<const char*>(text.data()),
              static_cast<unsigned>(text.size()), 0, scratch.scratch_, callback,
              context) != HS_SUCCESS)
    scan_failed.add();
}

}  // namespace picket::detect::suricata
