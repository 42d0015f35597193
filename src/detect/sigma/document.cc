// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/document.h"

#include <algorithm>
#include <array>
#include <optional>

#include "detect/sigma/fold.h"

namespace picket::detect::sigma {
namespace {

constexpr std::array<std::string_view, 5> kLevels = {"informational", "low", "medium", "high",
                                                     "critical"};

std::string text_of(const YamlNode& document, std::string_view key) {
  const YamlNode* node = document.find(key);
  return node != nullptr && node->is_scalar() ? node->text : std::string();
}

Result<About> read_about(const YamlNode& document, const std::string& file) {
  About about;
  about.place = {file, document.line};
  about.id = folded(text_of(document, "id"));
  about.name = text_of(document, "name");
  about.title = text_of(document, "title");
  about.status = text_of(document, "status");
  about.description = text_of(document, "description");
  about.author = text_of(document, "author");
  about.tags = texts_of(document.find("tags"));
  about.references = texts_of(document.find("references"));
  about.false_positives = texts_of(document.find("falsepositives"));
  if (about.title.empty()) return failure("`title` is missing");
  std::string level = folded(text_of(document, "level"));
  if (level.empty()) return about;
  for (size_t i = 0; i < kLevels.size(); ++i) {
    if (level == kLevels[i]) {
      about.level = static_cast<Level>(i);
      about.level_given = true;
      return about;
    }
  }
  return failure("`level: " + level + "` is none of the five levels" +
                 line_note(*document.find("level")));
}

template <typename T>
Result<Document> as_document(Result<T> part) {
  if (!part) return std::unexpected(std::move(part).error());
  return Document(std::move(*part));
}

Result<Document> read_document(const YamlNode& document, About about,
                               const Placeholders& placeholders) {
  if (document.find("correlation") != nullptr)
    return as_document(read_correlation(document, std::move(about)));
  if (document.find("filter") != nullptr)
    return as_document(read_filter(document, std::move(about), placeholders));
  if (document.find("detection") != nullptr)
    return as_document(read_rule(document, std::move(about), placeholders));
  return failure("not a Sigma document: neither detection, correlation nor filter");
}

// YAML of another kind that stands among rules: what describes their tests, settings of tools.
bool is_about_something_else(const YamlNode& document) {
  static constexpr std::string_view kWords[] = {"title", "logsource", "detection", "correlation",
                                                "filter"};
  return std::ranges::none_of(
      kWords, [&](std::string_view word) { return document.find(word) != nullptr; });
}

}  // namespace

std::string_view level_name(Level level) { return kLevels[static_cast<size_t>(level)]; }

std::string line_note(const YamlNode& node) { return " (line " + std::to_string(node.line) + ")"; }

std::vector<std::string> texts_of(const YamlNode* node) {
  std::vector<std::string> texts;
  if (node == nullptr) return texts;
  if (node->is_scalar()) texts.push_back(node->text);
  for (const YamlNode& item : node->items) {
    if (item.is_scalar()) texts.push_back(item.text);
  }
  return texts;
}

std::vector<Document> read_documents(std::string_view text, const std::string& file,
                                     const Placeholders& placeholders,
                                     std::vector<LoadError>& errors) {
  std::vector<YamlError> yaml_errors;
  std::vector<YamlNode> trees = parse_yaml(text, yaml_errors);
  std::vector<Document> documents;
  for (const YamlNode& tree : trees) {
    if (!tree.is_map()) {
      errors.push_back({{file, tree.line}, "", "not a Sigma document: no map"});
      continue;
    }
    if (is_about_something_else(tree)) continue;
    auto about = read_about(tree, file);
    auto document = about ? read_document(tree, *about, placeholders)
                          : Result<Document>(std::unexpected(about.error()));
    if (document) {
      documents.push_back(std::move(*document));
    } else {
      errors.push_back({{file, tree.line}, text_of(tree, "title"), document.error().message});
    }
  }
  for (const YamlError& error : yaml_errors)
    errors.push_back({{file, error.line}, "", error.message});
  return documents;
}

}  // namespace picket::detect::sigma
