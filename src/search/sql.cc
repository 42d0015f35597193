// SPDX-License-Identifier: Apache-2.0
#include "search/sql.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"

namespace picket::search {
namespace {

using schema::Field;
using schema::Type;

constexpr int64_t kNsPerUs = 1000;

// An expression, or what is known of it without looking.
struct Expression {
  std::optional<bool> known;
  std::string sql;
};
Expression constant(bool truth) { return {truth, {}}; }

bool has_dictionary(Type type) {
  return type == Type::kText || type == Type::kPhrase || type == Type::kList;
}

void append_like_letter(std::string& out, char letter) {
  if (letter == '%' || letter == '_' || letter == '\\') out += '\\';
  out += letter;
}

// * and ? of the query language as LIKE has them; with `pattern` false all is plain text.
std::string like_pattern(std::string_view text, bool pattern) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (pattern && text[i] == '\\' && i + 1 < text.size())
      append_like_letter(out, text[++i]);
    else if (pattern && text[i] == '*')
      out += '%';
    else if (pattern && text[i] == '?')
      out += '_';
    else
      append_like_letter(out, text[i]);
  }
  return out;
}

// The first and the last address of a block, as stored.
std::pair<Blob, Blob> ends_of(const Prefix& prefix) {
  Blob low = address_blob(prefix.address), high = low;
  for (size_t bit = prefix.length; bit < low.bytes.size() * 8; ++bit) {
    const auto mask = static_cast<unsigned char>(0x80u >> bit % 8);
    low.bytes[bit / 8] = static_cast<char>(static_cast<unsigned char>(low.bytes[bit / 8]) & ~mask);
    high.bytes[bit / 8] = static_cast<char>(static_cast<unsigned char>(high.bytes[bit / 8]) | mask);
  }
  return {low, high};
}

class Compiler {
 public:
  Compiler(schema::Kind kind, Condition& out) : kind_(kind), out_(out) {}

  Expression node(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kAll: return constant(true);
      case Node::Kind::kTerm: return term(node.term);
      case Node::Kind::kAnd: return joined(node, " AND ", false);
      case Node::Kind::kOr: return joined(node, " OR ", true);
      case Node::Kind::kNot: break;
    }
    const Expression below = this->node(*node.below.front());
    if (below.known) return constant(!*below.known);
    // What is not there compares to neither true nor false; its opposite is then true.
    return {std::nullopt, "NOT coalesce((" + below.sql + "),0)"};
  }

 private:
  // `decides`: the value with which one part settles the whole.
  Expression joined(const Node& node, std::string_view word, bool decides) {
    std::string sql;
    for (const auto& below : node.below) {
      const Expression part = this->node(*below);
      if (part.known) {
        if (*part.known == decides) return constant(decides);
        continue;
      }
      if (!sql.empty()) sql += word;
      sql += "(" + part.sql + ")";
    }
    if (sql.empty()) return constant(!decides);
    return {std::nullopt, sql};
  }

  std::string bind(Bind value) {
    out_.binds.push_back(std::move(value));
    return "?" + std::to_string(out_.binds.size());
  }

  Expression term(const Term& term) {
    if (term.how == Term::How::kAnywhere) return anywhere(term);
    const Field field = *term.field;
    if (!schema::has(kind_, field)) return constant(false);
    if (field == Field::kKind) return kind_term(term);
    if (field == Field::kTime) return time_term(term);
    const std::string name = '"' + column(field) + '"';
    switch (term.how) {
      case Term::How::kExists: return {std::nullopt, name + " IS NOT NULL"};
      case Term::How::kPrefix: return prefix_term(name, *term.prefix);
      case Term::How::kRange: return range_term(name, field, term);
      default: return {std::nullopt, name + " IN (" + texts_that(field, term) + ")"};
    }
  }

  // The texts of the dictionary that a comparison is true of.
  std::string texts_that(Field field, const Term& term) {
    const std::string select = "SELECT id FROM text WHERE ";
    const auto like = [&](const std::string& pattern, const char* value) {
      return select + value + " LIKE " + bind(pattern) + " ESCAPE '\\'";
    };
    const std::string pattern = like_pattern(term.text, term.pattern);
    if (term.how == Term::How::kContains) return like("%" + pattern + "%", "value");
    if (schema::info(field).type == Type::kList)
      return like("%\n" + pattern + "\n%", "(char(10)||value||char(10))");
    if (term.how == Term::How::kMatches) return like(pattern, "value");
    const std::string hash = bind(text_hash(term.text));
    const std::string value = bind(ascii_lowered(term.text));
    return select + "hash=" + hash + " AND lower(value)=" + value;
  }

  Expression anywhere(const Term& term) {
    const std::string name = "found" + std::to_string(++common_);
    out_.common += out_.common.empty() ? "WITH " : ", ";
    const std::string pattern = like_pattern(term.text, term.pattern);
    out_.common += name + " AS MATERIALIZED (SELECT id FROM text WHERE value LIKE " +
                   bind(term.pattern ? pattern : "%" + pattern + "%") + " ESCAPE '\\')";
    std::string sql;
    for (const schema::FieldInfo& field : schema::fields()) {
      if (!has_dictionary(field.type) || !schema::has(kind_, field.field)) continue;
      if (!sql.empty()) sql += " OR ";
      sql += '"' + column(field.field) + "\" IN (SELECT id FROM " + name + ")";
    }
    return {std::nullopt, sql};
  }

  Expression kind_term(const Term& term) const {
    const auto rank = static_cast<int64_t>(kind_);
    if (term.how == Term::How::kExists) return constant(true);
    return constant((!term.low || rank > *term.low || (rank == *term.low && !term.low_open)) &&
                    (!term.high || rank < *term.high || (rank == *term.high && !term.high_open)));
  }

  Expression time_term(const Term& term) {
    if (term.how == Term::How::kExists) return constant(true);
    std::string sql;
    if (term.low)
      sql = term.low_open ? "row>" + bind(last_row_at(*term.low))
                          : "row>=" + bind(first_row_at(*term.low));
    if (term.high) {
      if (!sql.empty()) sql += " AND ";
      sql += term.high_open ? "row<" + bind(first_row_at(*term.high))
                            : "row<=" + bind(last_row_at(*term.high));
    }
    return {std::nullopt, sql};
  }

  Expression prefix_term(const std::string& name, const Prefix& prefix) {
    auto [low, high] = ends_of(prefix);
    const size_t size = low.bytes.size();
    if (low.bytes == high.bytes) return {std::nullopt, name + "=" + bind(std::move(low))};
    std::string sql = name + " BETWEEN " + bind(std::move(low));
    sql += " AND " + bind(std::move(high));
    return {std::nullopt, sql + " AND length(" + name + ")=" + std::to_string(size)};
  }

  Expression range_term(const std::string& name, Field field, const Term& term) {
    if (term.address_low) return address_range(name, term);
    std::string sql;
    const auto add = [&](const char* sign, Bind value) {
      if (!sql.empty()) sql += " AND ";
      sql += name + sign + bind(std::move(value));
    };
    if (schema::info(field).type == Type::kReal) {
      if (term.real_low) add(term.low_open ? ">" : ">=", *term.real_low);
      if (term.real_high) add(term.high_open ? "<" : "<=", *term.real_high);
    } else if (term.low && term.low == term.high && !term.low_open && !term.high_open) {
      add("=", *term.low);
    } else {
      if (term.low) add(term.low_open ? ">" : ">=", *term.low);
      if (term.high) add(term.high_open ? "<" : "<=", *term.high);
    }
    return {std::nullopt, sql};
  }

  Expression address_range(const std::string& name, const Term& term) {
    Blob low = address_blob(*term.address_low);
    const std::string size = std::to_string(low.bytes.size());
    std::string sql = name + (term.low_open ? ">" : ">=") + bind(std::move(low));
    sql += " AND " + name;
    sql += (term.high_open ? "<" : "<=") + bind(address_blob(*term.address_high));
    return {std::nullopt, sql + " AND length(" + name + ")=" + size};
  }

  const schema::Kind kind_;
  Condition& out_;
  int common_ = 0;
};

}  // namespace

Condition compile(const Query& query, schema::Kind kind) {
  Condition out;
  const Expression all = Compiler(kind, out).node(*query.root);
  out.never = all.known && !*all.known;
  out.where = all.known ? "1" : all.sql;
  if (!all.known) return out;
  out.binds.clear();
  out.common.clear();
  return out;
}

std::string column(Field field) {
  std::string name(schema::info(field).name);
  std::ranges::replace(name, '.', '_');
  return name;
}

int64_t first_row_at(int64_t time_ns) {
  if (time_ns <= 0) return 0;
  const int64_t us = time_ns / kNsPerUs + (time_ns % kNsPerUs != 0);
  return std::min(us, kMicrosecondsMax) << kRowCountBits;
}

int64_t last_row_at(int64_t time_ns) {
  if (time_ns < 0) return -1;
  return std::min(time_ns / kNsPerUs, kMicrosecondsMax) << kRowCountBits |
         (kRowsPerMicrosecond - 1);
}

int64_t time_of_row(int64_t row) { return (row >> kRowCountBits) * kNsPerUs; }

Blob address_blob(const IpAddress& address) {
  const auto& bytes = address.bytes();
  const size_t skip = address.is_v4() ? 12 : 0;
  return {std::string(reinterpret_cast<const char*>(bytes.data()) + skip, bytes.size() - skip)};
}

// FNV-1a; part of stored files.
int64_t text_hash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325ull;
  for (char c : text) {
    hash = (hash ^ static_cast<unsigned char>(ascii_lower(c))) * 0x100000001b3ull;
  }
  return static_cast<int64_t>(hash);
}

}  // namespace picket::search
