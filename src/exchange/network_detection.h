// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "event/alert.h"
#include "schema/record.h"

// The network-detection event that endpoint products of one family export (app_name, categories,
// device_ip ... user_name: 43 fields), read as a record. Two severity scales, two action scales and
// two directions are told apart by their labels; sentinels (null, none, notavailable, all zeros)
// mean not known; the source's own time, codes and names are kept beside what they were turned
// into.
namespace picket::exchange {

constexpr size_t kDetectionBytesMax = 1 << 20;
constexpr size_t kDetectionFieldsMax = 256;

struct NetworkDetection {
  schema::Record record;
  std::string title;              // of its incident: the description before the signature's name
  std::vector<std::string> odd;   // what does not fit together, in sentences
  std::vector<std::string> left;  // names of fields that nobody knows here
};

// From lines of "name   value", or one JSON object of the same names (nested or dotted). Fails when
// it holds neither a signature nor a time.
Result<NetworkDetection> parse_network_detection(std::string_view text);

// The same fields again, as the source would write them; sentinels where nothing is known.
std::vector<std::pair<std::string, std::string>> network_detection_fields(
    const schema::Record& record);

// What is odd about a detection, in sentences; empty: nothing.
std::vector<std::string> oddities(const schema::Record& record);

}  // namespace picket::exchange
