// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/pattern_cache.h"

#include <fcntl.h>
#include <hs/hs.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/counter.h"
#include "base/unique_fd.h"
#include "detect/suricata/small_file.h"

namespace picket::detect::suricata {
namespace {

Counter cache_unwritten{"suricata.cache_unwritten",
                        "compiled rules that could not be kept on disk"};

constexpr std::string_view kMagic = "picket-patterns-1\n";

void put(std::string& out, uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(number >> shift);
}

std::string digest(std::string_view text) {
  uint8_t value[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  std::string name;
  if (EVP_Digest(text.data(), text.size(), value, &size, EVP_sha256(), nullptr) != 1) return name;
  for (unsigned i = 0; i < size; ++i) {
    name += "0123456789abcdef"[value[i] >> 4];
    name += "0123456789abcdef"[value[i] & 15];
  }
  return name;
}

}  // namespace

PatternCache::PatternCache(const std::string& folder,
                           const std::vector<std::vector<PatternIndex::Pattern>>& groups,
                           const std::vector<bool>& every_match)
    : folder_(folder), groups_(groups.size()) {
  if (folder.empty()) return;
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
  path_ = folder + "/" + digest(text) + ".patterns";
}

bool PatternCache::load(const std::function<void(size_t, PatternIndex)>& take) const {
  if (path_.empty()) return false;
  struct stat status {};
  if (stat(path_.c_str(), &status) != 0 || (status.st_uid != geteuid() && status.st_uid != 0) ||
      (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return false;
  auto content = read_small_file(path_);
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
  if (path_.empty()) return;
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
  std::string aside = path_ + "." + std::to_string(getpid());
  UniqueFd file(open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  bool good = file.get() >= 0;
  for (size_t at = 0; good && at < out.size();) {
    ssize_t wrote = write(file.get(), out.data() + at, out.size() - at);
    good = wrote > 0;
    at += good ? static_cast<size_t>(wrote) : 0;
  }
  if (!good || rename(aside.c_str(), path_.c_str()) != 0) {
    unlink(aside.c_str());
    cache_unwritten.add();
  }
}

}  // namespace picket::detect::suricata
