// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smb/names.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "inspect/app/eve_text.h"

namespace picket::inspect::smb {
namespace {

struct NumberName {
  uint32_t number;
  std::string_view name;
};
constexpr std::string_view kSmb2Commands[] = {"NEGOTIATE_PROTOCOL",
                                              "SESSION_SETUP",
                                              "SESSION_LOGOFF",
                                              "TREE_CONNECT",
                                              "TREE_DISCONNECT",
                                              "CREATE",
                                              "CLOSE",
                                              "FLUSH",
                                              "READ",
                                              "WRITE",
                                              "LOCK",
                                              "IOCTL",
                                              "CANCEL",
                                              "KEEPALIVE",
                                              "FIND",
                                              "CHANGE_NOTIFY",
                                              "GET_INFO",
                                              "SET_INFO",
                                              "OPLOCK_BREAK"};
constexpr NumberName kSmb1Commands[] = {{0x00, "CREATE_DIRECTORY"},
                                        {0x01, "DELETE_DIRECTORY"},
                                        {0x02, "OPEN"},
                                        {0x03, "CREATE"},
                                        {0x04, "CLOSE"},
                                        {0x05, "FLUSH"},
                                        {0x06, "DELETE"},
                                        {0x07, "RENAME"},
                                        {0x08, "QUERY_INFORMATION"},
                                        {0x09, "SET_INFORMATION"},
                                        {0x0a, "READ"},
                                        {0x0b, "WRITE"},
                                        {0x10, "CHECK_DIRECTORY"},
                                        {0x24, "LOCKING_ANDX"},
                                        {0x25, "TRANS"},
                                        {0x26, "TRANS_SECONDARY"},
                                        {0x2b, "ECHO"},
                                        {0x2c, "WRITE_AND_CLOSE"},
                                        {0x2d, "OPEN_ANDX"},
                                        {0x2e, "READ_ANDX"},
                                        {0x2f, "WRITE_ANDX"},
                                        {0x32, "TRANS2"},
                                        {0x33, "TRANS2_SECONDARY"},
                                        {0x34, "FIND_CLOSE2"},
                                        {0x70, "TREE_CONNECT"},
                                        {0x71, "TREE_DISCONNECT"},
                                        {0x72, "NEGOTIATE_PROTOCOL"},
                                        {0x73, "SESSION_SETUP_ANDX"},
                                        {0x74, "LOGOFF_ANDX"},
                                        {0x75, "TREE_CONNECT_ANDX"},
                                        {0x80, "QUERY_INFO_DISK"},
                                        {0xa0, "NT_TRANS"},
                                        {0xa1, "NT_TRANS_SECONDARY"},
                                        {0xa2, "NT_CREATE_ANDX"},
                                        {0xa4, "NT_CANCEL"},
                                        {0xa5, "NT_RENAME"}};
constexpr NumberName kStatus[] = {{0x00000000, "STATUS_SUCCESS"},
                                  {0x00000103, "STATUS_PENDING"},
                                  {0x0000010b, "STATUS_NOTIFY_CLEANUP"},
                                  {0x0000010c, "STATUS_NOTIFY_ENUM_DIR"},
                                  {0x80000005, "STATUS_BUFFER_OVERFLOW"},
                                  {0x80000006, "STATUS_NO_MORE_FILES"},
                                  {0x8000002d, "STATUS_STOPPED_ON_SYMLINK"},
                                  {0xc0000001, "STATUS_UNSUCCESSFUL"},
                                  {0xc0000002, "STATUS_NOT_IMPLEMENTED"},
                                  {0xc0000003, "STATUS_INVALID_INFO_CLASS"},
                                  {0xc0000008, "STATUS_INVALID_HANDLE"},
                                  {0xc000000d, "STATUS_INVALID_PARAMETER"},
                                  {0xc000000e, "STATUS_NO_SUCH_DEVICE"},
                                  {0xc000000f, "STATUS_NO_SUCH_FILE"},
                                  {0xc0000010, "STATUS_INVALID_DEVICE_REQUEST"},
                                  {0xc0000011, "STATUS_END_OF_FILE"},
                                  {0xc0000016, "STATUS_MORE_PROCESSING_REQUIRED"},
                                  {0xc0000022, "STATUS_ACCESS_DENIED"},
                                  {0xc0000023, "STATUS_BUFFER_TOO_SMALL"},
                                  {0xc0000033, "STATUS_OBJECT_NAME_INVALID"},
                                  {0xc0000034, "STATUS_OBJECT_NAME_NOT_FOUND"},
                                  {0xc0000035, "STATUS_OBJECT_NAME_COLLISION"},
                                  {0xc0000039, "STATUS_OBJECT_PATH_INVALID"},
                                  {0xc000003a, "STATUS_OBJECT_PATH_NOT_FOUND"},
                                  {0xc000003b, "STATUS_OBJECT_PATH_SYNTAX_BAD"},
                                  {0xc0000043, "STATUS_SHARING_VIOLATION"},
                                  {0xc0000054, "STATUS_FILE_LOCK_CONFLICT"},
                                  {0xc0000055, "STATUS_LOCK_NOT_GRANTED"},
                                  {0xc0000056, "STATUS_DELETE_PENDING"},
                                  {0xc0000064, "STATUS_NO_SUCH_USER"},
                                  {0xc000006a, "STATUS_WRONG_PASSWORD"},
                                  {0xc000006d, "STATUS_LOGON_FAILURE"},
                                  {0xc000006e, "STATUS_ACCOUNT_RESTRICTION"},
                                  {0xc0000071, "STATUS_PASSWORD_EXPIRED"},
                                  {0xc0000072, "STATUS_ACCOUNT_DISABLED"},
                                  {0xc000007f, "STATUS_DISK_FULL"},
                                  {0xc000009a, "STATUS_INSUFFICIENT_RESOURCES"},
                                  {0xc00000ac, "STATUS_PIPE_NOT_AVAILABLE"},
                                  {0xc00000ad, "STATUS_PIPE_BUSY"},
                                  {0xc00000ae, "STATUS_PIPE_BUSY"},
                                  {0xc00000b0, "STATUS_PIPE_DISCONNECTED"},
                                  {0xc00000b1, "STATUS_PIPE_CLOSING"},
                                  {0xc00000b5, "STATUS_IO_TIMEOUT"},
                                  {0xc00000ba, "STATUS_FILE_IS_A_DIRECTORY"},
                                  {0xc00000bb, "STATUS_NOT_SUPPORTED"},
                                  {0xc00000c9, "STATUS_NETWORK_NAME_DELETED"},
                                  {0xc00000cc, "STATUS_BAD_NETWORK_NAME"},
                                  {0xc0000101, "STATUS_DIRECTORY_NOT_EMPTY"},
                                  {0xc0000103, "STATUS_NOT_A_DIRECTORY"},
                                  {0xc0000120, "STATUS_CANCELLED"},
                                  {0xc0000121, "STATUS_CANNOT_DELETE"},
                                  {0xc0000128, "STATUS_FILE_CLOSED"},
                                  {0xc000014b, "STATUS_PIPE_BROKEN"},
                                  {0xc0000203, "STATUS_USER_SESSION_DELETED"},
                                  {0xc0000224, "STATUS_PASSWORD_MUST_CHANGE"},
                                  {0xc0000225, "STATUS_NOT_FOUND"},
                                  {0xc0000234, "STATUS_ACCOUNT_LOCKED_OUT"},
                                  {0xc0000257, "STATUS_PATH_NOT_COVERED"},
                                  {0xc000035c, "STATUS_NETWORK_SESSION_EXPIRED"}};
constexpr NumberName kServerErrors[] = {
    {0x00, "SRV_SUCCESS"},     {0x01, "SRV_ERROR"},      {0x02, "SRV_BADPW"},
    {0x04, "SRV_ACCESS"},      {0x05, "SRV_BADTID"},     {0x06, "SRV_INVNETNAME"},
    {0x07, "SRV_INVDEVICE"},   {0x40, "SRV_SMBCMD"},     {0x41, "SRV_SRVERROR"},
    {0x57, "SRV_TOOMANYUIDS"}, {0x5b, "SRV_BADUID"},     {0xfa, "SRV_USEMPX"},
    {0xfb, "SRV_USESTD"},      {0xffff, "SRV_NOSUPPORT"}};
constexpr NumberName kDosErrors[] = {
    {0x00, "DOS_SUCCESS"}, {0x01, "DOS_BADFUNC"},   {0x02, "DOS_BADFILE"},
    {0x03, "DOS_BADPATH"}, {0x04, "DOS_NOFIDS"},    {0x05, "DOS_NOACCESS"},
    {0x06, "DOS_BADFID"},  {0x12, "DOS_NOFILES"},   {0x20, "DOS_BADSHARE"},
    {0x21, "DOS_LOCK"},    {0x50, "DOS_FILEXISTS"}, {0x57, "DOS_INVALIDPARAM"}};
constexpr NumberName kControls[] = {{0x00060194, "FSCTL_DFS_GET_REFERRALS"},
                                    {0x0006019b, "FSCTL_DFS_GET_REFERRALS_EX"},
                                    {0x00090000, "FSCTL_REQUEST_OPLOCK_LEVEL_1"},
                                    {0x00090028, "FSCTL_IS_PATHNAME_VALID"},
                                    {0x000900a4, "FSCTL_SET_REPARSE_POINT"},
                                    {0x000900a8, "FSCTL_GET_REPARSE_POINT"},
                                    {0x000900c0, "FSCTL_CREATE_OR_GET_OBJECT_ID"},
                                    {0x00098208, "FSCTL_FILE_LEVEL_TRIM"},
                                    {0x00110008, "FSCTL_PIPE_LISTEN"},
                                    {0x0011000c, "FSCTL_PIPE_PEEK"},
                                    {0x00110018, "FSCTL_PIPE_WAIT"},
                                    {0x0011c017, "FSCTL_PIPE_TRANSCEIVE"},
                                    {0x00140078, "FSCTL_SRV_REQUEST_RESUME_KEY"},
                                    {0x001401d4, "FSCTL_LMR_REQUEST_RESILIENCY"},
                                    {0x00140204, "FSCTL_VALIDATE_NEGOTIATE_INFO"},
                                    {0x001401fc, "FSCTL_QUERY_NETWORK_INTERFACE_INFO"},
                                    {0x00144064, "FSCTL_SRV_ENUMERATE_SNAPSHOTS"},
                                    {0x001440f2, "FSCTL_SRV_COPYCHUNK"},
                                    {0x001480f2, "FSCTL_SRV_COPYCHUNK_WRITE"}};

std::string hex_number(uint32_t number) {
  char digits[12];
  return "0x" + std::string(digits, std::to_chars(digits, digits + sizeof(digits), number, 16).ptr);
}

template <typename Table>
std::string name_in(const Table& table, uint32_t number) {
  const auto at = std::ranges::find(table, number, &NumberName::number);
  return at == std::end(table) ? hex_number(number) : std::string(at->name);
}

void append_utf8(std::string& out, uint32_t point) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xc0 | point >> 6));
    out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
  } else if (point < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | point >> 12));
    out.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | point >> 18));
    out.push_back(static_cast<char>(0x80 | (point >> 12 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
  }
}

}  // namespace

std::string command_text(unsigned version, uint16_t command) {
  if (version == 2)
    return command < std::size(kSmb2Commands)
               ? "SMB2_COMMAND_" + std::string(kSmb2Commands[command])
               : "UNKNOWN";
  const auto at = std::ranges::find(kSmb1Commands, command, &NumberName::number);
  return at == std::end(kSmb1Commands) ? "UNKNOWN" : "SMB1_COMMAND_" + std::string(at->name);
}

std::string status_text(uint32_t status) { return name_in(kStatus, status); }

std::string dos_error_text(uint8_t error_class, uint16_t code) {
  return error_class == 2 ? name_in(kServerErrors, code) : name_in(kDosErrors, code);
}

std::string dialect_text(uint16_t dialect) {
  switch (dialect) {
    case 0x0202: return "2.02";
    case 0x0210: return "2.10";
    case 0x0222: return "2.22";
    case 0x0224: return "2.24";
    case 0x02ff: return "2.??";
    case 0x0300: return "3.00";
    case 0x0302: return "3.02";
    case 0x0310: return "3.10";
    case 0x0311: return "3.11";
    default: return hex_number(dialect);
  }
}

std::string_view disposition_text(uint32_t disposition) {
  constexpr std::string_view kNames[] = {"FILE_SUPERSEDE", "FILE_OPEN",      "FILE_CREATE",
                                         "FILE_OPEN_IF",   "FILE_OVERWRITE", "FILE_OVERWRITE_IF"};
  return disposition < std::size(kNames) ? kNames[disposition] : "UNKNOWN";
}

std::string control_text(uint32_t control_code) { return name_in(kControls, control_code); }

std::string_view share_type_text(uint8_t type) {
  return type == 1 ? "FILE" : type == 2 ? "PIPE" : type == 3 ? "PRINT" : "UNKNOWN";
}

std::string guid_text(std::string_view bytes) {
  const std::string hex = eve_hex(as_bytes(bytes));
  if (bytes.size() == 2) return hex.substr(2) + hex.substr(0, 2);
  if (bytes.size() != 16) return hex;
  std::string out;
  for (const size_t at : {3, 2, 1, 0, 5, 4, 7, 6, 9, 8, 11, 10, 15, 14, 13, 12}) {
    if (out.size() == 8 || out.size() == 13 || out.size() == 18 || out.size() == 23)
      out.push_back('-');
    out += hex.substr(at * 2, 2);
  }
  return out;
}

std::string from_utf16(Bytes bytes) {
  std::string out;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    uint32_t unit = static_cast<uint32_t>(bytes[i] | bytes[i + 1] << 8);
    if (unit == 0) break;
    if (unit >= 0xd800 && unit < 0xe000) {
      const bool pair = unit < 0xdc00 && i + 3 < bytes.size() && (bytes[i + 3] & 0xfc) == 0xdc;
      if (pair) {
        unit = 0x10000 + ((unit & 0x3ff) << 10) +
               static_cast<uint32_t>((bytes[i + 2] | bytes[i + 3] << 8) & 0x3ff);
        i += 2;
      } else {
        unit = 0xfffd;
      }
    }
    append_utf8(out, unit);
  }
  return out;
}

uint64_t unix_seconds(uint64_t file_time) {
  constexpr uint64_t kBetween = 11'644'473'600;
  const uint64_t seconds = file_time / 10'000'000;
  return seconds > kBetween ? seconds - kBetween : 0;
}

}  // namespace picket::inspect::smb
