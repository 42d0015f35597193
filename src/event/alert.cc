// SPDX-License-Identifier: Apache-2.0
#include "event/alert.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace picket::event {
namespace {

constexpr std::array<std::string_view, 4> kDetectors{"sigma", "behavior", "indicator", "signature"};
constexpr std::array<std::string_view, 5> kSeverities{"informational", "low", "medium", "high",
                                                      "critical"};
constexpr std::array<std::string_view, 3> kConfidences{"low", "medium", "high"};

// Each part of the hashed text ends in a NUL, so that no two alerts share a text by accident.
class IdText {
 public:
  IdText& add(std::string_view part) {
    text_.append(part).push_back('\0');
    return *this;
  }
  IdText& add(uint64_t number) { return add(std::to_string(number)); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// What the alert says and where it came from; not how often, as a folded alert keeps its id.
std::string what_it_says(const Alert& alert) {
  IdText text;
  text.add(static_cast<uint64_t>(alert.time.ns)).add(picket::event::text(alert.detector));
  text.add(alert.rule_id).add(alert.rule_name).add(alert.host).add(alert.place.input);
  text.add(alert.place.offset).add(alert.actor.id).add(alert.actor.pid).add(alert.actor.path);
  if (alert.signature) text.add(alert.signature->gid).add(alert.signature->sid);
  if (alert.connection)
    text.add(alert.connection->local.text()).add(alert.connection->remote.text());
  text.add(alert.domain).add(alert.url).add(alert.file);
  for (const AlertEvidence& fact : alert.evidence) text.add(fact.name).add(fact.value);
  return text.text();
}

// Sixteen bytes in the form of RFC 9562: 8-4-4-4-12 hexadecimal digits.
std::string uuid_text(const std::array<uint8_t, 16>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
    out.push_back(kDigits[bytes[i] >> 4]);
    out.push_back(kDigits[bytes[i] & 15]);
  }
  return out;
}

}  // namespace

std::string_view text(Detector value) { return kDetectors[static_cast<size_t>(value)]; }
std::string_view text(Severity value) { return kSeverities[static_cast<size_t>(value)]; }
std::string_view text(Confidence value) { return kConfidences[static_cast<size_t>(value)]; }

std::optional<Severity> parse_severity(std::string_view word) {
  const auto found = std::ranges::find(kSeverities, word);
  if (found == kSeverities.end()) return std::nullopt;
  return static_cast<Severity>(found - kSeverities.begin());
}

void Alert::add_fact(std::string_view name, std::string_view value) {
  if (evidence.size() >= kEvidenceMax) {
    ++evidence_left_out;
    return;
  }
  constexpr std::string_view kCut = "...";
  AlertEvidence& fact = evidence.emplace_back();
  fact.name = name;
  if (value.size() <= kEvidenceValueMax) {
    fact.value = value;
    return;
  }
  size_t end = kEvidenceValueMax - kCut.size();
  // Not in the middle of a character: at most three bytes of one can stand before `end`.
  for (size_t back = 0; back < 3 && (static_cast<uint8_t>(value[end]) & 0xc0) == 0x80; ++back)
    --end;
  fact.value = value.substr(0, end);
  fact.value += kCut;
}

void assign_id(Alert& alert) {
  const std::string said = what_it_says(alert);
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
  EVP_Digest(said.data(), said.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  // 48 bits of milliseconds, then the version, then what is below a millisecond in 1/4096ths.
  constexpr int64_t kNsPerMsSigned = static_cast<int64_t>(kNsPerMs);
  const int64_t ns = std::max<int64_t>(alert.time.ns, 0);
  const uint64_t milliseconds = static_cast<uint64_t>(ns / kNsPerMsSigned);
  const uint64_t fraction = static_cast<uint64_t>(ns % kNsPerMsSigned) * 4096 / kNsPerMs;
  std::array<uint8_t, 16> bytes{};
  for (size_t i = 0; i < 6; ++i) bytes[i] = static_cast<uint8_t>(milliseconds >> (40 - 8 * i));
  bytes[6] = static_cast<uint8_t>(0x80 | fraction >> 8);
  bytes[7] = static_cast<uint8_t>(fraction);
  std::copy_n(digest.begin(), 8, bytes.begin() + 8);
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);
  alert.id = uuid_text(bytes);
}

unsigned score(Severity severity, Confidence confidence) {
  constexpr std::array<unsigned, 3> kWithin{1, 10, 20};
  return 20 * static_cast<unsigned>(severity) + kWithin[static_cast<size_t>(confidence)];
}

}  // namespace picket::event
