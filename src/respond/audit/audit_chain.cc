// SPDX-License-Identifier: Apache-2.0
#include "respond/audit/audit_chain.h"

#include <charconv>
#include "base/hex.h"
#include "process/digest.h"

namespace picket::respond {
namespace {

constexpr std::string_view kHashMember = ",\"hash\":\"";
constexpr std::string_view kPreviousMember = ",\"previous\":\"";
constexpr std::string_view kStart = "{\"n\":";
constexpr size_t kHashDigits = 64;
constexpr size_t kSealBytes = kHashMember.size() + kHashDigits + 2;

uint64_t number_at(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The part of a line that its hash is of.
std::string_view hashed_part(std::string_view line) {
  return line.substr(0, line.size() - kSealBytes);
}

std::string_view previous_of(std::string_view line) {
  const std::string_view part = hashed_part(line);
  const size_t bytes = kPreviousMember.size() + kHashDigits + 1;
  if (part.size() < bytes || !part.substr(part.size() - bytes).starts_with(kPreviousMember))
    return {};
  return part.substr(part.size() - kHashDigits - 1, kHashDigits);
}

}  // namespace

std::string sealed(const std::string& line) {
  return line + std::string(kHashMember) + process::sha256_hex(as_bytes(line)) + "\"}";
}

std::optional<ChainLink> link_of(std::string_view line) {
  if (line.size() < kSealBytes + kStart.size() || !line.starts_with(kStart) ||
      !line.ends_with("\"}"))
    return std::nullopt;
  const std::string_view seal = line.substr(line.size() - kSealBytes);
  const std::string_view hash = seal.substr(kHashMember.size(), kHashDigits);
  if (!seal.starts_with(kHashMember) || !bytes_of_hex(hash)) return std::nullopt;
  return ChainLink{number_at(line.substr(kStart.size())), std::string(hash)};
}

ChainLink last_link(std::string_view tail) {
  while (!tail.empty()) {
    const size_t end = tail.rfind('\n');
    if (end == std::string_view::npos) break;
    tail = tail.substr(0, end);
    const size_t begin = tail.rfind('\n');
    const size_t from = begin == std::string_view::npos ? 0 : begin + 1;
    if (auto link = link_of(tail.substr(from))) return *link;
    if (from == 0) break;
    tail = tail.substr(0, from);
  }
  return {};
}

void ChainReader::problem(const std::string& what) {
  if (check_.problems.size() < AuditCheck::kProblemsMax)
    check_.problems.push_back("line " + std::to_string(check_.lines) + ": " + what);
}

void ChainReader::line(std::string_view text) {
  ++check_.lines;
  if (each_) each_(text);
  const auto link = too_long_ ? std::nullopt : link_of(text);
  too_long_ = false;
  if (!link) return problem("damaged, or never a whole line");
  if (link->hash != process::sha256_hex(as_bytes(hashed_part(text))))
    problem("changed since it was written");
  else if (link->number != last_.number + 1 || previous_of(text) != last_.hash)
    problem("does not follow line " + std::to_string(check_.lines - 1) +
            ": lines were taken out, put in or moved");
  last_ = *link;
  head_seen_ += std::to_string(last_.number) + " " + last_.hash + "\n";
  // Only the last few can be what the head names.
  constexpr size_t kHeadsKept = 4096;
  if (head_seen_.size() > 2 * kHeadsKept) head_seen_.erase(0, head_seen_.size() - kHeadsKept);
}

void ChainReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (partial_.size() + part.size() > AuditLog::kLineMax)
      too_long_ = true;
    else
      partial_ += part;
    if (end == std::string_view::npos) return;
    line(partial_);
    partial_.clear();
    bytes.remove_prefix(end + 1);
  }
}

AuditCheck ChainReader::finish(std::string_view head) {
  if (!partial_.empty() || too_long_) line(partial_);
  if (head.empty() ? check_.lines > 0 : head_seen_.find(head) == std::string::npos)
    problem(head.empty() ? "the file audit.head, which notes the last line, is missing"
                         : "the log once ended with number " + std::to_string(number_at(head)) +
                               ": lines after this one are gone");
  return std::move(check_);
}

AuditCheck verify_audit(std::string_view log, std::string_view head,
                        const std::function<void(std::string_view line)>& each) {
  ChainReader reader(each);
  reader.feed(log);
  return reader.finish(head);
}

}  // namespace picket::respond
