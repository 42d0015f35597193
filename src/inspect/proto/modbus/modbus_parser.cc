// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/modbus/modbus_parser.h"

#include "inspect/proto/modbus/weird.h"

namespace picket::inspect::modbus {
namespace {

// First and last address of what is read, then of what is written.
std::optional<int64_t> address_at(const Message& message, size_t at) {
  const auto& span = at < 2 ? (message.read ? message.read : message.written)
                            : (message.read ? message.written : std::nullopt);
  if (!span || at > 3) return std::nullopt;
  return at % 2 == 0 ? span->address : span->address + std::max(1, int{span->quantity}) - 1;
}

}  // namespace

std::optional<int64_t> ModbusTransaction::field(FieldId which, Direction direction, size_t at) {
  if (direction != Direction::kToServer || !request) return std::nullopt;
  if (which == FieldId::k_modbus_address) return address_at(*request, at);
  if (which == FieldId::k_modbus_value) {
    if (at >= request->values.size()) return std::nullopt;
    return request->values[at];
  }
  if (at > 0) return std::nullopt;
  switch (which) {
    case FieldId::k_modbus_function: return request->function;
    case FieldId::k_modbus_subfunction:
      return request->subfunction ? std::optional<int64_t>(*request->subfunction) : std::nullopt;
    case FieldId::k_modbus_unit: return request->unit;
    case FieldId::k_modbus_category: return request->category;
    case FieldId::k_modbus_access: return request->access;
    default: return std::nullopt;
  }
}

void ModbusTransaction::append_eve(JsonWriter& out) const {
  out.begin_object().member("id", id + 1);
  if (request) append_message(out.key("request"), *request, false);
  if (answer) append_message(out.key("response"), *answer, true);
  out.end_object();
}

ParseResult ModbusParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  size_t done = 0;
  while (bytes.size() - done > kHeaderBytes) {
    const Bytes rest = bytes.subspan(done);
    ByteReader reader(rest);
    reader.skip(2);
    const uint16_t protocol = reader.u16(), length = reader.u16();
    if (protocol != 0 || length < 2 || length > kLengthMax) {
      counter_of(Weird::kMalformed).add();
      return {bytes.size(), ParseStatus::kFailed};
    }
    const size_t size = kHeaderBytes - 1 + length;
    if (rest.size() < size) return {done, ParseStatus::kOk, size};
    const bool answer = direction == Direction::kToClient;
    take(direction, read_message(rest.first(size), answer), flow);
    done += size;
  }
  return {done, ParseStatus::kOk, kHeaderBytes + 1};
}

void ModbusParser::take(Direction direction, Message message, FlowContext& flow) {
  if (!message.whole) counter_of(Weird::kMalformed).add();
  if (direction == Direction::kToServer) {
    if (transactions_.size() >= kWaitingMax) {
      counter_of(Weird::kTooManyWaiting).add();
      transactions_.front()->complete();
    }
    open_transaction<ModbusTransaction>(flow).request = std::move(message);
    return;
  }
  ModbusTransaction* asked = nullptr;
  for (const auto& live : transactions_) {
    auto& transaction = static_cast<ModbusTransaction&>(*live);
    if (transaction.done() || !transaction.request) continue;
    if (transaction.request->transaction == message.transaction &&
        transaction.request->unit == message.unit) {
      asked = &transaction;
      break;
    }
  }
  if (asked == nullptr) {
    counter_of(Weird::kUnasked).add();
    asked = &open_transaction<ModbusTransaction>(flow);
  }
  asked->answer = std::move(message);
  asked->complete();
}

}  // namespace picket::inspect::modbus
