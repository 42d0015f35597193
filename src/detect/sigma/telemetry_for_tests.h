// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

// For tests and benchmarks only: the JSON-lines members of archives.
namespace picket::detect::sigma {

// Calls `visit(member, object)` for every line that is JSON of every *.json member of the archive.
inline void for_each_archived_record(
    const std::filesystem::path& path,
    const std::function<void(const std::string&, nlohmann::json&)>& visit) {
  archive* input = archive_read_new();
  archive_read_support_filter_all(input);
  archive_read_support_format_all(input);
  archive_entry* entry = nullptr;
  if (archive_read_open_filename(input, path.c_str(), 65536) == ARCHIVE_OK) {
    while (archive_read_next_header(input, &entry) == ARCHIVE_OK) {
      std::string member = archive_entry_pathname(entry);
      if (!member.ends_with(".json") ||
          std::filesystem::path(member).filename().string().starts_with("._"))
        continue;
      std::string text;
      std::vector<char> buffer(1 << 20);
      la_ssize_t got = 0;
      while ((got = archive_read_data(input, buffer.data(), buffer.size())) > 0)
        text.append(buffer.data(), static_cast<size_t>(got));
      for (size_t at = 0; at < text.size();) {
        size_t end = std::min(text.find('\n', at), text.size());
        nlohmann::json object =
            nlohmann::json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                                  text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        if (object.is_object()) visit(member, object);
        at = end + 1;
      }
    }
  }
  archive_read_free(input);
}

inline void for_each_zipped_record(
    const std::filesystem::path& root,
    const std::function<void(const std::string&, nlohmann::json&)>& visit) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".zip") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  for (const auto& path : paths) for_each_archived_record(path, visit);
}

}  // namespace picket::detect::sigma
