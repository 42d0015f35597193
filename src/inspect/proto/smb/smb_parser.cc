// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smb/smb_parser.h"

#include "inspect/proto/smb/weird.h"

namespace picket::inspect::smb {
namespace {

constexpr size_t kFrameBytes = 4;  // NetBIOS session header

bool is_smb(Bytes bytes) {
  return bytes.size() >= 4 &&
         (bytes[0] == 0xff || bytes[0] == 0xfe || bytes[0] == 0xfd || bytes[0] == 0xfc) &&
         bytes[1] == 'S' && bytes[2] == 'M' && bytes[3] == 'B';
}

}  // namespace

ParseResult SmbParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  Bytes rest = bytes;
  Side& side = sides_[index(direction)];
  while (!rest.empty()) {
    const size_t done = bytes.size() - rest.size();
    if (side.record_left > 0) {
      const size_t taken = std::min(rest.size(), side.record_left);
      pass(side, rest.first(taken));
      rest = rest.subspan(taken);
      continue;
    }
    if (rest.size() < kFrameBytes + 4) {
      const bool keepalive = rest.size() >= kFrameBytes && rest[0] == 0x85;
      if (!keepalive) return {done, ParseStatus::kOk, kFrameBytes + 4};
    }
    const size_t length =
        static_cast<size_t>(rest[1]) << 16 | static_cast<size_t>(rest[2]) << 8 | rest[3];
    const size_t total = kFrameBytes + length;
    if (side.out_of_step && (rest[0] != 0 || !is_smb(rest.subspan(kFrameBytes)))) {
      counter_of(Weird::kOutOfStep).add();
      return {bytes.size()};
    }
    side.out_of_step = false;
    if (rest[0] != 0 && (rest[0] < 0x81 || rest[0] > 0x85)) {
      counter_of(Weird::kBadRecord).add();
      return {bytes.size(), ParseStatus::kFailed};
    }
    if (rest[0] != 0 || !is_smb(rest.subspan(kFrameBytes))) {
      if (rest[0] == 0) counter_of(Weird::kBadRecord).add();
      rest = rest.subspan(kFrameBytes);
      side.record_left = length;
      continue;
    }
    if (rest.size() >= total) {
      record(direction, rest.subspan(kFrameBytes, length), 0, flow);
      rest = rest.subspan(total);
      continue;
    }
    if (total <= kRecordWholeMax) return {done, ParseStatus::kOk, total};
    if (rest.size() < kRecordHead) return {done, ParseStatus::kOk, kRecordHead};
    const bool passes = is_data_record(rest.subspan(kFrameBytes));
    if (!passes && total <= kRecordMax) return {done, ParseStatus::kOk, total};
    if (passes)
      record(direction, rest.subspan(kFrameBytes), total - rest.size(), flow);
    else
      counter_of(Weird::kRecordTooLong).add();
    side.record_left = total - rest.size();
    rest = {};
  }
  return {bytes.size()};
}

// A read's answer or a write, whose data may be handed on as it comes.
bool SmbParser::is_data_record(Bytes record) const {
  if (record.size() < 16) return false;
  if (record[0] == 0xfe) return (record[12] == 8 || record[12] == 9) && record[13] == 0;
  return record[0] == 0xff && (record[4] == 0x2e || record[4] == 0x2f);
}

void SmbParser::pass(Side& side, Bytes bytes) {
  side.record_left -= bytes.size();
  const size_t taken = std::min(bytes.size(), side.data_left);
  if (SmbTransaction* transaction = live(side.data_tx);
      transaction != nullptr && transaction->data && taken > 0)
    transaction->data->write(side.data_offset, bytes.first(taken));
  side.data_offset += taken;
  side.data_left -= taken;
}

void SmbParser::record(Direction direction, Bytes bytes, size_t missing, FlowContext& flow) {
  if (bytes[0] == 0xfe) message2(direction, bytes, missing, flow);
  if (bytes[0] == 0xff) message1(direction, bytes, missing, flow);
}

ParseStatus SmbParser::on_gap(Direction direction, uint64_t lost, FlowContext&) {
  Side& side = sides_[index(direction)];
  if (lost <= side.record_left) {  // inside file data: that much is missing, the rest is in step
    const size_t of_data = static_cast<size_t>(std::min<uint64_t>(lost, side.data_left));
    side.data_offset += of_data;
    side.data_left -= of_data;
    side.record_left -= static_cast<size_t>(lost);
    return ParseStatus::kOk;
  }
  side = {};
  side.out_of_step = true;
  return ParseStatus::kOk;
}

void SmbParser::on_end(FlowContext&) {
  for (const auto& transaction : transactions_) {
    auto& smb = static_cast<SmbTransaction&>(*transaction);
    if (smb.data && smb.data->body.open()) smb.data->body.truncate();
    smb.complete();
  }
}

}  // namespace picket::inspect::smb
