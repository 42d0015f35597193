// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/sigma/rule.h"
#include "event/log_record.h"

namespace picket::detect::sigma {

// Under which names a record may hold what a rule calls by one name. Rules are written in the words
// of the Sigma taxonomy (mostly Sysmon's); a Security 4688, a Zeek or an EVE record has the same
// facts under others. The first name that the record has is the field. Names compare with spaces
// left out, as event providers use both spellings ("Threat Name", "ThreatName"). The table is data,
// in the .cc.
struct FieldName {
  std::string name;
  // Values to translate on the way ("%%14593" means Initiated: true); empty: none. Static data.
  std::span<const std::pair<std::string_view, std::string_view>> values;
};

// `field`'s names for rules of `source`, the field's own first.
std::vector<FieldName> field_names(const LogSource& source, std::string_view field);

// `name` without spaces; a view of `name` itself when it has none, else of `buffer`.
std::string_view without_spaces(std::string_view name, std::string& buffer);

// The value as the rule would say it.
std::string_view translated(const FieldName& name, std::string_view value);

// What a record's origin says under a name that rules use (EventID, Channel, Provider_Name,
// Computer), for records whose fields do not repeat it. `buffer` holds numbers.
std::optional<std::string_view> origin_value(const event::LogRecord& record, std::string_view field,
                                             std::string& buffer);

}  // namespace picket::detect::sigma
