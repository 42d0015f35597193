// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/descriptor.h"

#include <string_view>

#include "inspect/proto/http/message.h"
#include "inspect/proto/http/parser.h"

namespace picket::inspect::http {
namespace {

using Verdict = ProtocolDescriptor::Verdict;
constexpr size_t kProbedMethodMax = 20, kLineMax = 8192;

Verdict probe_response(std::string_view text) {
  constexpr std::string_view kStart = "http/";
  if (text.size() < kStart.size())
    return equal_nocase(text, kStart.substr(0, text.size())) ? Verdict::kMore : Verdict::kNo;
  return equal_nocase(text.substr(0, kStart.size()), kStart) ? Verdict::kYes : Verdict::kNo;
}

// A method that is known, or any word with a target and a protocol behind it.
Verdict probe_request(std::string_view text) {
  while (!text.empty() && (text.front() == '\r' || text.front() == '\n')) text.remove_prefix(1);
  const size_t end = text.find_first_of(" \t\r\n");
  const std::string_view method = text.substr(0, end);
  if (method.size() > kProbedMethodMax) return Verdict::kNo;
  for (const char c : method)
    if ((c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_') return Verdict::kNo;
  if (end == std::string_view::npos) return Verdict::kMore;
  if (method.empty() || (text[end] != ' ' && text[end] != '\t')) return Verdict::kNo;
  if (is_known_method(method)) return Verdict::kYes;
  const std::string_view line = text.substr(0, text.find('\n'));
  if (line.size() == text.size()) return text.size() < kLineMax ? Verdict::kMore : Verdict::kNo;
  const size_t last = line.rfind(' ');
  return last != end && equal_nocase(line.substr(last + 1, 7), "http/1.") ? Verdict::kYes
                                                                          : Verdict::kNo;
}

}  // namespace

Verdict probe(Direction direction, Bytes bytes, bool) {
  const std::string_view text = as_text(bytes);
  if (text.starts_with("PRI * HTTP/2")) return Verdict::kNo;
  const Verdict here =
      direction == Direction::kToServer ? probe_request(text) : probe_response(text);
  return here;
}

std::unique_ptr<AppParser> make_parser(const FlowContext& flow) {
  return std::make_unique<HttpParser>(flow);
}

}  // namespace picket::inspect::http
