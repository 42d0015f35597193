// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

// Small text work on paths, names and command lines of any system. Comparison is without regard to
// ASCII case (Windows names); Linux paths are compared the same way where a hit only adds
// suspicion.
namespace picket::detect::behavior {

std::string folded(std::string_view text);  // ASCII lower case
bool equal_folded(std::string_view a, std::string_view b);
bool contains_folded(std::string_view text, std::string_view part);
bool starts_folded(std::string_view text, std::string_view start);
bool ends_folded(std::string_view text, std::string_view end);

// What follows the last / or \.
std::string_view base_name(std::string_view path);
// What precedes it, without the separator; empty: there is none.
std::string_view folder_of(std::string_view path);
// A base name without .exe, .com, .scr, .dll and the like.
std::string_view stem(std::string_view name);

// `pattern` with * (any run) and ? (any one byte) against all of `text`, without regard to case.
// Linear in the text for each *; no recursion.
bool matches_wildcards(std::string_view pattern, std::string_view text);

// The words of a command line, split at blanks outside double quotes, quotes removed; at most
// kCommandWordsMax.
constexpr size_t kCommandWordsMax = 256;
std::vector<std::string> command_words(std::string_view command_line);

}  // namespace picket::detect::behavior
