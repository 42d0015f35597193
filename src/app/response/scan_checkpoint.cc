// SPDX-License-Identifier: Apache-2.0
#include "app/response/scan_checkpoint.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <charconv>

#include "base/hex.h"
#include "base/unique_fd.h"
#include "base/utf8.h"
#include "process/small_file.h"
#include "respond/quarantine/sealed_file.h"

namespace picket::app::response {
namespace {

constexpr size_t kBytesMax = 16 * 1024;
constexpr std::string_view kFirst = "picket scan 1\nroot ";
constexpr std::string_view kAfter = "\nafter ";

}  // namespace

std::string text_of(const ScanCheckpoint& checkpoint) {
  return std::string(kFirst) + std::to_string(checkpoint.root) + std::string(kAfter) +
         hex_of(as_bytes(checkpoint.after)) + "\n";
}

std::optional<ScanCheckpoint> parse_checkpoint(std::string_view text) {
  ScanCheckpoint checkpoint;
  if (!text.starts_with(kFirst) || !text.ends_with('\n')) return std::nullopt;
  text = text.substr(kFirst.size(), text.size() - kFirst.size() - 1);
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), checkpoint.root);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (!text.starts_with(kAfter)) return std::nullopt;
  auto after = bytes_of_hex(text.substr(kAfter.size()));
  if (!after) return std::nullopt;
  checkpoint.after = std::move(*after);
  return checkpoint;
}

Result<ScanCheckpoint> read_checkpoint(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return ScanCheckpoint{};
  TRY_ASSIGN(const std::string text, process::read_small_file(path, kBytesMax));
  if (auto checkpoint = parse_checkpoint(text)) return std::move(*checkpoint);
  return failure(printable(path) + " is no file of a scan that was stopped",
                 "Name the one that was given to --resume then, or a new one.");
}

Result<void> write_checkpoint(const std::string& path, const ScanCheckpoint& checkpoint) {
  const std::string fresh = path + ".new";
  const UniqueFd file(
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return system_failure("write " + printable(fresh));
  TRY(respond::write_whole(file.get(), as_bytes(text_of(checkpoint))));
  if (::rename(fresh.c_str(), path.c_str()) != 0) return system_failure("write " + printable(path));
  return {};
}

}  // namespace picket::app::response
