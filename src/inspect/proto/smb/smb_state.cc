// SPDX-License-Identifier: Apache-2.0
// What both versions of SMB share: requests that wait, shares, open files, and calls over pipes.
#include "inspect/file/file_keeper.h"
#include "inspect/proto/smb/smb_parser.h"
#include "inspect/proto/smb/weird.h"

namespace picket::inspect::smb {

SmbTransaction& SmbParser::open(const Message& message, FlowContext& flow) {
  auto& transaction = open_transaction<SmbTransaction>(flow, message.version, message.command);
  transaction.dialect = dialect_;
  transaction.session_id = message.session;
  transaction.tree_id = message.tree;
  return transaction;
}

SmbTransaction* SmbParser::live(std::optional<uint64_t> id) {
  if (!id) return nullptr;
  Transaction* found = find_transaction(*id);
  return found == nullptr || found->done() ? nullptr : static_cast<SmbTransaction*>(found);
}

void SmbParser::wait(const Message& message, Waiting waiting) {
  if (waiting_.size() >= kWaitingMax) {
    counter_of(Weird::kTooManyWaiting).add();
    waiting_.erase(waiting_.begin());
  }
  waiting_[message.id] = std::move(waiting);
}

std::optional<SmbParser::Waiting> SmbParser::answered(const Message& message) {
  const auto at = waiting_.find(message.id);
  if (at == waiting_.end()) return std::nullopt;
  Waiting out = std::move(at->second);
  waiting_.erase(at);
  return out;
}

void SmbParser::finish(SmbTransaction& transaction, const Message& message) {
  transaction.status = message.status;
  transaction.dos_error = message.dos_error;
  transaction.dialect = dialect_;
  if (transaction.session_id == 0) transaction.session_id = message.session;
  transaction.complete();
}

void SmbParser::remember_tree(uint32_t id, Tree tree) {
  if (trees_.size() >= kTreesMax && !trees_.contains(id)) {
    counter_of(Weird::kTooManyTrees).add();
    trees_.erase(trees_.begin());
  }
  trees_[id] = std::move(tree);
}

SmbParser::Handle& SmbParser::remember_handle(const std::string& file_id, Handle handle) {
  if (handles_.size() >= kHandlesMax && !handles_.contains(file_id)) {
    counter_of(Weird::kTooManyHandles).add();
    close_handle(handles_.begin()->first);
  }
  return handles_[file_id] = std::move(handle);
}

void SmbParser::show_tree(SmbTransaction& transaction, uint32_t tree) const {
  const auto at = trees_.find(tree);
  if (at == trees_.end()) return;
  transaction.share = at->second.name;
  transaction.share_is_pipe = at->second.pipe;
}

// Where the share is not known (its connection was not seen), the bytes decide.
bool SmbParser::is_pipe(const Message& message, const std::string& file_id, Bytes data) const {
  if (const auto tree = trees_.find(message.tree); tree != trees_.end()) return tree->second.pipe;
  if (const auto at = handles_.find(file_id); at != handles_.end()) {
    if (at->second.pipe) return true;
    if (at->second.file_tx[0] || at->second.file_tx[1]) return false;
  }
  return dcerpc::read_pdu(data).has_value();
}

void SmbParser::file_data(const Message& message, Direction way, const std::string& file_id,
                          uint64_t offset, Bytes data, size_t announced, FlowContext& flow) {
  auto at = handles_.find(file_id);
  Handle& handle =
      at != handles_.end() ? at->second : remember_handle(file_id, {.tree = message.tree});
  SmbTransaction* transaction = live(handle.file_tx[index(way)]);
  if (transaction == nullptr) {
    transaction = &open(message, flow);
    transaction->file_name = handle.name;
    transaction->file_id = file_id;
    show_tree(*transaction, message.tree);
    transaction->data = std::make_unique<SmbFile>(handle.name, way);
    FileBody& body = transaction->data->body;
    follow(body, settings_);
    handle.file_tx[index(way)] = transaction->id;
  }
  transaction->data->write(offset, data);
  if (announced > data.size()) {
    Side& side = sides_[index(way)];
    side.data_tx = transaction->id;
    side.data_offset = offset + data.size();
    side.data_left = announced - data.size();
  }
}

// The bytes of a READ's answer or of a WRITE, `announced` long: part of a call when they go over a
// pipe, else of a file.
SmbParser::Moved SmbParser::data_moved(const Message& message, Direction way,
                                       const Waiting& waiting, Bytes data, size_t announced,
                                       FlowContext& flow) {
  if (is_pipe(message, waiting.file_id, data))
    return {true, pipe_data(message, way, waiting.file_id, data, flow)};
  file_data(message, way, waiting.file_id, waiting.offset, data,
            std::min(announced, data.size() + message.missing), flow);
  if (way == Direction::kToClient) file_status(waiting.file_id, way, message.status);
  return {};
}

void SmbParser::file_status(const std::string& file_id, Direction way, uint32_t status) {
  const auto at = handles_.find(file_id);
  if (at == handles_.end()) return;
  if (SmbTransaction* transaction = live(at->second.file_tx[index(way)])) {
    transaction->status = status;
    transaction->dialect = dialect_;
  }
}

void SmbParser::close_handle(const std::string& file_id) {
  const auto at = handles_.find(file_id);
  if (at == handles_.end()) return;
  for (const auto& id : at->second.file_tx) {
    SmbTransaction* transaction = live(id);
    if (transaction == nullptr) continue;
    if (transaction->data) transaction->data->close();
    transaction->complete();
  }
  handles_.erase(at);
}

// The transaction of the last call that the bytes belong to; nullopt: they are no call.
std::optional<uint64_t> SmbParser::pipe_data(const Message& message, Direction way,
                                             const std::string& file_id, Bytes data,
                                             FlowContext& flow) {
  auto at = handles_.find(file_id);
  Handle& handle = at != handles_.end()
                       ? at->second
                       : remember_handle(file_id, {.pipe = true, .tree = message.tree});
  std::string& kept = handle.pipe_bytes[index(way)];
  if (kept.empty() && !dcerpc::read_pdu(data)) return std::nullopt;
  kept += as_text(data);
  std::optional<uint64_t> out;
  while (const auto pdu = dcerpc::read_pdu(as_bytes(kept))) {
    if (kept.size() < pdu->length) break;
    out = fragment(message, way, handle, *pdu, flow);
    kept.erase(0, pdu->length);
  }
  if (kept.size() > kPipeBytesMax ||
      (kept.size() >= dcerpc::kHeaderBytes && !dcerpc::read_pdu(as_bytes(kept))))
    kept.clear();
  return out;
}

std::optional<uint64_t> SmbParser::fragment(const Message& message, Direction way, Handle& handle,
                                            const dcerpc::Pdu& pdu, FlowContext& flow) {
  if (pdu.type == dcerpc::kAuth3) return std::nullopt;
  SmbTransaction* transaction = nullptr;
  for (const auto& candidate : transactions_) {
    auto& smb = static_cast<SmbTransaction&>(*candidate);
    if (smb.done() || !smb.rpc || smb.rpc->call_id != pdu.call_id || smb.rpc->response_done)
      continue;
    if (way == Direction::kToClient || !smb.rpc->request_done) transaction = &smb;
  }
  if (transaction == nullptr) {
    transaction = &open(message, flow);
    transaction->rpc.emplace();
    transaction->rpc->request_lost = way == Direction::kToClient;
  }
  handle.rpc.apply(way, pdu, *transaction->rpc);
  if (way == Direction::kToClient && transaction->rpc->response_done) finish(*transaction, message);
  return transaction->id;
}

}  // namespace picket::inspect::smb
