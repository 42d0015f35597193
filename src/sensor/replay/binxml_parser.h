// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "sensor/replay/event_flattener.h"

// The token stream of Microsoft's binary XML (MS-EVEN6 2.2.12) as it stands in an EVTX chunk: names
// are offsets into the chunk, spelled out where they come first. Walks one element tree and tells
// an EventFlattener. Template instances are not followed here: that is BinXmlDecoder's.
namespace picket::sensor::replay {

// DO NOT CHANGE THESE ENUM VALUES: they stand in the files. 0x40 set: more of the kind follow, or
// the element has attributes.
enum class Token : uint8_t {
  kEnd = 0x00,
  kOpenElement = 0x01,
  kCloseStartElement = 0x02,
  kCloseEmptyElement = 0x03,
  kEndElement = 0x04,
  kValue = 0x05,
  kAttribute = 0x06,
  kCdata = 0x07,
  kCharacter = 0x08,
  kEntity = 0x09,
  kInstructionTarget = 0x0a,
  kInstruction = 0x0b,
  kTemplateInstance = 0x0c,
  kSubstitution = 0x0d,
  kOptionalSubstitution = 0x0e,
  kFragmentHeader = 0x0f,
};
constexpr uint8_t kMoreBit = 0x40;
inline Token token_of(uint8_t byte) { return static_cast<Token>(byte & ~kMoreBit); }

class BinXmlParser {
 public:
  // `chunk`: what name offsets count from. Borrowed.
  explicit BinXmlParser(Bytes chunk) : chunk_(chunk) {}

  // Reads one element with all that is in it; `reader` (over the chunk) stands at its token.
  // `in_template`: elements then carry a dependency id (MS-EVEN6: DependencyID), and only there.
  // False: no well-formed element.
  bool element(ByteReader& reader, bool in_template, EventFlattener& out);

 private:
  bool open_element(ByteReader& reader, uint8_t token, bool in_template, EventFlattener& out);
  bool attributes(ByteReader& reader, EventFlattener& out);
  bool name(ByteReader& reader, std::string& out);
  // A value, substitution, character or entity token, already taken off, as a piece of text.
  bool piece(ByteReader& reader, uint8_t token, TextPiece& out);

  Bytes chunk_;
  std::string name_;
  std::vector<TextPiece> pieces_;
};

}  // namespace picket::sensor::replay
