// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/pattern_cache.h"

#include <hs/hs.h>
#include <openssl/evp.h>

#include "base/counter.h"
#include "base/hex.h"

namespace picket::detect::suricata {
namespace {

Counter cache_unwritten{"suricata.cache_unwritten",
                        "compiled rules that could not be kept on disk"};
Counter cache_untrusted{
    "suricata.cache_untrusted",
    "folders and files of compiled rules not used because others may write them"};

constexpr std::string_view kMagic = "picket-patterns-1\n";
constexpr std::string_view kEnding = ".patterns";

void put(std::string& out, uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(number >> shift);
}

std::string digest(std::string_view text) {
  uint8_t value[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), value, &size, EVP_sha256(), nullptr) != 1) return {};
  return hex_of(Bytes(value, size));
}

}  // namespace

PatternCache::PatternCache(const std::string& folder,
                           const std::vector<std::vector<PatternIndex::Pattern>>& groups,
                           const std::vector<bool>& every_match)
    : groups_(groups.size()) {
  if (folder.empty()) return;
  auto opened = PrivateFolder::open(folder);
  if (!opened) {
    cache_untrusted.add();
    return;
  }
  folder_ = std::move(*opened);
  std::string text(hs_version());
  hs_platform_info_t platform{};
  hs_populate_platform(&platform);
  put(text, platform.tune);
  put(text, platform.cpu_features);
  for (size_t i = 0; i < groups.size(); ++i) {
    put(text, groups[i].size() * 2 + (every_match[i] ? 1 : 0));
    for (const PatternIndex::Pattern& pattern : groups[i]) {
      put(text, pattern.bytes.size() * 2 + (pattern.nocase ? 1 : 0));
      text += as_text(pattern.bytes);
    }
  }
  name_ = digest(text) + std::string(kEnding);
  path_ = folder + "/" + name_;
}

bool PatternCache::load(const std::function<void(size_t, PatternIndex)>& take) const {
  if (!folder_) return false;
  auto content = folder_->read(name_, kFileBytesMax);
  if (!content && content.error().code != ENOENT) cache_untrusted.add();
  if (!content || !content->starts_with(kMagic) || content->size() < kMagic.size() + 64)
    return false;
  // The last 64 bytes are the digest of all before: a half-written or damaged file is not believed.
  std::string_view body = std::string_view(*content).substr(0, content->size() - 64);
  if (digest(body) != content->substr(content->size() - 64)) return false;
  ByteReader in(as_bytes(body.substr(kMagic.size())));
  std::vector<PatternIndex> indexes;
  for (size_t i = 0; i < groups_; ++i) {
    size_t count = in.u64_le(), longest = in.u64_le(), size = in.u64_le();
    Bytes stored = in.take(size);
    if (in.failed()) return false;
    auto index = count == 0 ? Result<PatternIndex>(PatternIndex())
                            : PatternIndex::restore(stored, count, longest);
    if (!index) return false;
    indexes.push_back(std::move(*index));
  }
  for (size_t i = 0; i < groups_; ++i) take(i, std::move(indexes[i]));
  return true;
}

void PatternCache::store(const std::function<const PatternIndex&(size_t)>& get) const {
  if (!folder_) return;
  std::string out(kMagic);
  for (size_t i = 0; i < groups_; ++i) {
    const PatternIndex& index = get(i);
    auto stored = index.size() == 0 ? Result<std::vector<uint8_t>>(std::vector<uint8_t>())
                                    : index.serialized();
    if (!stored) {
      cache_unwritten.add();
      return;
    }
    put(out, index.size());
    put(out, index.longest());
    put(out, stored->size());
    out.append(stored->begin(), stored->end());
  }
  out += digest(out);
  if (!folder_->write(name_, out)) cache_unwritten.add();
  folder_->keep_newest(kEnding, kFilesMax);
}

}  // namespace picket::detect::suricata
