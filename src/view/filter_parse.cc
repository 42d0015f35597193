// SPDX-License-Identifier: Apache-2.0
// From the text of a filter to its terms.
#include <algorithm>
#include <cctype>

#include "base/ascii.h"
#include "view/filter_term.h"

namespace picket::view {
namespace {

struct Key {
  std::string_view word;
  TermKind kind;
};
constexpr Key kKeys[] = {
    {"process", TermKind::kProcess},
    {"pid", TermKind::kPid},
    {"user", TermKind::kUser},
    {"uid", TermKind::kUid},
    {"port", TermKind::kPort},
    {"lport", TermKind::kLocalPort},
    {"rport", TermKind::kRemotePort},
    {"addr", TermKind::kAddress},
    {"local", TermKind::kLocal},
    {"remote", TermKind::kRemote},
    {"proto", TermKind::kTransport},
    {"state", TermKind::kState},
    {"dir", TermKind::kDirection},
    {"direction", TermKind::kDirection},
    {"name", TermKind::kName},
    {"unit", TermKind::kUnit},
    {"container", TermKind::kContainer},
    {"country", TermKind::kCountry},
    {"asn", TermKind::kAsn},
    {"owner", TermKind::kOwner},
    {"netns", TermKind::kNamespace},
};
constexpr Key kFlags[] = {
    {"listening", TermKind::kListening}, {"closed", TermKind::kClosed}, {"open", TermKind::kOpen}};
constexpr std::string_view kKeyList =
    "process pid user uid port lport rport addr local remote proto state dir name unit container "
    "country asn owner netns";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }

// Whether one changed, missing, added or swapped letter makes `typed` into `word`.
bool nearly(std::string_view typed, std::string_view word) {
  size_t front = 0;
  while (front < typed.size() && front < word.size() && typed[front] == word[front]) ++front;
  std::string_view a = typed.substr(front), b = word.substr(front);
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() <= 1 && b.size() <= 1) return true;
  return a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
}

// One piece of the text between blanks: its key, if it has one, and its values.
struct Token {
  size_t offset = 0;
  std::string key;  // lower case, empty: a word
  std::vector<FilterValue> values;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool done() const { return at_ >= text_.size(); }
  size_t offset() const { return at_; }

  // Takes a leading minus or the word not.
  Result<bool> negation() {
    const size_t began = at_;
    bool negated = false;
    if (text_[at_] == '-') {
      negated = true;
      ++at_;
    } else if (text_.size() - at_ >= 3 && ascii_lower(text_[at_]) == 'n' &&
               ascii_lower(text_[at_ + 1]) == 'o' && ascii_lower(text_[at_ + 2]) == 't' &&
               (at_ + 3 == text_.size() || is_blank(text_[at_ + 3]))) {
      negated = true;
      at_ += 3;
      skip_blanks();
    }
    if (negated && (done() || is_blank(text_[at_])))
      return filter_error(began, "expected a term to negate",
                          "write it right after, as in -port:22, or put the word in quotes");
    return negated;
  }

  Result<Token> token() {
    Token token;
    token.offset = at_;
    token.key = key();
    if (!token.key.empty()) at_ += token.key.size() + 1;
    while (true) {
      TRY_ASSIGN(FilterValue item, value());
      if (item.text.empty() && !item.quoted)
        return filter_error(
            item.offset,
            token.key.empty() ? "expected a word" : "expected a value for " + token.key + ":",
            "write one, as in port:443 or port:80,443");
      token.values.push_back(std::move(item));
      if (done() || text_[at_] != ',') return token;
      ++at_;
    }
  }

 private:
  // Letters up to a colon, unless all of it is an address as dead::1 is.
  std::string key() const {
    size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    if (end == at_ || end >= text_.size() || text_[end] != ':') return {};
    size_t last = end;
    while (last < text_.size() && !is_blank(text_[last]) && text_[last] != ',') ++last;
    if (Prefix::parse(text_.substr(at_, last - at_))) return {};
    std::string word(text_.substr(at_, end - at_));
    std::transform(word.begin(), word.end(), word.begin(), ascii_lower);
    return word;
  }

  Result<FilterValue> value() {
    FilterValue value;
    value.offset = at_;
    while (!done() && !is_blank(text_[at_]) && text_[at_] != ',') {
      if (text_[at_] != '"') {
        value.text += ascii_lower(text_[at_++]);
        continue;
      }
      value.quoted = true;
      const size_t opened = at_++;
      while (!done() && text_[at_] != '"') value.text += ascii_lower(text_[at_++]);
      if (done())
        return filter_error(opened, "expected a closing quote", "add \" at the end of the phrase");
      ++at_;
    }
    return value;
  }

  std::string_view text_;
  size_t at_ = 0;
};

Result<TermKind> kind_of(const Token& token) {
  if (token.key.empty()) {
    if (token.values.size() == 1 && !token.values[0].quoted)
      for (const Key& flag : kFlags)
        if (flag.word == token.values[0].text) return flag.kind;
    return TermKind::kWord;
  }
  for (const Key& key : kKeys)
    if (key.word == token.key) return key.kind;
  for (const Key& key : kKeys)
    if (nearly(token.key, key.word))
      return filter_error(token.offset, "there is no term " + token.key + ":",
                          "did you mean " + std::string(key.word) + ":?");
  return filter_error(token.offset, "there is no term " + token.key + ":",
                      "use one of " + std::string(kKeyList) + ", or put the text in quotes");
}

}  // namespace

std::unexpected<Error> filter_error(size_t offset, std::string what, std::string next) {
  return failure("filter, character " + std::to_string(offset + 1) + ": " + std::move(what),
                 std::move(next));
}

Result<Filter> Filter::parse(std::string_view text) {
  if (text.size() > kFilterBytesMax)
    return filter_error(kFilterBytesMax, "the filter is too long",
                        "use at most " + std::to_string(kFilterBytesMax) + " bytes");
  auto terms = std::make_unique<Terms>();
  size_t alternatives = 0;
  Scanner scanner(text);
  for (scanner.skip_blanks(); !scanner.done(); scanner.skip_blanks()) {
    const size_t offset = scanner.offset();
    if (terms->all_of.size() >= kFilterTermsMax)
      return filter_error(
          offset, "too many terms",
          "use at most " + std::to_string(kFilterTermsMax) + ", or commas inside a term");
    Term term;
    TRY_ASSIGN(term.negated, scanner.negation());
    TRY_ASSIGN(const Token token, scanner.token());
    TRY_ASSIGN(term.kind, kind_of(token));
    alternatives += token.values.size();
    if (alternatives > kFilterAlternativesMax)
      return filter_error(
          offset, "too many values",
          "use at most " + std::to_string(kFilterAlternativesMax) + ", or ranges and wildcards");
    for (const FilterValue& value : token.values) {
      TRY_ASSIGN(Alternative alternative, read_value(term.kind, token.key, value));
      term.any_of.push_back(std::move(alternative));
    }
    terms->all_of.push_back(std::move(term));
  }
  Filter filter;
  filter.terms_ = std::move(terms);
  return filter;
}

}  // namespace picket::view
