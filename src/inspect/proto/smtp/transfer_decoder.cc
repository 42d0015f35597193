// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smtp/transfer_decoder.h"

#include "base/ascii.h"

namespace picket::inspect::smtp {
namespace {

int base64_digit(uint8_t byte) {
  if (byte >= 'A' && byte <= 'Z') return byte - 'A';
  if (byte >= 'a' && byte <= 'z') return byte - 'a' + 26;
  if (byte >= '0' && byte <= '9') return byte - '0' + 52;
  if (byte == '+') return 62;
  if (byte == '/') return 63;
  return -1;
}

int hex_digit(uint8_t byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  return -1;
}

}  // namespace

void TransferDecoder::line(Bytes text, bool ended, std::string& out) {
  switch (encoding_) {
    case Encoding::kBase64: base64(text, out); break;
    case Encoding::kQuotedPrintable: quoted_printable(text, ended, out); break;
    case Encoding::kPlain:
      if (ending_pending_) out += "\r\n";
      out += as_text(text);
      ending_pending_ = ended;
      break;
  }
}

void TransferDecoder::base64(Bytes text, std::string& out) {
  for (const uint8_t byte : text) {
    const int digit = base64_digit(byte);
    if (digit < 0) {
      if (byte == '=')
        finish(out);
      else if (byte != ' ' && byte != '\t' && byte != '\r')
        bad_ = true;
      continue;
    }
    bits_ = bits_ << 6 | static_cast<uint32_t>(digit);
    if (++digits_ < 4) continue;
    out.push_back(static_cast<char>(bits_ >> 16));
    out.push_back(static_cast<char>(bits_ >> 8));
    out.push_back(static_cast<char>(bits_));
    bits_ = 0;
    digits_ = 0;
  }
}

void TransferDecoder::quoted_printable(Bytes text, bool ended, std::string& out) {
  if (ending_pending_) out += "\r\n";
  ending_pending_ = ended;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out.push_back(static_cast<char>(text[i]));
      continue;
    }
    if (trimmed(as_text(text.subspan(i + 1))).empty()) {  // a soft break: the line goes on
      ending_pending_ = false;
      return;
    }
    const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      bad_ = true;
      out.push_back('=');
      continue;
    }
    out.push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
}

void TransferDecoder::finish(std::string& out) {
  if (digits_ == 1) bad_ = true;
  if (digits_ == 2) out.push_back(static_cast<char>(bits_ >> 4));
  if (digits_ == 3) {
    out.push_back(static_cast<char>(bits_ >> 10));
    out.push_back(static_cast<char>(bits_ >> 2));
  }
  digits_ = 0;
  bits_ = 0;
}

}  // namespace picket::inspect::smtp
