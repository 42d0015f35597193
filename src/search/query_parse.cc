// SPDX-License-Identifier: Apache-2.0
// The grammar:
//   query   = either
//   either  = both { "OR" both }
//   both    = single { ["AND"] single }
//   single  = ("NOT" | "-") single | "(" either ")" | term
//   term    = name ":" value | name comparison value | value
//   value   = "*" | word | "phrase" | "[" word "TO" word "]" | "(" values ")" | comparison word
#include <array>

#include "base/utf8.h"
#include "search/query_value.h"

namespace picket::search {
namespace {

using schema::Field;
using NodePtr = std::unique_ptr<Node>;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
// What a backslash takes its meaning from; before anything else it is itself (C:\Windows).
bool is_special(char c) {
  return std::string_view("*?\\\"()[]{}: ").find(c) != std::string_view::npos;
}
bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

NodePtr leaf(Term&& term) {
  auto node = std::make_unique<Node>();
  node->kind = Node::Kind::kTerm;
  node->term = std::move(term);
  return node;
}

NodePtr joined(Node::Kind kind, NodePtr first, NodePtr second) {
  if (first->kind != kind) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->below.push_back(std::move(first));
    first = std::move(node);
  }
  first->below.push_back(std::move(second));
  return first;
}

NodePtr negated(NodePtr below) {
  auto node = std::make_unique<Node>();
  node->kind = Node::Kind::kNot;
  node->below.push_back(std::move(below));
  return node;
}

// Names that stand for several fields.
struct Together {
  std::string_view name;
  std::array<Field, 2> fields;
};
constexpr Together kTogether[] = {{"ip", {Field::kLocalIp, Field::kRemoteIp}},
                                  {"port", {Field::kLocalPort, Field::kRemotePort}}};

class Parser {
 public:
  Parser(std::string_view text, WallTime now) : text_(text), now_(now) {}

  Parsed<Query> run() {
    Query query;
    skip_blanks();
    if (done()) {
      query.root = std::make_unique<Node>();
      return query;
    }
    TRY_ASSIGN(query.root, either(0));
    if (!done()) return fail(") closes nothing", at_, "leave it out, or put it in quotes");
    return query;
  }

 private:
  // What a value is compared with: one or several fields.
  using Fields = std::vector<Field>;

  static std::unexpected<QueryError> fail(std::string message, size_t at, std::string hint = {}) {
    return std::unexpected(QueryError{std::move(message), at, std::move(hint), {}});
  }
  bool done() const { return at_ >= text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }
  void skip_blanks() {
    while (!done() && is_blank(text_[at_])) ++at_;
  }
  bool take(char c) {
    if (peek() != c || done()) return false;
    ++at_;
    return true;
  }
  // An operator in capitals that ends where a word would.
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    const size_t end = at_ + word.size();
    if (end < text_.size() && !is_blank(text_[end]) && text_[end] != '(' && text_[end] != ')')
      return false;
    at_ = end;
    return true;
  }
  bool take_either(std::string_view word, std::string_view sign) {
    skip_blanks();
    if (take_word(word)) return true;
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  Parsed<NodePtr> either(size_t depth) {
    TRY_ASSIGN(NodePtr left, both(depth));
    while (take_either("OR", "||")) {
      TRY_ASSIGN(NodePtr right, both(depth));
      left = joined(Node::Kind::kOr, std::move(left), std::move(right));
    }
    return left;
  }
  Parsed<NodePtr> both(size_t depth) {
    TRY_ASSIGN(NodePtr left, single(depth));
    for (;;) {
      const bool said = take_either("AND", "&&");
      skip_blanks();
      if (!said && (done() || peek() == ')' || next_is_or())) return left;
      TRY_ASSIGN(NodePtr right, single(depth));
      left = joined(Node::Kind::kAnd, std::move(left), std::move(right));
    }
  }
  bool next_is_or() {
    const size_t before = at_;
    const bool is_or = take_either("OR", "||");
    at_ = before;
    return is_or;
  }
  Parsed<NodePtr> single(size_t depth) {
    skip_blanks();
    if (depth > kDepthMax) return fail("too many brackets within brackets", at_);
    if (done()) return fail("something is missing here", at_, "a term such as process.name:curl");
    const bool minus = peek() == '-' && at_ + 1 < text_.size() && !is_blank(text_[at_ + 1]);
    if (minus) ++at_;
    if (minus || take_either("NOT", "!")) {
      TRY_ASSIGN(NodePtr below, single(depth + 1));
      return negated(std::move(below));
    }
    const size_t open = at_;
    if (!take('(')) return term();
    TRY_ASSIGN(NodePtr inside, either(depth + 1));
    skip_blanks();
    if (!take(')')) return fail("this ( is not closed", open);
    return inside;
  }

  Parsed<NodePtr> term();
  Parsed<NodePtr> named_term(std::string_view name, size_t at);
  Parsed<NodePtr> value_of(const Fields& fields, Comparison comparison, size_t depth);
  Parsed<NodePtr> group_of(const Fields& fields, size_t depth);
  Parsed<NodePtr> range_of(const Fields& fields);
  Parsed<NodePtr> last(size_t at);
  Parsed<NodePtr> anywhere(Written&& value);
  Parsed<Written> written(bool in_range);
  Parsed<Written> phrase();
  Comparison comparison();
  template <typename Make>
  Parsed<NodePtr> each(const Fields& fields, Make make);

  std::string_view text_;
  const WallTime now_;
  size_t at_ = 0;
  size_t terms_ = 0;
};

// One comparison for each field, any of which will do.
template <typename Make>
Parsed<NodePtr> Parser::each(const Fields& fields, Make make) {
  NodePtr all;
  for (const Field field : fields) {
    if (++terms_ > kTermsMax)
      return fail("more than " + std::to_string(kTermsMax) + " comparisons", at_,
                  "ask in several queries");
    Parsed<Term> made = make(field);
    if (!made) return std::unexpected(std::move(made.error()));
    NodePtr node = leaf(std::move(*made));
    all = all ? joined(Node::Kind::kOr, std::move(all), std::move(node)) : std::move(node);
  }
  return all;
}

Comparison Parser::comparison() {
  if (take('>')) return take('=') ? Comparison::kAtLeast : Comparison::kMore;
  if (take('<')) return take('=') ? Comparison::kAtMost : Comparison::kLess;
  take('=');
  return Comparison::kIs;
}

Parsed<NodePtr> Parser::term() {
  const size_t at = at_;
  size_t end = at_;
  while (end < text_.size() && is_name_char(text_[end])) ++end;
  const std::string_view name = text_.substr(at, end - at);
  const char after = end < text_.size() ? text_[end] : '\0';
  const bool compared = after == ':' || after == '>' || after == '<' || after == '=';
  // An IPv6 address looks like a name and a colon.
  size_t word_end = at_;
  while (word_end < text_.size() && !is_blank(text_[word_end]) && text_[word_end] != ')')
    ++word_end;
  const bool address = Prefix::parse(text_.substr(at, word_end - at)).has_value();
  if (!name.empty() && compared && !address) {
    at_ = end;
    if (after == ':') ++at_;
    return named_term(name, at);
  }
  TRY_ASSIGN(Written value, written(false));
  return anywhere(std::move(value));
}

Parsed<NodePtr> Parser::named_term(std::string_view name, size_t at) {
  if (name == "last") return last(at);
  if (name == "_exists_") {
    TRY_ASSIGN(const Written value, written(false));
    const auto field = schema::find_field(value.text);
    if (!field)
      return std::unexpected(
          QueryError{"there is no field " + printable(value.text), value.at, {}, value.text});
    return each({*field}, [](Field one) -> Parsed<Term> {
      Term term;
      term.field = one;
      return term;
    });
  }
  Fields fields;
  if (const auto field = schema::find_field(name)) fields.push_back(*field);
  for (const Together& together : kTogether)
    if (together.name == name) fields.assign(together.fields.begin(), together.fields.end());
  if (fields.empty())
    return std::unexpected(QueryError{"there is no field " + std::string(name), at,
                                      "to look for the text itself, put it in quotes",
                                      std::string(name)});
  return value_of(fields, comparison(), 0);
}

Parsed<NodePtr> Parser::last(size_t at) {
  TRY_ASSIGN(const Written value, written(false));
  const auto span = parse_span(value.text);
  if (!span)
    return fail("last: " + printable(value.text) + " is no span of time", at,
                "for example last:90s, last:30m, last:24h, last:7d or last:2w");
  return each({Field::kTime}, [&](Field field) -> Parsed<Term> {
    Term term;
    term.how = Term::How::kRange;
    term.field = field;
    term.low = now_.ns - *span;
    return term;
  });
}

Parsed<NodePtr> Parser::value_of(const Fields& fields, Comparison compared, size_t depth) {
  if (peek() == '(' && compared == Comparison::kIs) return group_of(fields, depth);
  if ((peek() == '[' || peek() == '{') && compared == Comparison::kIs) return range_of(fields);
  TRY_ASSIGN(const Written value, written(false));
  if (value.pattern && value.text == "*" && compared == Comparison::kIs)
    return each(fields, [](Field field) -> Parsed<Term> {
      Term term;
      term.field = field;
      return term;
    });
  return each(fields, [&](Field field) { return make_term(field, value, compared, now_); });
}

// field:(a OR b AND NOT c): words side by side mean OR here, as a list of values.
Parsed<NodePtr> Parser::group_of(const Fields& fields, size_t depth) {
  if (depth > kDepthMax) return fail("too many brackets within brackets", at_);
  const size_t open = at_++;
  NodePtr all;
  for (;;) {
    const bool both = take_either("AND", "&&");
    if (!both) (void)take_either("OR", "||");
    skip_blanks();
    if (done()) return fail("this ( is not closed", open);
    if (take(')')) break;
    const bool no = take_either("NOT", "!");
    skip_blanks();
    TRY_ASSIGN(NodePtr one, value_of(fields, comparison(), depth + 1));
    if (no) one = negated(std::move(one));
    const auto kind = both ? Node::Kind::kAnd : Node::Kind::kOr;
    all = all ? joined(kind, std::move(all), std::move(one)) : std::move(one);
  }
  if (!all) return fail("there is nothing between these brackets", open);
  return all;
}

Parsed<NodePtr> Parser::range_of(const Fields& fields) {
  const size_t open = at_;
  const bool low_open = text_[at_++] == '{';
  skip_blanks();
  TRY_ASSIGN(const Written low, written(true));
  skip_blanks();
  if (!take_word("TO"))
    return fail("a range is [low TO high]", at_, "TO in capitals between two values");
  skip_blanks();
  TRY_ASSIGN(const Written high, written(true));
  skip_blanks();
  const char close = peek();
  if (close != ']' && close != '}') return fail("this range is not closed", open, "end it with ]");
  ++at_;
  return each(fields, [&](Field field) {
    return make_range(field, low, high, low_open, close == '}', now_);
  });
}

Parsed<Written> Parser::phrase() {
  Written value;
  value.at = at_++;
  value.quoted = true;
  while (!done() && peek() != '"') {
    if (peek() == '\\' && at_ + 1 < text_.size() &&
        (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\'))
      ++at_;
    value.text += text_[at_++];
  }
  if (!take('"')) return fail("this \" is not closed", value.at);
  return value;
}

Parsed<Written> Parser::written(bool in_range) {
  if (peek() == '"') return phrase();
  Written value;
  value.at = at_;
  std::string plain;
  size_t wildcards = 0;
  for (; !done() && !is_blank(peek()) && peek() != ')' && peek() != '"'; ++at_) {
    if (in_range && (peek() == ']' || peek() == '}')) break;
    if (peek() == '\\') {
      if (at_ + 1 < text_.size() && is_special(text_[at_ + 1])) ++at_;
      if (peek() == '*' || peek() == '?' || peek() == '\\') value.text += '\\';
    } else if (peek() == '*' || peek() == '?') {
      ++wildcards;
    }
    value.text += peek();
    plain += peek();
  }
  if (plain.empty())
    return fail("a value is missing here", at_, "for example process.name:curl; * means any");
  if (wildcards > kWildcardsMax)
    return fail("more than " + std::to_string(kWildcardsMax) + " wildcards in one value", value.at);
  value.pattern = wildcards != 0;
  if (!value.pattern) value.text = std::move(plain);
  return value;
}

Parsed<NodePtr> Parser::anywhere(Written&& value) {
  if (++terms_ > kTermsMax)
    return fail("more than " + std::to_string(kTermsMax) + " comparisons", at_);
  if (!value.pattern && !value.quoted && Prefix::parse(value.text))
    return each({Field::kLocalIp, Field::kRemoteIp},
                [&](Field field) { return make_term(field, value, Comparison::kIs, now_); });
  Term term;
  term.how = value.pattern && value.text == "*" ? Term::How::kExists : Term::How::kAnywhere;
  if (term.how == Term::How::kExists) term.field = Field::kTime;
  term.text = std::move(value.text);
  term.pattern = value.pattern;
  return leaf(std::move(term));
}

}  // namespace

std::expected<Query, QueryError> parse_query(std::string_view text, WallTime now) {
  if (text.size() > kQueryBytesMax)
    return std::unexpected(QueryError{
        "longer than " + std::to_string(kQueryBytesMax) + " bytes", kQueryBytesMax, {}, {}});
  return Parser(text, now).run();
}

std::string error_text(std::string_view query, const QueryError& error) {
  const size_t at = std::min(error.at, query.size());
  // The part around the place, so that the mark stands below it on any terminal.
  constexpr size_t kAround = 60;
  const size_t from = at > kAround ? at - kAround : 0;
  const std::string before = printable(query.substr(from, at - from));
  std::string out = "the query is not understood at " + std::to_string(at + 1) + ": " +
                    printable(error.message) + "\n    " + before +
                    printable(query.substr(at, kAround)) + "\n    ";
  for (const char c : before)
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) out += ' ';
  return out + '^';
}

}  // namespace picket::search
