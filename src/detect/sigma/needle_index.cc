// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/needle_index.h"

#include <hs/hs.h>

#include <climits>
#include <utility>

namespace picket::detect::sigma {
namespace {

int on_match(unsigned int id, unsigned long long, unsigned long long, unsigned int, void* context) {
  static_cast<std::vector<uint32_t>*>(context)->push_back(id);
  return 0;
}

}  // namespace

ScanScratch::~ScanScratch() {
  if (scratch_ != nullptr) hs_free_scratch(scratch_);
}

Result<NeedleIndex> NeedleIndex::create(std::vector<std::string> needles) {
  NeedleIndex index;
  index.count_ = needles.size();
  if (needles.size() <= kSmallSetMax) {
    index.small_ = std::move(needles);
    return index;
  }
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  std::vector<unsigned> flags(needles.size(), HS_FLAG_SINGLEMATCH);
  std::vector<unsigned> ids;
  for (const std::string& needle : needles) {
    ids.push_back(static_cast<unsigned>(texts.size()));
    texts.push_back(needle.data());
    sizes.push_back(needle.size());
  }
  hs_compile_error_t* error = nullptr;
  hs_error_t result = hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), sizes.data(),
                                           static_cast<unsigned>(texts.size()), HS_MODE_BLOCK,
                                           nullptr, &index.database_, &error);
  if (result == HS_SUCCESS) return index;
  std::string message = error != nullptr ? error->message : "no reason given";
  if (error != nullptr) hs_free_compile_error(error);
  return failure("literals could not be compiled: " + message);
}

NeedleIndex::NeedleIndex(NeedleIndex&& other) noexcept
    : count_(std::exchange(other.count_, 0)),
      small_(std::move(other.small_)),
      database_(std::exchange(other.database_, nullptr)) {}

NeedleIndex& NeedleIndex::operator=(NeedleIndex&& other) noexcept {
  std::swap(count_, other.count_);
  std::swap(small_, other.small_);
  std::swap(database_, other.database_);
  return *this;
}

NeedleIndex::~NeedleIndex() {
  if (database_ != nullptr) hs_free_database(database_);
}

size_t NeedleIndex::database_bytes() const {
  size_t bytes = 0;
  if (database_ != nullptr) hs_database_size(database_, &bytes);
  return bytes;
}

Result<void> NeedleIndex::prepare(ScanScratch& scratch) const {
  if (database_ == nullptr) return {};
  if (hs_alloc_scratch(database_, &scratch.scratch_) == HS_SUCCESS) return {};
  return failure("no memory for the rules' scan");
}

bool NeedleIndex::scan(std::string_view text, ScanScratch& scratch,
                       std::vector<uint32_t>& found) const {
  for (size_t i = 0; i < small_.size(); ++i) {
    if (text.find(small_[i]) != std::string_view::npos) found.push_back(static_cast<uint32_t>(i));
  }
  if (database_ == nullptr || text.empty()) return true;
  if (text.size() > UINT_MAX) return false;
  return hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0, scratch.scratch_,
                 &on_match, &found) == HS_SUCCESS;
}

}  // namespace picket::detect::sigma
