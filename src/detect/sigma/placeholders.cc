// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/placeholders.h"

#include <filesystem>

#include "detect/sigma/small_file.h"
#include "detect/sigma/yaml_tree.h"

namespace picket::detect::sigma {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

Result<void> read_map(const std::string& path, Placeholders& into) {
  TRY_ASSIGN(std::string text, read_whole_file(path, Placeholders::kPlaceholderBytesMax));
  std::vector<YamlError> errors;
  std::vector<YamlNode> documents = parse_yaml(text, errors);
  if (!errors.empty())
    return failure(path + ":" + std::to_string(errors[0].line) + ": " + errors[0].message);
  for (const YamlNode& document : documents) {
    for (const auto& [name, node] : document.members) {
      std::vector<std::string> values;
      if (node.is_scalar()) values.push_back(node.text);
      for (const YamlNode& item : node.items) values.push_back(item.text);
      into.set(name, std::move(values));
    }
  }
  return {};
}

}  // namespace

Result<Placeholders> Placeholders::load(const std::string& path) {
  Placeholders placeholders;
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    TRY(read_map(path, placeholders));
    return placeholders;
  }
  for (std::filesystem::directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() != ".txt") continue;
    TRY_ASSIGN(std::string text, read_whole_file(it->path().string(), kPlaceholderBytesMax));
    placeholders.set(it->path().stem().string(), lines_of(text));
  }
  if (error) return failure(path + ": " + error.message());
  return placeholders;
}

const std::vector<std::string>* Placeholders::find(std::string_view name) const {
  auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

}  // namespace picket::detect::sigma
