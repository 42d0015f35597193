// SPDX-License-Identifier: Apache-2.0
#include "inspect/app/eve_text.h"
#include "inspect/proto/nfs/nfs_parser.h"
#include "inspect/proto/nfs/procedure.h"

namespace picket::inspect::nfs {
namespace {

std::string status_text(uint32_t status) {
  switch (status) {
    case 0: return "OK";
    case 1: return "ERR_PERM";
    case 2: return "ERR_NOENT";
    case 5: return "ERR_IO";
    case 13: return "ERR_ACCESS";
    case 17: return "ERR_EXIST";
    case 20: return "ERR_NOTDIR";
    case 21: return "ERR_ISDIR";
    case 28: return "ERR_NOSPC";
    case 30: return "ERR_ROFS";
    case 63: return "ERR_NAMETOOLONG";
    case 66: return "ERR_NOTEMPTY";
    case 70: return "ERR_STALE";
    default: return std::to_string(status);
  }
}

}  // namespace

std::optional<Bytes> NfsTransaction::buffer(BufferId which, Direction direction, size_t at) {
  if (which != BufferId::k_file_data) return std::nullopt;
  const FileBody* found = file(direction, at);
  return found ? std::optional(found->window()) : std::nullopt;
}

uint64_t NfsTransaction::body_offset(BufferId, Direction) const {
  return data ? data->window_offset() : 0;
}

FileBody* NfsTransaction::file(Direction direction, size_t at) {
  return at == 0 && data && direction == data_way ? data.get() : nullptr;
}

std::optional<int64_t> NfsTransaction::field(FieldId which, Direction, size_t at) {
  if (at > 0) return std::nullopt;
  if (which == FieldId::k_nfs_procedure) return call.procedure;
  if (which == FieldId::k_nfs_version) return call.version;
  return std::nullopt;
}

void NfsTransaction::append_eve(JsonWriter& out) const {
  out.begin_object().member("version", call.version);
  out.member("procedure", procedure_text(call.version, call.procedure));
  out.member("filename", eve_text(name)).member("id", id).member("file_tx", data != nullptr);
  if (!new_name.empty())
    out.key("rename")
        .begin_object()
        .member("from", eve_text(name))
        .member("to", eve_text(new_name))
        .end_object();
  out.member("type", status || data ? "response" : "request");
  if (status) out.member("status", status_text(*status));
  out.end_object();
}

void NfsTransaction::append_eve_more(JsonWriter& out) const {
  out.key("rpc").begin_object().member("xid", call.xid);
  if (status || data) out.member("status", "ACCEPTED");
  out.member("auth_type", call.credentials == 1 ? "UNIX" : call.credentials == 0 ? "NULL" : "GSS");
  if (call.credentials == 1) {
    out.key("creds").begin_object().member("machine_name", eve_text(call.machine));
    out.member("uid", call.uid).member("gid", call.gid).end_object();
  }
  out.end_object();
}

}  // namespace picket::inspect::nfs
