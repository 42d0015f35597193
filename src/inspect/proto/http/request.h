// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/byte_reader.h"
#include "inspect/host_name.h"
#include "inspect/proto/http/weird.h"

// The head of an HTTP/1 request (RFC 9112), read from the first bytes of a client's stream.
// HTTP/0.9 and the HTTP/2 preface are kNotHttp. Pure: no state between calls.
namespace picket::inspect::http {

constexpr size_t kHeadBytesMax = 8 * 1024;  // request line and headers that are looked at
constexpr size_t kMethodMax = 32;
constexpr size_t kHeadersMax = 128;
constexpr size_t kLeadingLinesMax = 4;  // empty lines skipped before the request

enum class TargetForm : uint8_t {
  kOrigin,     // /path
  kAbsolute,   // http://host/path: said to a proxy
  kAuthority,  // host:port, with CONNECT: said to a proxy
  kAsterisk,   // *
  kOther,
};

// Views borrow from the bytes given.
struct Request {
  std::string_view method, target, version;  // version: "1.1"
  TargetForm form = TargetForm::kOther;
  std::string_view host_raw;  // value of the first Host header
  // The host that the request is for, lower case, without port, checked (parse_authority). That of
  // the target where the target has one, else that of Host: RFC 9112 3.2.2 has servers ignore Host
  // next to an absolute target. Empty: none, nonsense, or Hosts that contradict each other.
  std::string host;
  std::optional<IpAddress> address;  // `host` is this literal
  std::optional<uint16_t> port;
  Weirds weirds;

  bool to_proxy() const { return form == TargetForm::kAbsolute || form == TargetForm::kAuthority; }
};

enum class Status : uint8_t {
  kComplete,  // all headers read, or all that fit in kHeadBytesMax (then weird kTooLong)
  kNeedMore,  // good so far; `out` holds what could be read already
  kNotHttp,
  kMalformed,  // begins as HTTP/1 and breaks its rules beyond use
};

// Reads the start of a client's stream. What is odd is in out.weirds; it has been counted unless
// the answer is kNeedMore (the same bytes come again, with more).
Status read_request(Bytes stream, Request& out);

}  // namespace picket::inspect::http
