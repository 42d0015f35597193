// SPDX-License-Identifier: Apache-2.0
#include "app/cli/option_words.h"

#include "app/cli/flow_sort.h"
#include "app/cli/table_columns.h"
#include "base/utf8.h"
#include "event/alert.h"
#include "event/vocabulary.h"
#include "view/frame.h"

namespace picket::app::cli {
namespace {

// The spellings of an enumeration, from `first` to `last`.
template <typename Enum>
std::vector<std::string_view> spellings(Enum first, Enum last) {
  std::vector<std::string_view> words;
  for (auto i = static_cast<unsigned>(first); i <= static_cast<unsigned>(last); ++i)
    words.push_back(text(static_cast<Enum>(i)));
  return words;
}

}  // namespace

std::vector<std::string_view> words_for(std::string_view value_name) {
  if (value_name == "STATE")
    return spellings(event::FlowState::kUnknown, event::FlowState::kClosing);
  if (value_name == "PROTO") return spellings(event::Transport::kTcp, event::Transport::kOther);
  if (value_name == "DIRECTION") return {"inbound", "outbound", "listening", "unknown"};
  if (value_name == "KEY") return sort_key_words();
  if (value_name == "COLUMNS") return column_words();
  if (value_name == "CHECKSUMS") return {"all", "none", "auto"};
  if (value_name == "SEVERITY")
    return spellings(event::Severity::kInformational, event::Severity::kCritical);
  if (value_name == "GROUP")
    return spellings(view::Grouping::kApplication, view::Grouping::kContainer);
  return {};
}

bool names_a_path(std::string_view value_name) {
  return value_name == "FILE" || value_name == "PATH" || value_name == "DIR";
}

std::string in_quotes(std::string_view value) { return "\"" + printable(value) + "\""; }

}  // namespace picket::app::cli
