// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smb/smb_transaction.h"

#include <algorithm>
#include <charconv>

#include "inspect/app/eve_text.h"
#include "inspect/proto/smb/names.h"
#include "inspect/proto/smb/weird.h"

namespace picket::inspect::smb {

void SmbFile::write(uint64_t offset, Bytes bytes) {
  if (!begun_) {
    begun_ = true;
    next_ = offset;  // what is before was read by nobody: a file may be read from its middle
    body.set_start(offset);
  }
  if (offset < next_) {
    const uint64_t known = std::min<uint64_t>(next_ - offset, bytes.size());
    bytes = bytes.subspan(static_cast<size_t>(known));
    offset += known;
  }
  if (bytes.empty()) return;
  if (offset > next_) {
    if (ahead_bytes_ + bytes.size() <= kAheadMax) {
      if (ahead_.emplace(offset, as_text(bytes)).second) ahead_bytes_ += bytes.size();
      return;
    }
    counter_of(Weird::kDataOutOfOrder).add();
    body.gap(offset - next_);
    next_ = offset;
  }
  body.append(bytes);
  next_ += bytes.size();
  take_ahead();
}

void SmbFile::take_ahead() {
  while (!ahead_.empty() && ahead_.begin()->first <= next_) {
    const auto node = ahead_.extract(ahead_.begin());
    ahead_bytes_ -= node.mapped().size();
    const uint64_t known = next_ - node.key();
    if (known >= node.mapped().size()) continue;
    const Bytes rest = as_bytes(node.mapped()).subspan(static_cast<size_t>(known));
    body.append(rest);
    next_ += rest.size();
  }
}

void SmbFile::close() {
  while (!ahead_.empty()) {
    const uint64_t to = ahead_.begin()->first;
    body.gap(to - next_);
    next_ = to;
    take_ahead();
  }
  if (body.open()) body.close();
}

SmbTransaction::SmbTransaction(uint64_t tx_id, unsigned of_version, uint16_t of_command)
    : Transaction(AppProtocol::kSmb, tx_id), version(of_version), command(of_command) {
  set_progress(Direction::kToServer, 1);
}

std::optional<Bytes> SmbTransaction::buffer(BufferId buffer_id, Direction direction, size_t at) {
  const auto text = [&](const std::string& value) -> std::optional<Bytes> {
    if (at > 0 || value.empty() || direction != Direction::kToServer) return std::nullopt;
    return as_bytes(value);
  };
  switch (buffer_id) {
    case BufferId::k_smb_named_pipe:
      return connects_tree && share_is_pipe ? text(share) : std::nullopt;
    case BufferId::k_smb_share: return connects_tree && !share_is_pipe ? text(share) : std::nullopt;
    case BufferId::k_smb_ntlmssp_user: return ntlmssp ? text(ntlmssp->user) : std::nullopt;
    case BufferId::k_smb_ntlmssp_domain: return ntlmssp ? text(ntlmssp->domain) : std::nullopt;
    default: break;
  }
  if (!rpc) return std::nullopt;
  return dcerpc::call_buffer(*rpc, buffer_id, direction, at, scratch_);
}

std::optional<int64_t> SmbTransaction::field(FieldId field_id, Direction, size_t at) {
  if (field_id == FieldId::k_smb_version)
    return at == 0 ? std::optional<int64_t>(version) : std::nullopt;
  return rpc ? dcerpc::call_field(*rpc, field_id, at) : std::nullopt;
}

FileBody* SmbTransaction::file(Direction direction, size_t at) {
  return at == 0 && data && data->way == direction ? &data->body : nullptr;
}

void SmbTransaction::append_status(JsonWriter& out) const {
  if (!status) return;
  char hex[16];
  if (dos_error) {
    const auto code = static_cast<uint16_t>(*status >> 16);
    out.member("status", dos_error_text(static_cast<uint8_t>(*status), code));
    std::string digits(hex, std::to_chars(hex, hex + sizeof(hex), code, 16).ptr);
    out.member("status_code",
               "0x" + std::string(4 - std::min<size_t>(4, digits.size()), '0') + digits);
    return;
  }
  out.member("status", status_text(*status));
  out.member("status_code",
             "0x" + std::string(hex, std::to_chars(hex, hex + sizeof(hex), *status, 16).ptr));
}

void SmbTransaction::append_negotiation(JsonWriter& out) const {
  if (!client_dialects.empty()) {
    out.key("client_dialects").begin_array();
    for (const std::string& name : client_dialects) out.value(eve_text(name));
    out.end_array();
  }
  if (!client_guid.empty()) out.member("client_guid", guid_text(client_guid));
  if (!server_guid.empty()) out.member("server_guid", guid_text(server_guid));
  if (read_max > 0) out.member("max_read_size", read_max).member("max_write_size", write_max);
  if (ntlmssp) {
    out.key("ntlmssp").begin_object();
    out.member("domain", eve_text(ntlmssp->domain)).member("user", eve_text(ntlmssp->user));
    out.member("host", eve_text(ntlmssp->host)).member_if("version", ntlmssp->version);
    out.end_object();
  }
  const auto native = [&](std::string_view member, const std::string& os, const std::string& lm) {
    if (os.empty() && lm.empty()) return;
    out.key(member).begin_object();
    eve_member_if(out, "native_os", os);
    eve_member_if(out, "native_lm", lm);
    out.end_object();
  };
  native("request", request_os, request_lm);
  native("response", response_os, response_lm);
}

void SmbTransaction::append_file(JsonWriter& out) const {
  if (create) {
    out.member(create->directory ? "directory" : "filename", eve_text(file_name));
    out.member("disposition", disposition_text(create->disposition));
    out.member("access", create->delete_on_close ? "delete on close" : "normal");
    if (create->answered) {
      out.member("created", create->created).member("accessed", create->accessed);
      out.member("modified", create->modified).member("changed", create->changed);
      out.member("size", create->size);
    }
  } else {
    eve_member_if(out, "filename", file_name);
  }
  if (!share.empty()) {
    out.member(share_is_pipe ? "named_pipe" : "share", eve_text(share));
    out.member_if("share_type", share_type);
  }
  if (!file_id.empty()) out.member("fuid", guid_text(file_id));
  if (!rename_to.empty()) {
    out.key("rename").begin_object();
    out.member("from", eve_text(rename_from)).member("to", eve_text(rename_to));
    out.end_object();
  }
  if (!set_info_class.empty()) {
    if (set_delete) out.member("access", *set_delete ? "delete on close" : "normal");
    out.key("set_info").begin_object();
    out.member("class", set_info_class).member("info_level", set_info_level);
    out.end_object();
  }
  out.member_if("function", function);
}

void SmbTransaction::append_rpc(JsonWriter& out) const {
  if (!rpc) return;
  out.key("dcerpc").begin_object();
  out.member("request", dcerpc::request_text(*rpc));
  if (rpc->is_call()) {
    out.member("opnum", rpc->opnum);
    dcerpc::append_stub(out, *rpc, Direction::kToServer, false);
  }
  dcerpc::append_interfaces(out, *rpc, true);
  out.member("response", dcerpc::response_text(*rpc));
  if (rpc->response == dcerpc::kResponse)
    dcerpc::append_stub(out, *rpc, Direction::kToClient, false);
  out.member("call_id", rpc->call_id);
  out.end_object();
}

void SmbTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  out.member("id", id + 1).member("dialect", dialect.empty() ? "unknown" : eve_text(dialect));
  out.member("command", command_text(version, command));
  append_status(out);
  out.member("session_id", session_id).member("tree_id", tree_id);
  append_negotiation(out);
  append_file(out);
  append_rpc(out);
  out.end_object();
}

}  // namespace picket::inspect::smb
