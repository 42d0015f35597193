// SPDX-License-Identifier: Apache-2.0
#include "app/agent/client_request.h"

#include <array>
#include <optional>

#include "event/facts_json.h"

namespace picket::app::agent {
namespace {

using Ask = ClientRequest::Ask;

constexpr std::array<std::pair<std::string_view, Ask>, 7> kWords{{{"frame", Ask::kFrame},
                                                                  {"flows", Ask::kFlows},
                                                                  {"process", Ask::kProcess},
                                                                  {"follow", Ask::kFollow},
                                                                  {"status", Ask::kStatus},
                                                                  {"alerts", Ask::kAlerts},
                                                                  {"sign_in", Ask::kSignIn}}};

std::optional<Ask> parse_ask(std::string_view word) {
  for (const auto& [name, ask] : kWords)
    if (name == word) return ask;
  return std::nullopt;
}

Result<void> read_filter(event::MemberReader& from, ClientRequest& request) {
  std::string text;
  from.read("filter", text);
  if (from.failed()) return failure("the filter is not text");
  TRY_ASSIGN(request.filter, view::Filter::parse(text));
  request.with_closed = asks_for_closed(text);
  return {};
}

Result<void> read_query(const event::MemberReader& from, ClientRequest& request) {
  const auto part = from.find("query");
  if (!part) return {};
  const auto query = view::parse_frame_query(simdjson::minify(*part));
  if (!query) return failure("the query of this frame cannot be understood");
  request.query = *query;
  return {};
}

Result<void> read_pid(event::MemberReader& from, ClientRequest& request) {
  from.read("pid", request.pid);
  if (from.failed() || request.pid == 0)
    return failure("a process is asked for by \"pid\", a number above 0");
  return {};
}

}  // namespace

bool asks_for_closed(std::string_view filter) {
  return filter.find("closed") != std::string_view::npos;
}

Result<ClientRequest> parse_client_request(std::string_view line) {
  if (line.size() > kRequestBytesMax)
    return failure("a request is one line of at most " + std::to_string(kRequestBytesMax) +
                   " bytes");
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  const bool parsed =
      parser.allocate(line.size() + 1, event::kJsonDepthMax) == simdjson::SUCCESS &&
      parser.parse(line.data(), line.size(), true).get(document) == simdjson::SUCCESS;
  if (!parsed || !document.is_object()) return failure("a request is one JSON object on one line");
  event::MemberReader from(document);
  ClientRequest request;
  std::optional<Ask> ask;
  std::string word;
  from.read("ask", word);
  if (!from.failed()) ask = parse_ask(word);
  if (!ask) return failure("ask for frame, flows, process, follow, status, alerts or sign_in");
  request.ask = *ask;
  switch (*ask) {
    case Ask::kFrame: TRY(read_query(from, request)); break;
    case Ask::kFlows:
    case Ask::kFollow: TRY(read_filter(from, request)); break;
    case Ask::kProcess: TRY(read_pid(from, request)); break;
    case Ask::kStatus:
    case Ask::kSignIn: break;
    case Ask::kAlerts:
      from.read("follow", request.go_on);
      from.read("kept", request.kept);
      if (from.failed()) return failure("\"follow\" and \"kept\" are true or false");
      break;
  }
  return request;
}

}  // namespace picket::app::agent
