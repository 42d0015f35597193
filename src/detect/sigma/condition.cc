// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/condition.h"

#include <algorithm>

#include "base/ascii.h"
#include "detect/sigma/fold.h"
#include "detect/sigma/text_pattern.h"

namespace picket::detect::sigma {
namespace {

using Op = Expression::Op;

class Parser {
 public:
  Parser(std::string_view text, std::span<const std::string> names) : text_(text), names_(names) {
    advance();
  }

  Result<Expression> whole() {
    TRY_ASSIGN(Expression result, disjunction());
    if (!token_.empty()) {
      if (token_ == "|")
        return failure("aggregation after `|` is gone since Sigma 2: use a correlation rule");
      return failure("unexpected `" + std::string(token_) + "` in the condition");
    }
    return result;
  }

 private:
  static bool is_word(char c) {
    return c != '(' && c != ')' && c != '|' && c != ' ' && c != '\t' && c != '\n' && c != '\r';
  }

  void advance() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
    size_t start = at_;
    if (at_ < text_.size() && !is_word(text_[at_])) {
      ++at_;
    } else {
      while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    }
    token_ = text_.substr(start, at_ - start);
  }
  bool at_keyword(std::string_view word) const { return same_ignoring_case(token_, word); }

  Result<Expression> join(Op op, std::string_view word, Result<Expression> (Parser::*part)()) {
    TRY_ASSIGN(Expression first, (this->*part)());
    if (!at_keyword(word)) return first;
    Expression all{op, 0, {}};
    all.children.push_back(std::move(first));
    while (at_keyword(word)) {
      advance();
      TRY_ASSIGN(Expression next, (this->*part)());
      all.children.push_back(std::move(next));
    }
    return all;
  }
  Result<Expression> disjunction() { return join(Op::kOr, "or", &Parser::conjunction); }
  Result<Expression> conjunction() { return join(Op::kAnd, "and", &Parser::negation); }

  Result<Expression> negation() {
    if (++depth_ > kConditionDepthMax) return failure("the condition is nested too deeply");
    if (++nodes_ > kConditionNodesMax) return failure("the condition is too long");
    Result<Expression> result = at_keyword("not") ? negated() : primary();
    --depth_;
    return result;
  }
  Result<Expression> negated() {
    advance();
    TRY_ASSIGN(Expression inner, negation());
    Expression result{Op::kNot, 0, {}};
    result.children.push_back(std::move(inner));
    return result;
  }

  Result<Expression> primary() {
    if (token_.empty()) return failure("the condition ends where a name is expected");
    if (token_ == "(") {
      advance();
      TRY_ASSIGN(Expression inner, disjunction());
      if (token_ != ")") return failure("`)` is missing in the condition");
      advance();
      return inner;
    }
    if (token_ == ")" || token_ == "|")
      return failure("unexpected `" + std::string(token_) + "` in the condition");
    if (at_keyword("and") || at_keyword("or"))
      return failure("a name is missing before `" + std::string(token_) + "`");
    std::string_view word = token_;
    advance();
    if (at_keyword("of")) return quantified(word);
    auto found = std::ranges::find(names_, word);
    if (found == names_.end())
      return failure("the condition names `" + std::string(word) + "`, which is not there");
    return Expression{Op::kSelection, static_cast<uint32_t>(found - names_.begin()), {}};
  }

  Result<Expression> quantified(std::string_view count) {
    bool all = same_ignoring_case(count, "all");
    if (!all && count != "1" && !same_ignoring_case(count, "any")) {
      return failure("`" + std::string(count) +
                     " of` is not in the language: `1 of`, `any of` or `all of`");
    }
    advance();
    if (token_.empty() || !is_word(token_.front())) return failure("`of` is followed by no name");
    bool them = at_keyword("them");
    TextPattern pattern;
    for (char c : them ? std::string_view("*") : token_) {
      if (c == '*')
        pattern.open_end();
      else
        pattern.tokens().push_back({TextPattern::Wild::kNone, std::string(1, c)});
    }
    Expression result{all ? Op::kAnd : Op::kOr, 0, {}};
    for (size_t i = 0; i < names_.size(); ++i) {
      if (them && names_[i].starts_with('_')) continue;
      if (!pattern.matches(names_[i])) continue;
      if (++nodes_ > kConditionNodesMax) return failure("the condition is too long");
      result.children.push_back({Op::kSelection, static_cast<uint32_t>(i), {}});
    }
    if (result.children.empty())
      return failure("`" + std::string(token_) + "` in the condition fits no selection");
    advance();
    return result;
  }

  std::string_view text_;
  std::span<const std::string> names_;
  size_t at_ = 0;
  std::string_view token_;
  size_t depth_ = 0;
  size_t nodes_ = 0;
};

}  // namespace

Result<Expression> parse_condition(std::string_view text, std::span<const std::string> names) {
  return Parser(text, names).whole();
}

}  // namespace picket::detect::sigma
