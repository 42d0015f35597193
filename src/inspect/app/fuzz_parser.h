// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <string>

#include "base/json_writer.h"
#include "inspect/app/app_parser.h"
#include "inspect/file/file_body.h"

// What fuzz targets of application protocols share: drives a parser as the packet pipeline would
// and looks at all its transactions offer. Aborts when the contract of app_parser.h is broken.
namespace picket::inspect {

constexpr size_t kFuzzInstancesMax = 4096;  // of one buffer of one transaction; more is no bound

inline void fuzz_require(bool truth) {
  if (!truth) std::abort();
}

inline size_t look_at(Transaction& transaction) {
  size_t sum = 0;
  for (const Direction direction : {Direction::kToServer, Direction::kToClient}) {
    for (size_t id = 0; id < static_cast<size_t>(BufferId::kCount); ++id) {
      size_t at = 0;
      while (const auto bytes = transaction.buffer(static_cast<BufferId>(id), direction, at)) {
        for (const uint8_t byte : *bytes) sum += byte;
        fuzz_require(++at <= kFuzzInstancesMax);
        if (info(static_cast<BufferId>(id)).shape != BufferShape::kMany) break;
      }
    }
    for (size_t id = 0; id < static_cast<size_t>(FieldId::kCount); ++id) {
      size_t at = 0;
      while (transaction.field(static_cast<FieldId>(id), direction, at)) {
        fuzz_require(++at <= kFuzzInstancesMax);
      }
    }
    for (size_t at = 0; FileBody* file = transaction.file(direction, at); ++at) {
      sum += file->window().size();
      fuzz_require(at <= kFuzzInstancesMax);
    }
  }
  std::string eve;
  JsonWriter writer(eve);
  transaction.append_eve(writer);
  fuzz_require(!eve.empty() && eve.front() == '{' && eve.back() == '}');
  return sum + eve.size();
}

// One direction's bytes and what of them is left, as the pipeline keeps it.
struct FuzzSide {
  std::string kept;
  size_t need = 0;
};

// The input is a list of pieces: a byte of flags (bit 0 direction, bit 1 a gap before, bit 7 the
// rest of the input is one piece), a length byte, the piece.
inline void fuzz_parser(const ProtocolDescriptor& descriptor, Bytes input) {
  FlowContext flow;
  flow.tcp = descriptor.over_tcp;
  flow.client = {IpAddress::v4(0x0a000001), 40000};
  flow.server = {IpAddress::v4(0x0a000002),
                 descriptor.ports.empty() ? uint16_t{9} : descriptor.ports[0]};
  const auto parser = descriptor.make(flow);
  FuzzSide sides[2];
  size_t sum = 0;
  while (input.size() >= 2) {
    const uint8_t flags = input[0];
    const size_t length =
        (flags & 0x80) != 0 ? input.size() - 2 : std::min<size_t>(input[1], input.size() - 2);
    const Bytes piece = input.subspan(2, length);
    input = input.subspan(2 + length);
    const Direction direction = (flags & 1) != 0 ? Direction::kToClient : Direction::kToServer;
    FuzzSide& side = sides[index(direction)];
    if (descriptor.probe != nullptr) descriptor.probe(direction, piece, (flags & 4) != 0);
    if (descriptor.over_tcp && (flags & 2) != 0) {
      side = {};
      if (parser->on_gap(direction, 10, flow) == ParseStatus::kFailed) return;
    }
    side.kept += as_text(piece);
    if (side.kept.size() < side.need) continue;
    const std::string exact = side.kept;  // a copy of its own size: reads past it are seen
    const ParseResult result = parser->on_data(direction, as_bytes(exact), input.empty(), flow);
    fuzz_require(result.consumed <= exact.size());
    side.kept = flow.tcp ? exact.substr(result.consumed) : std::string();
    side.need = result.need;
    for (const auto& transaction : parser->transactions()) sum += look_at(*transaction);
    if (result.status == ParseStatus::kFailed) break;
    fuzz_require(flow.expected.size() <= 64);
    flow.expected.clear();
    while (!parser->transactions().empty() &&
           (parser->transactions().front()->done() ||
            parser->transactions().size() > AppParser::kTransactionsMax))
      parser->transactions().pop_front();
  }
  parser->on_end(flow);
  for (const auto& transaction : parser->transactions()) sum += look_at(*transaction);
  fuzz_require(sum != SIZE_MAX);
}

}  // namespace picket::inspect
