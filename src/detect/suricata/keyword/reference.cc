// SPDX-License-Identifier: Apache-2.0
// The reference of the rule language, written from the tables.
#include <algorithm>

#include "base/json_writer.h"
#include "detect/suricata/keyword/keyword.h"

namespace picket::detect::suricata::keyword {
namespace {

struct Entry {
  std::string_view name, also, state, summary, example, note;
};

std::string_view text(State state) {
  switch (state) {
    case State::kFull: return "full";
    case State::kPartial: return "partial";
    case State::kRefused: return "refused";
  }
  return "";
}

std::string_view text(inspect::BufferDirection direction) {
  switch (direction) {
    case inspect::BufferDirection::kToServer: return "to the server";
    case inspect::BufferDirection::kToClient: return "to the client";
    case inspect::BufferDirection::kBoth: return "both ways";
  }
  return "";
}

template <typename Info>
std::string describe(std::string_view what, const Info& info) {
  std::string_view protocol = info.protocol == inspect::AppProtocol::kAny
                                  ? "several protocols"
                                  : inspect::text(info.protocol);
  return std::string(what) + " of " + std::string(protocol) + ", " +
         std::string(text(info.direction)) + ".";
}

// Everything a rule may say: keywords of the engine, buffers and numbers of the protocols.
std::vector<Entry> entries(std::vector<std::string>& kept) {
  std::vector<Entry> all;
  for (const Keyword* keyword : all_keywords())
    all.push_back({keyword->name, keyword->also, text(keyword->state), keyword->summary,
                   keyword->example, keyword->note});
  size_t buffers = static_cast<size_t>(inspect::BufferId::kCount),
         fields = static_cast<size_t>(inspect::FieldId::kCount);
  kept.reserve(buffers + fields);
  for (size_t i = 0; i < buffers; ++i) {
    const inspect::BufferInfo& info = inspect::info(static_cast<inspect::BufferId>(i));
    kept.push_back(describe("Sticky buffer", info));
    all.push_back({info.keyword, "", "full", kept.back(), "", ""});
  }
  for (size_t i = 0; i < fields; ++i) {
    const inspect::FieldInfo& info = inspect::info(static_cast<inspect::FieldId>(i));
    if (find_keyword(info.keyword) != nullptr) continue;
    kept.push_back(describe("Number", info));
    all.push_back({info.keyword, "", "full", kept.back(), "", ""});
  }
  std::sort(all.begin(), all.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return all;
}

// A vertical line would end the cell.
std::string cell(std::string_view in) {
  std::string out;
  for (char c : in) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

}  // namespace

std::string keyword_reference_markdown() {
  std::string out =
      "# Keywords of the rule language\n\n"
      "Written by `picket content keywords --markdown`; do not edit. *partial* and *refused* say "
      "why.\n\n"
      "| keyword | state | what it does | example |\n|---|---|---|---|\n";
  std::vector<std::string> kept;
  for (const Entry& entry : entries(kept)) {
    out += "| `" + std::string(entry.name) + "`";
    if (!entry.also.empty()) out += " (also `" + std::string(entry.also) + "`)";
    out += " | " + std::string(entry.state) + " | " + cell(entry.summary);
    if (!entry.note.empty()) out += " *" + cell(entry.note) + "*";
    out +=
        " | " + (entry.example.empty() ? std::string() : "`" + cell(entry.example) + "`") + " |\n";
  }
  return out;
}

std::string keyword_reference_json() {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  std::vector<std::string> kept;
  for (const Entry& entry : entries(kept)) {
    json.begin_object()
        .member("name", entry.name)
        .member("state", entry.state)
        .member("summary", entry.summary);
    json.member_if("also", entry.also)
        .member_if("example", entry.example)
        .member_if("note", entry.note)
        .end_object();
  }
  json.end_array();
  return out + "\n";
}

std::string keyword_reference_text() {
  std::vector<std::string> kept;
  std::vector<Entry> all = entries(kept);
  size_t width = 0;
  for (const Entry& entry : all) width = std::max(width, entry.name.size());
  std::string out;
  for (const Entry& entry : all) {
    out += std::string(entry.name) + std::string(width + 2 - entry.name.size(), ' ');
    out += std::string(entry.state) + std::string(9 - entry.state.size(), ' ') +
           std::string(entry.summary);
    if (!entry.note.empty()) out += " (" + std::string(entry.note) + ")";
    out += "\n";
  }
  return out;
}

}  // namespace picket::detect::suricata::keyword
