// SPDX-License-Identifier: Apache-2.0
// Files on the wire: name, extension, type, size, digest lists, keeping.
#include <algorithm>
#include <unordered_set>

#include "base/ascii.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/number_condition.h"
#include "detect/suricata/pattern_text.h"
#include "detect/suricata/small_file.h"
#include "detect/suricata/text.h"
#include "detect/suricata/tx_buffers.h"
#include "inspect/file/file_keeper.h"

namespace picket::detect::suricata::keyword {
namespace {

using inspect::FileBody;

constexpr size_t kFilesMax = 256;  // looked at in one transaction and direction

// A condition that one of the transaction's files must meet.
class FileCheck : public TxCheck {
 public:
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    inspect::Direction side = direction.value_or(scope.direction);
    bool open = false;
    for (size_t i = 0; i < kFilesMax; ++i) {
      FileBody* file = buffers.transaction().file(side, i);
      if (file == nullptr) break;
      TxOutcome outcome = judge(*file);
      if (outcome == TxOutcome::kMatch) return outcome;
      if (outcome == TxOutcome::kNotYet) open = true;
    }
    bool done = buffers.transaction().progress(side) == inspect::Transaction::kDone;
    return done && !open ? TxOutcome::kNever : TxOutcome::kNotYet;
  }

 protected:
  ~FileCheck() = default;
  virtual TxOutcome judge(FileBody& file) const = 0;
};

class FileNameCheck final : public FileCheck {
 public:
  FileNameCheck(std::string_view text, bool negated, bool extension)
      : text_(text), negated_(negated), extension_(extension) {}

 private:
  TxOutcome judge(FileBody& file) const override {
    std::string name = ascii_lowered(extension_ ? file.extension() : as_text(file.name()));
    bool found = extension_ ? name == text_ : name.find(text_) != std::string::npos;
    return found != negated_ ? TxOutcome::kMatch : TxOutcome::kNever;
  }
  std::string_view text_;
  bool negated_, extension_;
};

template <bool Extension>
Result<void> parse_name(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  TRY_ASSIGN(std::string text, parse_pattern(value.text));
  rule.add_tx_check(rule.arena().make<FileNameCheck>(rule.arena().text(ascii_lowered(text)),
                                                     value.negated, Extension));
  return {};
}

class FileSizeCheck final : public FileCheck {
 public:
  explicit FileSizeCheck(NumberCondition test) : test_(test) {}

 private:
  TxOutcome judge(FileBody& file) const override {
    if (file.state() == FileBody::State::kClosed)
      return test_.matches(static_cast<int64_t>(file.size())) ? TxOutcome::kMatch
                                                              : TxOutcome::kNever;
    return file.open() ? TxOutcome::kNotYet : TxOutcome::kNever;
  }
  NumberCondition test_;
};

Result<std::string_view> take_direction(std::string_view text,
                                        std::optional<inspect::Direction>& direction) {
  size_t comma = text.find(',');
  if (comma == std::string_view::npos) return text;
  std::string_view word = trimmed(text.substr(0, comma));
  if (word == "to_server" || word == "toserver")
    direction = inspect::Direction::kToServer;
  else if (word == "to_client" || word == "toclient")
    direction = inspect::Direction::kToClient;
  else
    return failure("expected to_server or to_client, found \"" + std::string(word) + "\"");
  return trimmed(text.substr(comma + 1));
}

Result<void> parse_size_keyword(RuleBuilder& rule, const RuleOption& option) {
  std::optional<inspect::Direction> direction;
  TRY_ASSIGN(std::string_view text, take_direction(option.value, direction));
  TRY_ASSIGN(NumberCondition test, NumberCondition::parse(text));
  auto* check = rule.arena().make<FileSizeCheck>(test);
  check->direction = direction;
  rule.add_tx_check(check);
  return {};
}

// filemd5 and its like: the digest of the file is (with !, is not) in a list.
class DigestCheck final : public FileCheck {
 public:
  DigestCheck(inspect::FileHash hash, const std::unordered_set<std::string>& list, bool negated)
      : hash_(hash), list_(list), negated_(negated) {}

 private:
  TxOutcome judge(FileBody& file) const override {
    if (!file.wanted(hash_)) file.want(hash_);
    if (file.open()) return TxOutcome::kNotYet;
    auto digest = file.hash_hex(hash_);
    if (!digest) return TxOutcome::kNever;
    return list_.contains(*digest) != negated_ ? TxOutcome::kMatch : TxOutcome::kNever;
  }
  inspect::FileHash hash_;
  const std::unordered_set<std::string>& list_;
  bool negated_;
};

template <inspect::FileHash Hash>
Result<void> parse_digest(RuleBuilder& rule, const RuleOption& option) {
  constexpr size_t kDigits = Hash == inspect::FileHash::kMd5    ? 32
                             : Hash == inspect::FileHash::kSha1 ? 40
                                                                : 64;
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  std::string path = rule.set().path_of(value.text);
  TRY_ASSIGN(std::string content, read_small_file(path));
  auto* list = rule.arena().make<std::unordered_set<std::string>>();
  for (std::string_view line : split(content, '\n')) {
    std::string digest = ascii_lowered(line.substr(0, kDigits));
    if (digest.size() == kDigits &&
        digest.find_first_not_of("0123456789abcdef") == std::string::npos)
      list->insert(digest);
  }
  if (list->empty()) return failure(path + " holds no such digest");
  rule.add_tx_check(rule.arena().make<DigestCheck>(Hash, *list, value.negated));
  return {};
}

// filestore: the rule's file is to be kept. What "the file" is, the transaction tells.
class StoreCheck final : public TxCheck {
 public:
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    return buffers.transaction().file(direction.value_or(scope.direction), 0) != nullptr
               ? TxOutcome::kMatch
               : TxOutcome::kNotYet;
  }
};

class StoreEffect final : public MatchEffect {
 public:
  void apply(MatchScope& scope) const override {
    if (scope.transaction == nullptr) return;
    for (size_t i = 0; i < kFilesMax; ++i) {
      FileBody* file = scope.transaction->file(scope.direction, i);
      if (file == nullptr) break;
      uint32_t sid = scope.rule->facts.sid;
      if (std::find(file->signatures.begin(), file->signatures.end(), sid) ==
          file->signatures.end())
        file->signatures.push_back(sid);
      if (scope.context->app_settings != nullptr)
        inspect::keep(*file, *scope.context->app_settings);
    }
  }
};

Result<void> parse_filestore(RuleBuilder& rule, const RuleOption& option) {
  auto* check = rule.arena().make<StoreCheck>();
  for (std::string_view word : split(option.value, ',')) {
    if (word == "to_server" || word == "request")
      check->direction = inspect::Direction::kToServer;
    else if (word == "to_client" || word == "response")
      check->direction = inspect::Direction::kToClient;
    else if (word == "flow" || word == "ssn")
      continue;  // every file of the transaction is kept
    else if (!word.empty() && word != "both" && word != "tx" && word != "file")
      return failure("expected to_server, to_client or both, and tx, file or flow, found \"" +
                     std::string(word) + "\"");
  }
  rule.rule().flags |= kWantsFilestore;
  rule.add_tx_check(check);
  rule.add_effect(rule.arena().make<StoreEffect>());
  return {};
}

constexpr Keyword kKeywords[] = {
    {"filename", "", State::kFull, "The file's name holds this text.", "filename:\"secret\";", "",
     parse_name<false>},
    {"fileext", "", State::kFull, "The file's extension.", "fileext:\"exe\";", "",
     parse_name<true>},
    {"filesize", "file.size", State::kFull, "The file's size.", "filesize:>1MB;", "",
     parse_size_keyword},
    {"filemd5", "", State::kFull, "The file's MD5 is in a list.", "filemd5:bad.md5;", "",
     parse_digest<inspect::FileHash::kMd5>},
    {"filesha1", "", State::kFull, "The file's SHA-1 is in a list.", "filesha1:bad.sha1;", "",
     parse_digest<inspect::FileHash::kSha1>},
    {"filesha256", "", State::kFull, "The file's SHA-256 is in a list.", "filesha256:bad.sha256;",
     "", parse_digest<inspect::FileHash::kSha256>},
    {"filestore", "", State::kFull, "The file is kept, where the user asks for it (--keep-files).",
     "filestore;", "", parse_filestore},
};

}  // namespace

Keywords file_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
