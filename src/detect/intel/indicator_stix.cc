// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/indicator_stix.h"

#include <array>

#include "base/ascii.h"

namespace picket::detect::intel {
namespace {

// The kind a path's values have. Quotes inside the path are gone, case is folded.
std::optional<IndicatorKind> kind_of_path(std::string_view path) {
  struct Path {
    std::string_view path;
    IndicatorKind kind;
  };
  static constexpr auto kPaths = std::to_array<Path>({
      {"ipv4-addr:value", IndicatorKind::kAddress},
      {"ipv6-addr:value", IndicatorKind::kAddress},
      {"network-traffic:dst_ref.value", IndicatorKind::kAddress},
      {"network-traffic:src_ref.value", IndicatorKind::kAddress},
      {"domain-name:value", IndicatorKind::kDomain},
      {"url:value", IndicatorKind::kUrl},
      {"file:hashes.md5", IndicatorKind::kMd5},
      {"file:hashes.sha-1", IndicatorKind::kSha1},
      {"file:hashes.sha1", IndicatorKind::kSha1},
      {"file:hashes.sha-256", IndicatorKind::kSha256},
      {"file:hashes.sha256", IndicatorKind::kSha256},
      {"file:extensions.windows-pebinary-ext.imphash", IndicatorKind::kImphash},
      {"x509-certificate:hashes.sha-1", IndicatorKind::kCertificateSha1},
      {"x509-certificate:hashes.sha-256", IndicatorKind::kCertificateSha256},
  });
  for (const Path& known : kPaths)
    if (known.path == path) return known.kind;
  return std::nullopt;
}

class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : pattern_(pattern) {}

  std::expected<std::vector<Indicator>, PatternError> read() {
    do {
      blanks();
      size_t brackets = 0;
      while (take('(')) ++brackets, blanks();
      if (!take('[')) fail("expected [");
      comparisons();
      if (!take(']'))
        fail(word_here("AND") ? "AND narrows the value: not supported" : "expected OR or ]");
      for (blanks(); brackets > 0 && take(')'); --brackets) blanks();
      if (brackets > 0) fail("expected )");
    } while (error_.what.empty() && take_word("OR"));
    blanks();
    if (error_.what.empty() && at_ != pattern_.size())
      fail(
          "only OR may follow: AND, FOLLOWEDBY and qualifiers narrow the value and are not "
          "supported");
    if (!error_.what.empty()) return std::unexpected(std::move(error_));
    return std::move(found_);
  }

 private:
  void fail(std::string what) {
    if (error_.what.empty()) error_ = {at_, std::move(what)};
  }
  void blanks() {
    while (at_ < pattern_.size() && (pattern_[at_] == ' ' || pattern_[at_] == '\t' ||
                                     pattern_[at_] == '\n' || pattern_[at_] == '\r'))
      ++at_;
  }
  bool take(char c) {
    if (!error_.what.empty() || at_ >= pattern_.size() || pattern_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool word_here(std::string_view word) const {
    if (pattern_.substr(at_, word.size()) != word) return false;
    const size_t end = at_ + word.size();
    return end >= pattern_.size() || pattern_[end] == ' ' || pattern_[end] == '(' ||
           pattern_[end] == '[' || pattern_[end] == '\'';
  }
  bool take_word(std::string_view word) {
    if (!error_.what.empty() || !word_here(word)) return false;
    at_ += word.size();
    return true;
  }
  void comparisons() {
    do {
      blanks();
      comparison();
      blanks();
    } while (error_.what.empty() && take_word("OR"));
  }
  void comparison() {
    if (++comparisons_ > kPatternComparisonsMax) return fail("more comparisons than are read");
    const size_t path_at = at_;
    const std::optional<IndicatorKind> kind = kind_of_path(path());
    if (!kind) {
      at_ = path_at;
      return fail("an object path that is not matched here");
    }
    blanks();
    if (take_word("NOT")) return fail("NOT is not supported");
    if (take('=')) {
      blanks();
      value(*kind);
    } else if (take_word("IN")) {
      list(*kind);
    } else if (take_word("ISSUBSET")) {
      if (*kind != IndicatorKind::kAddress) return fail("ISSUBSET of something that is no address");
      blanks();
      value(*kind);
    } else {
      fail("an operator that is not supported: only =, IN and ISSUBSET");
    }
  }
  void list(IndicatorKind kind) {
    blanks();
    if (!take('(')) return fail("expected (");
    do {
      blanks();
      value(kind);
      blanks();
    } while (take(','));
    if (!take(')')) fail("expected )");
  }
  // file:hashes.'SHA-256', up to the blank or operator behind it.
  std::string path() {
    std::string out;
    bool quoted = false;
    while (at_ < pattern_.size() && out.size() < 128) {
      const char c = pattern_[at_];
      if (c == '\'' || c == '"')
        quoted = !quoted;
      else if (!quoted && (c == ' ' || c == '=' || c == '!' || c == '<' || c == '>' || c == ']'))
        break;
      else
        out += ascii_lower(c);
      ++at_;
    }
    return out;
  }
  void value(IndicatorKind kind) {
    if (!error_.what.empty()) return;
    const size_t value_at = at_;
    if (!take('\'')) return fail("expected a text in quotes");
    std::string text;
    while (at_ < pattern_.size() && pattern_[at_] != '\'') {
      if (pattern_[at_] == '\\' && at_ + 1 < pattern_.size()) ++at_;
      text += pattern_[at_++];
    }
    if (!take('\'')) return fail("a text that does not end");
    auto indicator = make_indicator(kind, text);
    if (!indicator) {
      at_ = value_at;
      return fail("not a usable " + std::string(intel::text(kind)));
    }
    found_.push_back(std::move(*indicator));
  }

  std::string_view pattern_;
  size_t at_ = 0, comparisons_ = 0;
  PatternError error_;
  std::vector<Indicator> found_;
};

}  // namespace

std::expected<std::vector<Indicator>, PatternError> read_stix_pattern(std::string_view pattern) {
  return PatternReader(pattern).read();
}

}  // namespace picket::detect::intel
