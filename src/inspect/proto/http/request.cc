// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/request.h"

#include <algorithm>

#include "base/ascii.h"

namespace picket::inspect::http {
namespace {

constexpr std::string_view kBlank = " \t";

bool is_space_or_tab(char c) { return c == ' ' || c == '\t'; }
bool is_token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

// Reads the head line by line.
class HeadReader {
 public:
  HeadReader(std::string_view text, Request& out) : rest_(text), out_(out) {}

  Status read(bool bounded);

 private:
  enum class Line : uint8_t { kGot, kNone };
  Line next_line(std::string_view& line);
  Status read_request_line();
  Status read_partial_request_line() const;
  bool split_request_line(std::string_view line);
  void read_header(std::string_view line);
  void continue_header(std::string_view line);
  void take_host(std::string_view value);
  void classify_target();
  void take_target_authority(std::string_view authority);
  void settle_host();

  std::string_view rest_;
  Request& out_;
  size_t headers_ = 0;
  bool in_host_ = false;  // the line before belongs to a Host header
  bool host_seen_ = false;
  bool host_unusable_ = false;
};

HeadReader::Line HeadReader::next_line(std::string_view& line) {
  const size_t end = rest_.find('\n');
  if (end == std::string_view::npos) return Line::kNone;
  line = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  if (!line.empty() && line.back() == '\r') {
    line.remove_suffix(1);
  } else {
    out_.weirds.add(Weird::kBareLineFeed);
  }
  if (std::any_of(line.begin(), line.end(), is_control)) out_.weirds.add(Weird::kControlByte);
  return Line::kGot;
}

// The request line is not all there: can it still become one?
Status HeadReader::read_partial_request_line() const {
  if (rest_.empty() || rest_ == "\r") return Status::kNeedMore;
  const size_t end = rest_.find_first_of(kBlank);
  const std::string_view method = rest_.substr(0, end);
  const bool possible = !method.empty() && method.size() <= kMethodMax &&
                        std::all_of(method.begin(), method.end(), is_token_char);
  return possible ? Status::kNeedMore : Status::kNotHttp;
}

// METHOD SP target SP HTTP/1.x; false: this is not HTTP/1.
bool HeadReader::split_request_line(std::string_view line) {
  const size_t method_end = line.find_first_of(kBlank);
  if (method_end == std::string_view::npos || method_end == 0 || method_end > kMethodMax)
    return false;
  out_.method = line.substr(0, method_end);
  if (!std::all_of(out_.method.begin(), out_.method.end(), is_token_char)) return false;
  const std::string_view after = line.substr(method_end);
  const std::string_view target = trimmed(after);
  const size_t version_at = target.find_last_of(kBlank);
  if (version_at == std::string_view::npos) return false;
  const std::string_view version = target.substr(version_at + 1);
  if (version.size() != 8 || !version.starts_with("HTTP/1.") || version[7] < '0' ||
      version[7] > '9')
    return false;
  out_.version = version.substr(5);
  out_.target = trimmed(target.substr(0, version_at));
  const size_t plain = out_.method.size() + 1 + out_.target.size() + 1 + version.size();
  if (plain != line.size() || line.find('\t') != std::string_view::npos)
    out_.weirds.add(Weird::kOddWhitespace);
  if (out_.target.find_first_of(kBlank) != std::string_view::npos)
    out_.weirds.add(Weird::kSpaceInTarget);
  return true;
}

Status HeadReader::read_request_line() {
  std::string_view line;
  for (size_t empty_lines = 0;; ++empty_lines) {
    if (empty_lines > kLeadingLinesMax) return Status::kNotHttp;
    if (next_line(line) == Line::kNone) return read_partial_request_line();
    if (!line.empty()) break;
    out_.weirds.add(Weird::kLeadingEmptyLine);
  }
  if (!split_request_line(line)) return Status::kNotHttp;
  classify_target();
  return Status::kComplete;
}

void HeadReader::classify_target() {
  const std::string_view target = out_.target;
  const size_t scheme_end = target.find("://");
  if (out_.method == "CONNECT") {
    out_.form = TargetForm::kAuthority;
    take_target_authority(target);
  } else if (target.starts_with('/')) {
    out_.form = TargetForm::kOrigin;
  } else if (target == "*") {
    out_.form = TargetForm::kAsterisk;
  } else if (scheme_end != std::string_view::npos && scheme_end > 0 &&
             std::all_of(target.begin(), target.begin() + static_cast<ptrdiff_t>(scheme_end),
                         is_token_char)) {
    out_.form = TargetForm::kAbsolute;
    const std::string_view after = target.substr(scheme_end + 3);
    take_target_authority(after.substr(0, after.find_first_of("/?#")));
  } else {
    out_.form = TargetForm::kOther;
    out_.weirds.add(Weird::kOddTarget);
  }
}

void HeadReader::take_target_authority(std::string_view authority) {
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    out_.weirds.add(Weird::kUserInTarget);
    authority.remove_prefix(at + 1);
  }
  const auto parsed = parse_authority(authority);
  if (!parsed) {
    out_.weirds.add(Weird::kBadHost);
    return;
  }
  out_.host = parsed->host;
  out_.address = parsed->address;
  out_.port = parsed->port;
}

void HeadReader::take_host(std::string_view value) {
  in_host_ = true;
  if (!host_seen_) {
    host_seen_ = true;
    out_.host_raw = value;
  } else if (ascii_lowered(value) == ascii_lowered(out_.host_raw)) {
    out_.weirds.add(Weird::kDuplicateHost);
  } else {
    out_.weirds.add(Weird::kConflictingHost);
    host_unusable_ = true;
  }
}

// A line that begins with white space belongs to the header before it (obs-fold, RFC 9112 5.2).
void HeadReader::continue_header(std::string_view line) {
  out_.weirds.add(Weird::kFoldedHeader);
  const std::string_view more = trimmed(line);
  if (!in_host_ || more.empty()) return;
  if (out_.host_raw.empty()) {
    out_.host_raw = more;
  } else {
    host_unusable_ = true;  // two words are no host
    out_.weirds.add(Weird::kBadHost);
  }
}

void HeadReader::read_header(std::string_view line) {
  if (is_space_or_tab(line.front())) return continue_header(line);
  in_host_ = false;
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    out_.weirds.add(Weird::kNotAHeader);
    return;
  }
  std::string_view name = line.substr(0, colon);
  if (is_space_or_tab(name.back())) {
    out_.weirds.add(Weird::kSpaceBeforeColon);
    name = trimmed(name);
  }
  if (same_ignoring_case(name, "host")) take_host(trimmed(line.substr(colon + 1)));
}

// Decides what the request is for, from what was read so far.
void HeadReader::settle_host() {
  const bool from_target = out_.to_proxy();
  if (!host_seen_ || host_unusable_) {
    if (!from_target) out_.host.clear();
    return;
  }
  if (out_.host_raw.empty()) return;  // allowed where the target has no authority
  const auto parsed = parse_authority(out_.host_raw);
  if (!parsed) {
    out_.weirds.add(Weird::kBadHost);
    return;
  }
  if (from_target) {
    if (!out_.host.empty() && parsed->host != out_.host)
      out_.weirds.add(Weird::kHostDiffersFromTarget);
    return;
  }
  out_.host = parsed->host;
  out_.address = parsed->address;
  out_.port = parsed->port;
}

Status HeadReader::read(bool bounded) {
  if (const Status status = read_request_line(); status != Status::kComplete) {
    if (status != Status::kNeedMore || !bounded) return status;
    out_.weirds.add(Weird::kTooLong);
    return Status::kMalformed;
  }
  for (;;) {
    std::string_view line;
    if (next_line(line) == Line::kNone) {
      settle_host();
      if (!bounded) return Status::kNeedMore;
      out_.weirds.add(Weird::kTooLong);
      return Status::kComplete;
    }
    if (line.empty()) break;
    if (headers_++ == kHeadersMax) {
      out_.weirds.add(Weird::kTooManyHeaders);
      break;
    }
    read_header(line);
  }
  settle_host();
  if (!host_seen_ && !out_.to_proxy() && out_.version == "1.1") out_.weirds.add(Weird::kNoHost);
  return Status::kComplete;
}

}  // namespace

Status read_request(Bytes stream, Request& out) {
  out = {};
  const bool bounded = stream.size() >= kHeadBytesMax;
  HeadReader reader(as_text(stream.first(std::min(stream.size(), kHeadBytesMax))), out);
  const Status status = reader.read(bounded);
  if (status != Status::kNeedMore && status != Status::kNotHttp) out.weirds.count();
  return status;
}

}  // namespace picket::inspect::http
