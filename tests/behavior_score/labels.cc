// SPDX-License-Identifier: Apache-2.0
#include "behavior_score/labels.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace picket::behavior_score {
namespace {

namespace fs = std::filesystem;

// Files by the name their case has: NAME of NAME.zip, "evtx:FILE" of an event log.
std::map<std::string, std::string> files_by_case(const std::string& telemetry) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(telemetry)) {
    const fs::path& path = entry.path();
    const std::string name = path.filename().string();
    if (path.extension() == ".zip" || path.extension() == ".gz")
      files[name.substr(0, name.find('.'))] = path.string();
    if (path.extension() == ".evtx") files["evtx:" + path.filename().string()] = path.string();
  }
  return files;
}

}  // namespace

std::string connection_key(std::string_view program, const Endpoint& destination) {
  std::string key(program.substr(program.find_last_of("/\\") + 1));
  std::ranges::transform(key, key.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return key + ">" + destination.text();
}

std::string connection_key(const event::Activity& activity, const event::ConnectionMade& made) {
  return connection_key(activity.actor.name, made.outbound == false ? made.local : made.remote);
}

std::vector<Case> read_cases(const std::string& telemetry) {
  const auto files = files_by_case(telemetry);
  std::vector<Case> cases;
  std::ifstream in(telemetry + "/labels.jsonl");
  for (std::string line; std::getline(in, line);) {
    const auto row = nlohmann::json::parse(line, nullptr, false);
    if (!row.is_object()) continue;
    const std::string name = row.value("case", "");
    const auto file = files.find(name);
    if (file == files.end()) continue;
    Case item{name, file->second, {}};
    for (const auto& bad : row.value("malicious", nlohmann::json::array())) {
      const std::string text = bad.at(0);
      const size_t arrow = text.find('>'), colon = text.rfind(':');
      if (arrow == std::string::npos || colon == std::string::npos || colon < arrow) continue;
      Endpoint peer;
      if (auto address = IpAddress::parse(text.substr(arrow + 1, colon - arrow - 1)))
        peer.address = *address;
      peer.port = static_cast<uint16_t>(std::strtoul(text.c_str() + colon + 1, nullptr, 10));
      item.bad.insert(connection_key(text.substr(0, arrow), peer));
    }
    cases.push_back(std::move(item));
  }
  return cases;
}

}  // namespace picket::behavior_score
