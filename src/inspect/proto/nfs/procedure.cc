// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/nfs/procedure.h"

#include <iterator>

namespace picket::inspect::nfs {
namespace {

constexpr std::string_view kVersion2[] = {
    "NULL",   "GETATTR", "SETATTR", "ROOT", "LOOKUP",  "READLINK", "READ",  "WRITECACHE", "WRITE",
    "CREATE", "REMOVE",  "RENAME",  "LINK", "SYMLINK", "MKDIR",    "RMDIR", "READDIR",    "STATFS"};
constexpr std::string_view kVersion3[] = {
    "NULL",    "GETATTR",     "SETATTR", "LOOKUP", "ACCESS",   "READLINK", "READ",   "WRITE",
    "CREATE",  "MKDIR",       "SYMLINK", "MKNOD",  "REMOVE",   "RMDIR",    "RENAME", "LINK",
    "READDIR", "READDIRPLUS", "FSSTAT",  "FSINFO", "PATHCONF", "COMMIT"};
constexpr std::string_view kVersion4[] = {"NULL",
                                          "COMPOUND",
                                          "",
                                          "ACCESS",
                                          "CLOSE",
                                          "COMMIT",
                                          "CREATE",
                                          "DELEGPURGE",
                                          "DELEGRETURN",
                                          "GETATTR",
                                          "GETFH",
                                          "LINK",
                                          "LOCK",
                                          "LOCKT",
                                          "LOCKU",
                                          "LOOKUP",
                                          "LOOKUPP",
                                          "NVERIFY",
                                          "OPEN",
                                          "OPENATTR",
                                          "OPEN_CONFIRM",
                                          "OPEN_DOWNGRADE",
                                          "PUTFH",
                                          "PUTPUBFH",
                                          "PUTROOTFH",
                                          "READ",
                                          "READDIR",
                                          "READLINK",
                                          "REMOVE",
                                          "RENAME",
                                          "RENEW",
                                          "RESTOREFH",
                                          "SAVEFH",
                                          "SECINFO",
                                          "SETATTR",
                                          "SETCLIENTID",
                                          "SETCLIENTID_CONFIRM",
                                          "VERIFY",
                                          "WRITE",
                                          "RELEASE_LOCKOWNER",
                                          "BACKCHANNEL_CTL",
                                          "BIND_CONN_TO_SESSION",
                                          "EXCHANGE_ID",
                                          "CREATE_SESSION",
                                          "DESTROY_SESSION"};
enum Operation : uint32_t {
  kGetAttributes = 9,
  kGetHandle = 10,
  kPutHandle = 22,
  kPutPublicHandle = 23,
  kPutRootHandle = 24,
  kRestoreHandle = 31,
  kSaveHandle = 32,
  kSequence = 53,
};
constexpr size_t kOperationsMax = 64;  // of one COMPOUND

std::string_view name_of(uint32_t version, uint32_t procedure) {
  if (version == 2) return procedure < std::size(kVersion2) ? kVersion2[procedure] : "";
  if (version == 3) return procedure < std::size(kVersion3) ? kVersion3[procedure] : "";
  return procedure < std::size(kVersion4) ? kVersion4[procedure] : "";
}

}  // namespace

std::string procedure_text(uint32_t version, uint32_t procedure) {
  const std::string_view name = name_of(version, procedure);
  return name.empty() ? std::to_string(procedure) : std::string(name);
}

Action action_of(uint32_t version, uint32_t procedure) {
  if (version == 4) return Action::kOther;
  const std::string_view name = name_of(version, procedure);
  if (name == "LOOKUP") return Action::kLookup;
  if (name == "READ") return Action::kRead;
  if (name == "WRITE") return Action::kWrite;
  if (name == "RENAME") return Action::kRename;
  for (const std::string_view named : {"CREATE", "REMOVE", "MKDIR", "RMDIR", "SYMLINK", "MKNOD"})
    if (name == named) return Action::kName;
  return Action::kOther;
}

Bytes take_opaque(ByteReader& reader) {
  const uint32_t length = reader.u32();
  const Bytes bytes = reader.take(length);
  if (const size_t odd = length % 4; odd != 0 && !reader.failed())
    reader.skip(std::min(4 - odd, reader.remaining()));
  return bytes;
}

uint32_t main_operation(ByteReader& reader) {
  take_opaque(reader);  // tag
  reader.skip(4);       // minor version
  const uint32_t count = reader.u32();
  for (size_t i = 0; i < count && i < kOperationsMax && !reader.failed(); ++i) {
    const uint32_t operation = reader.u32();
    switch (operation) {
      case kSequence: reader.skip(32); break;
      case kPutHandle: take_opaque(reader); break;
      case kGetAttributes: {
        const size_t words = reader.u32();
        reader.skip(words * 4);
        break;
      }
      case kPutPublicHandle:
      case kPutRootHandle:
      case kGetHandle:
      case kRestoreHandle:
      case kSaveHandle: break;
      default: return reader.failed() ? 0 : operation;
    }
  }
  return 0;
}

}  // namespace picket::inspect::nfs
