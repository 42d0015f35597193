// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/unique_fd.h"

// How files of /proc are opened and read. The root is an argument everywhere ("/proc"; a made-up
// tree in tests). Safe from any thread.
namespace picket::sensor::procfs {

constexpr size_t kSmallFileMax = 64 * 1024;

// The file's first `size_max` bytes; nullopt (errno set) when it cannot be opened or read.
std::optional<std::string> read_file(int directory, const char* name,
                                     size_t size_max = kSmallFileMax);
std::optional<std::string> read_file(const std::string& path, size_t size_max = kSmallFileMax);
// The link's target, at most 4,096 bytes (PATH_MAX); nullopt (errno set) when it cannot be read.
std::optional<std::string> read_link(int directory, const char* name);

// Opens ROOT/PID. What is then read through the descriptor is of that one process or fails: a pid
// given away meanwhile cannot slip in.
UniqueFd open_process(const std::string& root, uint32_t pid);

// Calls `visit` for the entries of the open directory whose names are decimal numbers, until it
// says false. False (errno set) when the directory cannot be read; one that shrinks is no error.
bool visit_numbers(int directory,
                   const std::function<bool(uint32_t number, const char* text)>& visit);

}  // namespace picket::sensor::procfs
