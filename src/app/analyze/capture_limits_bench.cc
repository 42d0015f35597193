// SPDX-License-Identifier: Apache-2.0
// What no engine can be faster than: reading a capture without looking at it, decoding it, and one
// search of all payload patterns of the rules (four bytes and more) over the payload of its
// packets.
//   capture_limits_bench RULES CAPTURE     prints "what<TAB>packets per second of processor time"
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <set>
#include <vector>

#include "detect/suricata/engine.h"
#include "packet/decode.h"
#include "sensor/capture/capture_reader.h"

namespace {

using namespace picket;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Calls each(frame) for all of the capture; returns how many there were.
template <typename Each>
size_t for_each_frame(const char* path, Each&& each) {
  auto file = sensor::replay::FileSource::open(path);
  if (!file) return 0;
  auto reader = sensor::capture::CaptureReader::open(**file);
  if (!reader) return 0;
  sensor::capture::Frame frame;
  size_t count = 0;
  for (; (*reader)->next(frame); ++count) each(frame);
  return count;
}

template <typename Each>
void measure(const char* what, const char* path, Each&& each) {
  const double begin = cpu_seconds();
  const size_t packets = for_each_frame(path, each);
  const double took = std::max(cpu_seconds() - begin, 1e-9);
  std::printf("%s\t%.0f\n", what, static_cast<double>(packets) / took);
}

Result<detect::suricata::PatternIndex> index_of(const detect::suricata::RuleSet& rules) {
  std::set<std::pair<std::string_view, bool>> distinct;
  for (const detect::suricata::Rule& rule : rules.rules)
    if (!rule.is_tx() && rule.prefilter.pattern.size() >= 4)
      distinct.emplace(as_text(rule.prefilter.pattern), rule.prefilter.nocase);
  std::vector<detect::suricata::PatternIndex::Pattern> patterns;
  for (const auto& [text, nocase] : distinct) patterns.push_back({as_bytes(text), nocase});
  return detect::suricata::PatternIndex::create(patterns, false);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  detect::suricata::RuleSet rules;
  const inspect::Settings settings;
  const auto report = detect::suricata::load_rules(rules, {argv[1]}, settings);
  const auto index = report ? index_of(rules) : Result<detect::suricata::PatternIndex>();
  detect::suricata::PatternScratch scratch;
  if (!report || !index || !index->prepare(scratch)) return 3;
  for_each_frame(argv[2], [](const sensor::capture::Frame&) {});  // into the page cache
  uint64_t sum = 0;
  measure("bare reading", argv[2],
          [&](const sensor::capture::Frame& frame) { sum += frame.bytes.size(); });
  packet::DecodeOptions plain;
  plain.checksums = false;
  const packet::Decoder decoder(plain);
  std::vector<uint8_t> payload;
  std::vector<size_t> ends;
  measure("reading and decoding", argv[2], [&](const sensor::capture::Frame& frame) {
    packet::Packet packet;
    const auto layer = packet::layer_of_link_type(frame.link_type);
    if (layer) decoder.decode(*layer, frame.bytes, packet);
    payload.insert(payload.end(), packet.payload.begin(), packet.payload.end());
    ends.push_back(payload.size());
  });
  const double begin = cpu_seconds();
  size_t at = 0;
  for (const size_t end : ends) {
    index->scan(Bytes(payload).subspan(at, end - at), scratch, [&](uint32_t, size_t) { ++sum; });
    at = end;
  }
  std::printf("searching %zu patterns in the payload\t%.0f\n", index->size(),
              static_cast<double>(ends.size()) / std::max(cpu_seconds() - begin, 1e-9));
  return sum == 0 ? 3 : 0;
}
