// SPDX-License-Identifier: Apache-2.0
#include "process/text_pool.h"

namespace picket::process {

PooledText::PooledText(const PooledText& other) : kept_(other.kept_) {
  if (kept_) ++kept_->uses;
}

PooledText::~PooledText() {
  if (kept_ && --kept_->uses == 0) kept_->pool->forget(kept_);
}

std::string_view PooledText::view() const { return kept_ ? std::string_view(kept_->text) : ""; }

PooledText TextPool::keep(std::string_view text) {
  if (text.empty()) return {};
  if (const auto found = texts_.find(text); found != texts_.end()) {
    ++(*found)->uses;
    return PooledText(*found);
  }
  auto* kept = new PooledText::Kept{this, 1, std::string(text)};
  texts_.insert(kept);
  return PooledText(kept);
}

void TextPool::forget(PooledText::Kept* kept) {
  texts_.erase(kept);
  delete kept;
}

}  // namespace picket::process
