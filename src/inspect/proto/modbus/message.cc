// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/modbus/message.h"

#include "inspect/app/eve_text.h"

namespace picket::inspect::modbus {
namespace {

enum Function : uint8_t {
  kReadCoils = 1,
  kReadDiscretes = 2,
  kReadHolding = 3,
  kReadInput = 4,
  kWriteCoil = 5,
  kWriteRegister = 6,
  kDiagnostic = 8,
  kWriteCoils = 15,
  kWriteRegisters = 16,
  kMaskWrite = 22,
  kReadWrite = 23,
  kMei = 43,
};

struct Name {
  uint16_t number;
  std::string_view text;
};
constexpr Name kFunctions[] = {{1, "RdCoils"},
                               {2, "RdDiscreteInputs"},
                               {3, "RdHoldRegs"},
                               {4, "RdInputRegs"},
                               {5, "WrSingleCoil"},
                               {6, "WrSingleReg"},
                               {7, "RdExcStatus"},
                               {8, "Diagnostic"},
                               {9, "Program484"},
                               {10, "Poll484"},
                               {11, "GetCommEventCtr"},
                               {12, "GetCommEventLog"},
                               {13, "ProgramController"},
                               {14, "PollController"},
                               {15, "WrMultCoils"},
                               {16, "WrMultRegs"},
                               {17, "ReportServerID"},
                               {18, "Program884"},
                               {19, "ResetCommLink"},
                               {20, "RdFileRec"},
                               {21, "WrFileRec"},
                               {22, "MaskWrReg"},
                               {23, "RdWrMultRegs"},
                               {24, "RdFIFOQueue"},
                               {43, "MEI"}};
constexpr Name kDiagnostics[] = {
    {0, "RetQueryData"},         {1, "RestartCommOpt"},          {2, "RetDiagReg"},
    {3, "ChangeInputDelimiter"}, {4, "ForceListenOnlyMode"},     {10, "ClearCtrDiagReg"},
    {11, "RetBusMsgCount"},      {12, "RetBusCommErrCount"},     {13, "RetBusExcErrCount"},
    {14, "RetServerMsgCount"},   {15, "RetServerNoRespCount"},   {16, "RetServerNAKCount"},
    {17, "RetServerBusyCount"},  {18, "RetBusCharOverrunCount"}, {20, "ClearOverrunCounterFlag"},
    {21, "GetClearPlusStats"}};
constexpr Name kMeiTypes[] = {{13, "CANOpenGeneralRefReqResp"}, {14, "RdDevId"}};
constexpr Name kExceptions[] = {{1, "IllegalFunction"},
                                {2, "IllegalDataAddr"},
                                {3, "IllegalDataValue"},
                                {4, "ServerDeviceFail"},
                                {5, "Ack"},
                                {6, "ServerDeviceBusy"},
                                {7, "NegAck"},
                                {8, "MemParityErr"},
                                {10, "GatewayPathUnavailable"},
                                {11, "GatewayTargetFailToResp"}};
constexpr Name kCategories[] = {{kAssigned, "PUBLIC_ASSIGNED"},
                                {kUnassigned, "PUBLIC_UNASSIGNED"},
                                {kUser, "USER_DEFINED"},
                                {kReserved, "RESERVED"}};
constexpr Name kAccesses[] = {
    {kRead, "READ"},   {kWrite, "WRITE"},     {kDiscretes, "DISCRETES"}, {kCoils, "COILS"},
    {kInput, "INPUT"}, {kHolding, "HOLDING"}, {kSingle, "SINGLE"},       {kMultiple, "MULTIPLE"}};

template <size_t Size>
std::string_view find(const Name (&names)[Size], uint16_t number) {
  for (const Name& name : names)
    if (name.number == number) return name.text;
  return "Unknown";
}
template <size_t Size>
std::string bits_text(const Name (&names)[Size], unsigned bits) {
  std::string out;
  for (const Name& name : names)
    if ((bits & name.number) != 0) out += (out.empty() ? "" : " | ") + std::string(name.text);
  return out.empty() ? "NONE" : out;
}

unsigned category_of(uint8_t function, std::optional<uint16_t> subfunction) {
  if (function == kDiagnostic && subfunction)
    return find(kDiagnostics, *subfunction) == "Unknown" || *subfunction > 18 ? kReserved
                                                                              : kAssigned;
  if (function == kMei && subfunction)
    return *subfunction == 13 || *subfunction == 14 ? kAssigned : kReserved;
  constexpr uint8_t kReservedFunctions[] = {9, 10, 13, 14, 18, 41, 42, 90, 91, 125, 126, 127};
  for (const uint8_t reserved : kReservedFunctions)
    if (function == reserved) return kReserved;
  if ((function >= 65 && function <= 72) || (function >= 100 && function <= 110)) return kUser;
  return find(kFunctions, function) == "Unknown" || function == 19 ? kUnassigned : kAssigned;
}

unsigned access_of(uint8_t function) {
  switch (function) {
    case kReadCoils: return kRead | kCoils;
    case kReadDiscretes: return kRead | kDiscretes;
    case kReadHolding: return kRead | kHolding;
    case kReadInput: return kRead | kInput;
    case kWriteCoil: return kWrite | kCoils | kSingle;
    case kWriteRegister: return kWrite | kHolding | kSingle;
    case kWriteCoils: return kWrite | kCoils | kMultiple;
    case kWriteRegisters: return kWrite | kHolding | kMultiple;
    case kMaskWrite: return kWrite | kHolding;
    case kReadWrite: return kRead | kWrite | kHolding | kMultiple;
    default: return 0;
  }
}

Span read_span(ByteReader& reader) {
  Span span;
  span.address = reader.u16();
  span.quantity = reader.u16();
  return span;
}

void read_registers(ByteReader& reader, Message& message) {
  const size_t bytes = reader.u8();
  for (size_t i = 0; i + 1 < bytes && message.values.size() < kValuesMax && !reader.failed();
       i += 2)
    message.values.push_back(reader.u16());
}

void read_bits(ByteReader& reader, Message& message) {
  const Bytes bits = reader.take(reader.u8());
  for (size_t i = 0;
       i < message.written->quantity && i / 8 < bits.size() && message.values.size() < kValuesMax;
       ++i)
    message.values.push_back(bits[i / 8] >> i % 8 & 1);
}

void read_request(ByteReader& reader, Message& message) {
  switch (message.function) {
    case kReadCoils:
    case kReadDiscretes:
    case kReadHolding:
    case kReadInput: message.read = read_span(reader); break;
    case kWriteCoil:
    case kWriteRegister:
      message.written = Span{reader.u16(), 1};
      message.values.push_back(reader.u16());
      break;
    case kWriteCoils:
      message.written = read_span(reader);
      read_bits(reader, message);
      break;
    case kWriteRegisters:
      message.written = read_span(reader);
      read_registers(reader, message);
      break;
    case kMaskWrite: message.written = Span{reader.u16(), 1}; break;
    case kReadWrite:
      message.read = read_span(reader);
      message.written = read_span(reader);
      read_registers(reader, message);
      break;
    default: break;
  }
}

void append_numbered(JsonWriter& out, std::string_view key, uint16_t raw, std::string_view code,
                     std::string_view data) {
  out.key(key).begin_object().member("raw", raw).member("code", code);
  if (!data.empty()) out.member("data", eve_hex(as_bytes(data)));
  out.end_object();
}

}  // namespace

Message read_message(Bytes bytes, bool answer) {
  ByteReader reader(bytes);
  Message message;
  message.transaction = reader.u16();
  message.protocol = reader.u16();
  reader.skip(2);
  message.unit = reader.u8();
  const uint8_t function = reader.u8();
  message.function = function & 0x7f;
  message.exception = answer && (function & 0x80) != 0;
  message.data = as_text(bytes.subspan(reader.offset()));
  if (message.exception) message.exception_code = reader.u8();
  if (!message.exception && message.function == kDiagnostic) message.subfunction = reader.u16();
  if (!message.exception && message.function == kMei) message.subfunction = reader.u8();
  message.category = category_of(message.function, message.subfunction);
  message.access = access_of(message.function);
  if (!answer) read_request(reader, message);
  message.whole = !reader.failed();
  return message;
}

void append_message(JsonWriter& out, const Message& message, bool answer) {
  out.begin_object().member("transaction_id", message.transaction);
  out.member("protocol_id", message.protocol).member("unit_id", unsigned{message.unit});
  out.member("function_raw", unsigned{message.function});
  out.member("function_code", find(kFunctions, message.function));
  out.member("access_type", bits_text(kAccesses, message.access));
  out.member("category", bits_text(kCategories, message.category));
  out.member("error_flags", message.whole ? "NONE" : "DATA_LENGTH");
  const std::string_view data = message.data;
  if (message.exception) {
    out.key("exception").begin_object().member("raw", unsigned{message.exception_code});
    out.member("code", find(kExceptions, message.exception_code)).end_object();
  } else if (message.subfunction && message.function == kDiagnostic) {
    append_numbered(out, "diagnostic", *message.subfunction,
                    find(kDiagnostics, *message.subfunction),
                    data.substr(std::min<size_t>(2, data.size())));
  } else if (message.subfunction) {
    append_numbered(out, "mei", *message.subfunction, find(kMeiTypes, *message.subfunction),
                    data.substr(std::min<size_t>(1, data.size())));
  } else if (answer && !data.empty()) {
    out.member("data", eve_hex(as_bytes(data)));
  }
  if (message.read)
    out.key("read")
        .begin_object()
        .member("address", message.read->address)
        .member("quantity", message.read->quantity)
        .end_object();
  if (message.written) {
    out.key("write").begin_object().member("address", message.written->address);
    if (!message.values.empty()) out.member("data", message.values.front());
    out.end_object();
  }
  out.end_object();
}

}  // namespace picket::inspect::modbus
