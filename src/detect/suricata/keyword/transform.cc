// SPDX-License-Identifier: Apache-2.0
// Transforms: what is made of a buffer before contents look into it.
#include <openssl/evp.h>

#include <memory>

#include "detect/suricata/base64.h"
#include "detect/suricata/inflate.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/pattern_text.h"
#include "detect/suricata/regex_program.h"
#include "detect/suricata/text.h"
#include "detect/suricata/top_level_domain.h"

namespace picket::detect::suricata::keyword {
namespace {

using Out = std::vector<uint8_t>;

void append(Out& out, Bytes bytes) {
  out.insert(out.end(), bytes.begin(),
             bytes.begin() + static_cast<long>(std::min(bytes.size(), Transform::kOutputMax)));
}
bool is_white(uint8_t c) { return c == ' ' || (c >= 9 && c <= 13); }

// Transforms without options, as functions.
bool dotprefix(Bytes in, Out& out) {
  out.push_back('.');
  append(out, in);
  return true;
}
bool strip_whitespace(Bytes in, Out& out) {
  for (uint8_t c : in)
    if (!is_white(c)) out.push_back(c);
  return true;
}
bool compress_whitespace(Bytes in, Out& out) {
  for (size_t i = 0; i < in.size(); ++i) {
    if (is_white(in[i]) && i > 0 && is_white(in[i - 1])) continue;
    out.push_back(in[i]);
  }
  return true;
}
bool to_lowercase(Bytes in, Out& out) {
  for (uint8_t c : in) out.push_back(c >= 'A' && c <= 'Z' ? static_cast<uint8_t>(c + 32) : c);
  return true;
}
bool to_uppercase(Bytes in, Out& out) {
  for (uint8_t c : in) out.push_back(c >= 'a' && c <= 'z' ? static_cast<uint8_t>(c - 32) : c);
  return true;
}
template <const EVP_MD* (*Digest)()>
bool digest(Bytes in, Out& out) {
  uint8_t value[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(in.data(), in.size(), value, &size, Digest(), nullptr) != 1) return false;
  append(out, {value, size});
  return true;
}
int hex_digit(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
bool url_decode(Bytes in, Out& out) {
  for (size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '+') {
      out.push_back(' ');
    } else if (in[i] == '%' && i + 2 < in.size() && hex_digit(in[i + 1]) >= 0 &&
               hex_digit(in[i + 2]) >= 0) {
      out.push_back(static_cast<uint8_t>(hex_digit(in[i + 1]) << 4 | hex_digit(in[i + 2])));
      i += 2;
    } else {
      out.push_back(in[i]);
    }
  }
  return true;
}
bool header_lowercase(Bytes in, Out& out) {  // the name of each line, up to the colon
  bool in_name = true;
  for (uint8_t c : in) {
    if (c == ':') in_name = false;
    if (c == '\n') in_name = true;
    out.push_back(in_name && c >= 'A' && c <= 'Z' ? static_cast<uint8_t>(c + 32) : c);
  }
  return true;
}
bool strip_pseudo_headers(Bytes in, Out& out) {  // lines that begin with a colon
  std::string_view text = as_text(in);
  while (!text.empty()) {
    size_t end = text.find('\n');
    std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
    if (line[0] != ':') append(out, as_bytes(line));
    text.remove_prefix(line.size());
  }
  return true;
}
bool domain(Bytes in, Out& out) {
  std::string_view found = registered_domain(as_text(in));
  append(out, as_bytes(found));
  return !found.empty();
}
bool tld(Bytes in, Out& out) {
  std::string_view found = public_suffix(as_text(in));
  append(out, as_bytes(found));
  return !found.empty();
}

class PlainTransform final : public Transform {
 public:
  using Function = bool (*)(Bytes, Out&);
  PlainTransform(std::string_view name, Function function) : name_(name), function_(function) {}
  bool apply(Bytes in, Out& out) const override { return function_(in, out); }
  std::string_view text() const override { return name_; }

 private:
  std::string_view name_;
  Function function_;
};

Result<void> add_transform(RuleBuilder& rule, const Transform* transform) {
  if (rule.on_payload() && !rule.current().selected && rule.current().checks.empty())
    rule.current().selected = true;
  // Behind a content: what follows looks into what the transform makes, what stands before does
  // not.
  if (!rule.current().checks.empty()) rule.select_anew();
  rule.current().transforms.push_back(transform);
  return {};
}

template <PlainTransform::Function Function>
Result<void> parse_plain(RuleBuilder& rule, const RuleOption& option) {
  if (option.has_value) return failure(std::string(option.name) + " takes no value");
  return add_transform(rule,
                       rule.arena().make<PlainTransform>(rule.arena().text(option.name), Function));
}

class XorTransform final : public Transform {
 public:
  XorTransform(std::string_view text, Bytes key) : text_(text), key_(key) {}
  size_t extract = 0, extract_at = 0,
         offset = 0;  // extract > 0: that many bytes of the buffer are the key
  bool apply(Bytes in, Out& out) const override {
    Bytes key = key_;
    if (extract != 0) {
      if (extract_at + extract > in.size()) return append(out, in), true;
      key = in.subspan(extract_at, extract);
    }
    for (size_t i = 0; i < in.size(); ++i)
      out.push_back(i < offset ? in[i]
                               : static_cast<uint8_t>(in[i] ^ key[(i - offset) % key.size()]));
    return true;
  }
  std::string_view text() const override { return text_; }

 private:
  std::string_view text_;
  Bytes key_;
};

std::string_view whole_text(RuleBuilder& rule, const RuleOption& option) {
  return rule.arena().text(std::string(option.name) + ":" + std::string(option.value));
}

Result<void> parse_xor(RuleBuilder& rule, const RuleOption& option) {
  size_t extract = 0, at = 0, offset = 0;
  std::string key;
  for (std::string_view word : split(option.value, ',')) {
    auto parts = split(word, ' ');
    auto number = parts.size() > 1 ? parse_number<size_t>(parts[1]) : std::nullopt;
    if (word.starts_with("offset") && number) {
      offset = *number;
    } else if (word.starts_with("extract") && number && parts.size() > 2 &&
               parse_number<size_t>(parts[2])) {
      extract = *number;
      at = *parse_number<size_t>(parts[2]);
      if (extract == 0 || extract > 16) return failure("a key of 1 to 16 bytes can be extracted");
    } else {
      TRY_ASSIGN(QuotedValue value, unquote(word));
      TRY_ASSIGN(key, parse_pattern("|" + std::string(value.text) + "|"));
    }
  }
  if (key.empty() && extract == 0)
    return failure("expected a key in hexadecimal, or extract BYTES OFFSET");
  auto* transform =
      rule.arena().make<XorTransform>(whole_text(rule, option), rule.arena().bytes(key));
  transform->extract = extract;
  transform->extract_at = at;
  transform->offset = offset;
  return add_transform(rule, transform);
}

class FromBase64Transform final : public Transform {
 public:
  FromBase64Transform(std::string_view text, Base64Mode mode, size_t bytes, size_t offset)
      : text_(text), mode_(mode), bytes_(bytes), offset_(offset) {}
  bool apply(Bytes in, Out& out) const override {
    if (offset_ >= in.size()) return append(out, in), true;
    Bytes part = in.subspan(offset_);
    if (bytes_ != 0) part = part.first(std::min(bytes_, part.size()));
    if (!decode_base64(part, mode_, out)) append(out, in);
    return true;
  }
  std::string_view text() const override { return text_; }

 private:
  std::string_view text_;
  Base64Mode mode_;
  size_t bytes_, offset_;
};

Result<void> parse_from_base64(RuleBuilder& rule, const RuleOption& option) {
  Base64Mode mode = Base64Mode::kRfc4648;
  size_t bytes = 0, offset = 0;
  for (std::string_view word : split(option.value, ',')) {
    if (word.empty()) continue;
    size_t space = word.find(' ');
    std::string_view value =
        space == std::string_view::npos ? std::string_view() : trimmed(word.substr(space));
    auto number = parse_number<uint32_t>(value);
    if (word.starts_with("bytes") && number && *number > 0)
      bytes = *number;
    else if (word.starts_with("offset") && number)
      offset = *number;
    else if (word.starts_with("mode") &&
             (value == "rfc4648" || value == "rfc2045" || value == "strict"))
      mode = value == "strict"    ? Base64Mode::kStrict
             : value == "rfc2045" ? Base64Mode::kRfc2045
                                  : Base64Mode::kRfc4648;
    else
      return failure("expected bytes N, offset N or mode rfc4648, rfc2045 or strict, found \"" +
                     std::string(word) + "\"");
  }
  return add_transform(
      rule, rule.arena().make<FromBase64Transform>(whole_text(rule, option), mode, bytes, offset));
}

// pcrexform: the first group that the expression captured.
class PcreTransform final : public Transform {
 public:
  PcreTransform(std::string_view text, const RegexProgram& program)
      : text_(text), program_(program) {}
  bool apply(Bytes in, Out& out) const override {
    RegexProgram::Match match;
    if (!program_.find(in, 0, match) || match.groups == 0 ||
        match.group_from[0] > match.group_to[0])
      return append(out, in), true;
    append(out, in.subspan(match.group_from[0], match.group_to[0] - match.group_from[0]));
    return true;
  }
  std::string_view text() const override { return text_; }

 private:
  std::string_view text_;
  const RegexProgram& program_;
};

Result<void> parse_pcrexform(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  TRY_ASSIGN(RegexProgram * program, RegexProgram::create(value.text, 0));
  auto* owned = rule.arena().make<std::unique_ptr<RegexProgram>>(program);
  if ((*owned)->groups() == 0) return failure("the expression has no group to take");
  return add_transform(rule, rule.arena().make<PcreTransform>(whole_text(rule, option), **owned));
}

// subslice: OFFSET[,BYTES][,truncate]; negative numbers count from the end.
class SubsliceTransform final : public Transform {
 public:
  SubsliceTransform(std::string_view text, int64_t offset, std::optional<int64_t> bytes,
                    bool truncate)
      : text_(text), offset_(offset), bytes_(bytes), truncate_(truncate) {}
  bool apply(Bytes in, Out& out) const override {
    int64_t size = static_cast<int64_t>(in.size());
    int64_t from = offset_ < 0 ? size + offset_ : offset_;
    if (truncate_) from = std::clamp<int64_t>(from, 0, size);
    int64_t to = !bytes_ ? size : *bytes_ < 0 ? size + *bytes_ : from + *bytes_;
    if (truncate_) to = std::clamp<int64_t>(to, 0, size);
    if (from < 0 || from > size || to > size || to < from) return true;  // nothing is left
    append(out, in.subspan(static_cast<size_t>(from), static_cast<size_t>(to - from)));
    return true;
  }
  std::string_view text() const override { return text_; }

 private:
  std::string_view text_;
  int64_t offset_;
  std::optional<int64_t> bytes_;
  bool truncate_;
};

Result<void> parse_subslice(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  bool truncate = words.back() == "truncate";
  if (truncate) words.pop_back();
  auto offset = words.empty() ? std::nullopt : parse_number<int64_t>(words[0]);
  std::optional<int64_t> bytes;
  if (words.size() == 2) bytes = parse_number<int64_t>(words[1]);
  if (!offset || words.size() > 2 || (words.size() == 2 && !bytes))
    return failure("expected OFFSET[,BYTES][,truncate]");
  return add_transform(rule, rule.arena().make<SubsliceTransform>(whole_text(rule, option), *offset,
                                                                  bytes, truncate));
}

class InflateTransform final : public Transform {
 public:
  InflateTransform(std::string_view text, bool gzip, size_t bytes_max)
      : text_(text), gzip_(gzip), bytes_max_(bytes_max) {}
  bool apply(Bytes in, Out& out) const override {
    if (!inflate_bytes(in, gzip_, std::min(bytes_max_, kOutputMax), out)) append(out, in);
    return true;
  }
  std::string_view text() const override { return text_; }

 private:
  std::string_view text_;
  bool gzip_;
  size_t bytes_max_;
};

template <bool Gzip>
Result<void> parse_inflate(RuleBuilder& rule, const RuleOption& option) {
  size_t bytes = 1024;
  if (option.has_value) {
    std::string_view text =
        option.value.starts_with("max-size") ? option.value.substr(8) : option.value;
    auto number = parse_size(text);
    if (!number || *number == 0) return failure("expected max-size BYTES");
    bytes = *number;
  }
  return add_transform(rule,
                       rule.arena().make<InflateTransform>(whole_text(rule, option), Gzip, bytes));
}

constexpr Keyword kKeywords[] = {
    {"dotprefix", "", State::kFull, "Puts a dot before the buffer.",
     "dns.query; dotprefix; content:\".evil.test\";", "", parse_plain<dotprefix>},
    {"strip_whitespace", "", State::kFull, "Takes white space out.", "strip_whitespace;", "",
     parse_plain<strip_whitespace>},
    {"compress_whitespace", "", State::kFull, "Leaves one of each run of white space.",
     "compress_whitespace;", "", parse_plain<compress_whitespace>},
    {"to_lowercase", "", State::kFull, "Capitals to small letters.", "to_lowercase;", "",
     parse_plain<to_lowercase>},
    {"to_uppercase", "", State::kFull, "Small letters to capitals.", "to_uppercase;", "",
     parse_plain<to_uppercase>},
    {"to_md5", "", State::kFull, "The MD5 digest, 16 bytes.", "to_md5;", "",
     parse_plain<digest<EVP_md5>>},
    {"to_sha1", "", State::kFull, "The SHA-1 digest, 20 bytes.", "to_sha1;", "",
     parse_plain<digest<EVP_sha1>>},
    {"to_sha256", "", State::kFull, "The SHA-256 digest, 32 bytes.", "to_sha256;", "",
     parse_plain<digest<EVP_sha256>>},
    {"url_decode", "", State::kFull, "Percent signs and plus are decoded.", "url_decode;", "",
     parse_plain<url_decode>},
    {"header_lowercase", "", State::kFull, "Header names in small letters.", "header_lowercase;",
     "", parse_plain<header_lowercase>},
    {"strip_pseudo_headers", "", State::kFull, "Takes HTTP/2 pseudo headers out.",
     "strip_pseudo_headers;", "", parse_plain<strip_pseudo_headers>},
    {"domain", "", State::kPartial, "The registered domain of a name.", "tls.sni; domain;",
     "of names below two-letter endings the usual second levels are known, not the whole public "
     "suffix list",
     parse_plain<domain>},
    {"tld", "", State::kPartial, "The public suffix of a name.", "tls.sni; tld;", "as domain",
     parse_plain<tld>},
    {"xor", "", State::kFull, "Exclusive or with a key, written out or taken from the buffer.",
     "xor:\"0d0ac8ff\";", "", parse_xor},
    {"from_base64", "", State::kFull, "Decodes base64.", "from_base64: offset 6, mode rfc2045;", "",
     parse_from_base64},
    {"pcrexform", "", State::kFull, "The first group of a regular expression.",
     "pcrexform:\"[a-zA-Z]+\\s+(.*)\\s+HTTP\";", "", parse_pcrexform},
    {"subslice", "", State::kFull, "A part of the buffer.", "subslice: -20, 5, truncate;", "",
     parse_subslice},
    {"gunzip", "", State::kFull, "Unpacks gzip.", "gunzip: max-size 4096;", "",
     parse_inflate<true>},
    {"zlib_deflate", "", State::kFull, "Unpacks zlib.", "zlib_deflate: max-size 4096;", "",
     parse_inflate<false>},
    {"luaxform", "", State::kRefused, "A transform written in Lua.", "luaxform:x.lua;",
     "picket runs no code of rules"},
};

}  // namespace

Keywords transform_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
