// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/binxml_parser.h"

#include "sensor/replay/binxml_value.h"
#include "sensor/replay/utf16.h"

namespace picket::sensor::replay {
namespace {

constexpr size_t kNameUnitsMax = 1024;

bool entity_text(std::string_view name, std::string& out) {
  if (name == "amp")
    out += '&';
  else if (name == "lt")
    out += '<';
  else if (name == "gt")
    out += '>';
  else if (name == "quot")
    out += '"';
  else if (name == "apos")
    out += '\'';
  else
    return false;
  return true;
}

// A count of UTF-16 units, then the units.
bool counted_text(ByteReader& reader, std::string& out) {
  const Bytes units = reader.take(size_t{reader.u16_le()} * 2);
  append_utf16(units, out);
  return !reader.failed();
}

bool starts_piece(Token token) {
  switch (token) {
    case Token::kValue:
    case Token::kCdata:
    case Token::kCharacter:
    case Token::kEntity:
    case Token::kSubstitution:
    case Token::kOptionalSubstitution: return true;
    default: return false;
  }
}

}  // namespace

bool BinXmlParser::name(ByteReader& reader, std::string& out) {
  out.clear();
  const size_t offset = reader.u32_le();
  ByteReader elsewhere(chunk_);
  const bool here = offset == reader.offset();
  ByteReader& at = here ? reader : elsewhere;
  if (!here) at.seek(offset);
  at.skip(4 + 2);  // the next name of the same hash, the hash
  const size_t units = at.u16_le();
  if (at.failed() || units == 0 || units > kNameUnitsMax) return false;
  append_utf16(at.take(units * 2), out);
  at.skip(2);  // NUL
  return !at.failed() && !reader.failed();
}

bool BinXmlParser::piece(ByteReader& reader, uint8_t token, TextPiece& out) {
  out.literal.clear();
  out.substitution = -1;
  out.optional = false;
  switch (token_of(token)) {
    case Token::kValue:
      return reader.u8() == static_cast<uint8_t>(ValueType::kString) &&
             counted_text(reader, out.literal);
    case Token::kCdata: return counted_text(reader, out.literal);
    case Token::kCharacter:
      append_code_point(reader.u16_le(), out.literal);
      return !reader.failed();
    case Token::kEntity: return name(reader, name_) && entity_text(name_, out.literal);
    case Token::kOptionalSubstitution: out.optional = true; [[fallthrough]];
    case Token::kSubstitution:
      out.substitution = reader.u16_le();
      reader.skip(1);  // the type the template expects; the value's own one counts
      return !reader.failed();
    default: return false;
  }
}

bool BinXmlParser::attributes(ByteReader& reader, EventFlattener& out) {
  const size_t size = reader.u32_le();
  if (size > reader.remaining()) return false;
  const size_t end = reader.offset() + size;
  std::string attribute_name;
  while (reader.offset() < end && !reader.failed()) {
    if (token_of(reader.u8()) != Token::kAttribute || !name(reader, attribute_name)) return false;
    pieces_.clear();
    while (reader.offset() < end) {
      ByteReader ahead = reader;
      const uint8_t token = ahead.u8();
      if (!starts_piece(token_of(token))) break;
      reader = ahead;
      if (!piece(reader, token, pieces_.emplace_back())) return false;
    }
    out.attribute(attribute_name, pieces_);
  }
  return reader.offset() == end && !reader.failed();
}

bool BinXmlParser::open_element(ByteReader& reader, uint8_t token, bool in_template,
                                EventFlattener& out) {
  const uint16_t dependency = in_template ? reader.u16_le() : EventFlattener::kNoDependency;
  reader.skip(4);  // bytes to the element's end; its own tokens say that too
  if (!name(reader, name_) || !out.start_element(name_, dependency)) return false;
  if ((token & kMoreBit) && !attributes(reader, out)) return false;
  const Token close = token_of(reader.u8());
  if (close == Token::kCloseEmptyElement) out.end_element();
  return !reader.failed() &&
         (close == Token::kCloseEmptyElement || close == Token::kCloseStartElement);
}

bool BinXmlParser::element(ByteReader& reader, bool in_template, EventFlattener& out) {
  const size_t depth = out.depth();
  TextPiece content;
  do {
    const uint8_t token = reader.u8();
    if (reader.failed()) return false;
    switch (token_of(token)) {
      case Token::kOpenElement:
        if (!open_element(reader, token, in_template, out)) return false;
        break;
      case Token::kEndElement:
        if (out.depth() == depth) return false;
        out.end_element();
        break;
      case Token::kInstructionTarget:
        if (!name(reader, name_)) return false;
        break;
      case Token::kInstruction: reader.skip(size_t{reader.u16_le()} * 2); break;
      default:
        if (out.depth() == depth || !piece(reader, token, content)) return false;
        if (content.substitution >= 0)
          out.text(content);
        else
          out.text(content.literal);
    }
  } while (out.depth() > depth);
  return !reader.failed();
}

}  // namespace picket::sensor::replay
