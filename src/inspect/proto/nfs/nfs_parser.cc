// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/nfs/nfs_parser.h"

#include "inspect/file/file_keeper.h"
#include "inspect/proto/nfs/procedure.h"
#include "inspect/proto/nfs/weird.h"

namespace picket::inspect::nfs {
namespace {

constexpr uint32_t kLastFragment = 0x80000000u;
constexpr size_t kMarkBytes = 4, kHandle2Bytes = 32, kAttributes2Bytes = 68, kAttributes3Bytes = 84;

std::string file_key(Direction way, const std::string& handle) {
  return (way == Direction::kToServer ? "w" : "r") + handle;
}

Bytes take_handle(ByteReader& reader, uint32_t version) {
  return version == 2 ? reader.take(kHandle2Bytes) : take_opaque(reader);
}

void skip_attributes3(ByteReader& reader) {
  if (reader.u32() != 0) reader.skip(kAttributes3Bytes);
}

}  // namespace

ParseResult NfsParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  if (!flow.tcp) {
    message(direction, bytes, flow);
    return {bytes.size()};
  }
  size_t done = 0;
  size_t& skipped = passed_over_[index(direction)];
  while (done < bytes.size()) {
    const Bytes rest = bytes.subspan(done);
    if (skipped > 0) {
      const size_t taken = std::min(skipped, rest.size());
      skipped -= taken;
      done += taken;
      continue;
    }
    if (out_of_step_[index(direction)]) return {bytes.size()};
    ByteReader reader(rest);
    const uint32_t mark = reader.u32();
    const size_t length = mark & ~kLastFragment;
    if (reader.failed()) return {done, ParseStatus::kOk, kMarkBytes};
    // Records in several fragments are as good as unknown between NFS hosts.
    if ((mark & kLastFragment) == 0 || length > kRecordMax) {
      counter_of(Weird::kRecordTooLong).add();
      skipped = length + kMarkBytes;
      continue;
    }
    if (rest.size() < kMarkBytes + length) return {done, ParseStatus::kOk, kMarkBytes + length};
    message(direction, rest.subspan(kMarkBytes, length), flow);
    done += kMarkBytes + length;
  }
  return {done};
}

void NfsParser::message(Direction direction, Bytes bytes, FlowContext& flow) {
  ByteReader reader(bytes);
  const uint32_t xid = reader.u32(), type = reader.u32();
  if (reader.failed() || type > 1) return counter_of(Weird::kMalformed).add();
  if (type == 0 && direction == Direction::kToServer) call(reader, xid, flow);
  if (type == 1 && direction == Direction::kToClient) reply(reader, xid, flow);
}

// From behind the message's type to the procedure's arguments.
bool NfsParser::read_call(ByteReader& reader, Call& call) {
  reader.skip(4);
  const uint32_t program = reader.u32();
  call.version = reader.u32();
  call.procedure = reader.u32();
  call.credentials = reader.u32();
  ByteReader credentials(take_opaque(reader));
  reader.skip(4);  // flavour of the verifier
  take_opaque(reader);
  if (reader.failed()) counter_of(Weird::kMalformed).add();
  const bool known = program == kProgram && call.version >= 2 && call.version <= 4;
  if (reader.failed() || !known || call.procedure == 0) return false;
  if (call.credentials == 1) {
    credentials.skip(4);
    call.machine = as_text(take_opaque(credentials));
    call.uid = credentials.u32();
    call.gid = credentials.u32();
  }
  return true;
}

void NfsParser::call(ByteReader& reader, uint32_t xid, FlowContext& flow) {
  Waiting waiting;
  waiting.call.xid = xid;
  if (!read_call(reader, waiting.call)) return;
  arguments(reader, waiting);
  const Action action = action_of(waiting.call.version, waiting.call.procedure);
  if (action == Action::kWrite) {
    const Bytes data = take_opaque(reader);
    if (!reader.failed()) file_data(Direction::kToServer, waiting, data, flow);
  } else if (action != Action::kRead) {
    auto& transaction = open_transaction<NfsTransaction>(flow);
    transaction.call = waiting.call;
    transaction.name = waiting.name;
    transaction.new_name = waiting.new_name;
    if (const auto known = names_.find(waiting.handle);
        transaction.name.empty() && known != names_.end())
      transaction.name = known->second;
    transaction.set_progress(Direction::kToServer, Transaction::kDone);
    waiting.transaction = transaction.id;
  }
  if (waiting_.size() >= kWaitingMax) {
    counter_of(Weird::kTooManyWaiting).add();
    waiting_.erase(waiting_.begin());
  }
  waiting_[xid] = std::move(waiting);
}

// Up to the data of a WRITE.
void NfsParser::arguments(ByteReader& reader, Waiting& waiting) {
  Call& call = waiting.call;
  if (call.version == 4) {
    if (const uint32_t operation = main_operation(reader); operation != 0)
      call.procedure = operation;
    return;
  }
  waiting.handle = as_text(take_handle(reader, call.version));
  switch (action_of(call.version, call.procedure)) {
    case Action::kRename:
      waiting.name = as_text(take_opaque(reader));
      take_handle(reader, call.version);
      waiting.new_name = as_text(take_opaque(reader));
      break;
    case Action::kLookup:
    case Action::kName: waiting.name = as_text(take_opaque(reader)); break;
    case Action::kRead: waiting.offset = call.version == 2 ? reader.u32() : reader.u64(); break;
    case Action::kWrite:
      if (call.version == 2) reader.skip(4);  // where the client's cache begins
      waiting.offset = call.version == 2 ? reader.u32() : reader.u64();
      reader.skip(call.version == 2 ? 4 : 8);  // count; how safely
      break;
    case Action::kOther: break;
  }
}

void NfsParser::reply(ByteReader& reader, uint32_t xid, FlowContext& flow) {
  const auto found = waiting_.find(xid);
  if (found == waiting_.end()) return counter_of(Weird::kUnasked).add();
  const Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  auto* transaction = waiting.transaction
                          ? static_cast<NfsTransaction*>(find_transaction(*waiting.transaction))
                          : nullptr;
  const bool accepted = reader.u32() == 0;
  reader.skip(4);  // flavour of the verifier
  take_opaque(reader);
  const bool done = reader.u32() == 0;
  const uint32_t status = reader.u32();
  if (transaction != nullptr) {
    if (accepted && done && !reader.failed()) transaction->status = status;
    transaction->complete();
  }
  if (!accepted || !done || reader.failed() || status != 0) return;
  const Action action = action_of(waiting.call.version, waiting.call.procedure);
  if (action == Action::kLookup || action == Action::kName) looked_up(reader, waiting);
  if (action == Action::kRead) read_reply(reader, waiting, flow);
}

// The handle of a name that was asked for or made.
void NfsParser::looked_up(ByteReader& reader, const Waiting& waiting) {
  if (waiting.call.version == 3 && action_of(3, waiting.call.procedure) == Action::kName &&
      reader.u32() == 0)
    return;
  const Bytes handle = take_handle(reader, waiting.call.version);
  if (reader.failed() || handle.empty() || waiting.name.empty()) return;
  if (names_.size() >= kNamesMax) names_.erase(names_.begin());
  names_[std::string(as_text(handle))] = waiting.name;
}

void NfsParser::read_reply(ByteReader& reader, const Waiting& waiting, FlowContext& flow) {
  bool end = false;
  if (waiting.call.version == 2) {
    reader.skip(kAttributes2Bytes);
  } else {
    skip_attributes3(reader);
    reader.skip(4);
    end = reader.u32() != 0;
  }
  const Bytes data = take_opaque(reader);
  if (reader.failed()) return counter_of(Weird::kMalformed).add();
  file_data(Direction::kToClient, waiting, data, flow);
  if (end) end_file(file_key(Direction::kToClient, waiting.handle));
}

void NfsParser::file_data(Direction way, const Waiting& waiting, Bytes data, FlowContext& flow) {
  const std::string key = file_key(way, waiting.handle);
  const uint64_t offset = waiting.offset;
  auto at = files_.find(key);
  auto* transaction =
      at == files_.end() ? nullptr : static_cast<NfsTransaction*>(find_transaction(at->second));
  if (transaction == nullptr || !transaction->data->open()) {
    if (files_.size() >= kFilesMax) {
      counter_of(Weird::kTooManyFiles).add();
      end_file(std::string(files_.begin()->first));
    }
    const auto name = names_.find(waiting.handle);
    transaction = &open_transaction<NfsTransaction>(flow);
    transaction->call = waiting.call;
    transaction->name = name == names_.end() ? "" : name->second;
    transaction->data_way = way;
    transaction->data = std::make_unique<FileBody>(as_bytes(transaction->name), offset);
    follow(*transaction->data, *flow.settings);
    files_[key] = transaction->id;
  }
  FileBody& body = *transaction->data;
  const uint64_t next = body.start() + body.size();
  if (offset < next) return;  // sent again
  if (offset > next) body.gap(offset - next);
  body.append(data);
  transaction->set_progress(way, 1);
}

void NfsParser::end_file(const std::string& key) {
  const auto at = files_.find(key);
  if (at == files_.end()) return;
  if (auto* transaction = static_cast<NfsTransaction*>(find_transaction(at->second))) {
    if (transaction->data->open()) transaction->data->close();
    transaction->complete();
  }
  files_.erase(at);
}

ParseStatus NfsParser::on_gap(Direction direction, uint64_t lost, FlowContext&) {
  size_t& skipped = passed_over_[index(direction)];
  if (lost <= skipped)
    skipped -= static_cast<size_t>(lost);
  else
    out_of_step_[index(direction)] = true;
  return ParseStatus::kOk;
}

void NfsParser::on_end(FlowContext&) {
  while (!files_.empty()) end_file(std::string(files_.begin()->first));
  complete_all();
}

}  // namespace picket::inspect::nfs
