// SPDX-License-Identifier: Apache-2.0
// What an analyst would stumble over in a detection: statements that do not fit together.
#include "exchange/network_detection.h"
#include "exchange/parts.h"

namespace picket::exchange {
namespace {

using schema::Field;
using schema::Record;

constexpr int64_t kLagNs = int64_t{60} * 1'000'000'000;

std::string host_of(std::string_view url) {
  if (const size_t scheme = url.find("://"); scheme != url.npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const size_t port = url.rfind(':'); port != url.npos && url.find(']') == url.npos)
    url = url.substr(0, port);
  return std::string(url);
}

void add_direction(const Record& record, std::vector<std::string>& out) {
  const std::string opened = word_of(record, Field::kDirection);
  const std::string traffic = word_of(record, Field::kTraffic);
  if (opened.empty() || traffic.empty() || opened == traffic) return;
  const std::string process = word_of(record, Field::kProcessName);
  out.push_back(
      "The traffic that matched is " + traffic + ", but the connection is " + opened + ": port " +
      word_of(record, opened == "inbound" ? Field::kLocalPort : Field::kRemotePort) +
      (opened == "inbound" ? " is here, so " + (process.empty() ? "the program" : process) +
                                 " was called and answered. An infected client calls out; "
                                 "this may be a relayed or reflected request."
                           : " is there, so this side called and the match is in the "
                             "answer."));
}

void add_infected(const Record& record, std::vector<std::string>& out) {
  const schema::Value* infected = record.find(Field::kInfected);
  if (!infected || !std::get<bool>(*infected)) return;
  if (word_of(record, Field::kAction) == "detected")
    out.push_back(
        "The machine is called infected, yet nothing was blocked: the action is "
        "\"detected\".");
  if (!record.find(Field::kUser) && record.find(Field::kProcessPid))
    out.push_back("A process is named, but no user.");
}

void add_times(const Record& record, std::vector<std::string>& out) {
  if (!record.find(Field::kEventLogged)) return;
  const int64_t lag = record.number_of(Field::kEventLogged) - record.time.ns;
  if (lag < 0)
    out.push_back("It was recorded before it happened: one of the clocks is wrong.");
  else if (lag >= kLagNs)
    out.push_back("It was recorded " + std::to_string(lag / 60'000'000'000) + " min " +
                  std::to_string(lag / 1'000'000'000 % 60) +
                  " s after it happened: mind the lag when putting events in order.");
}

void add_names(const Record& record, std::vector<std::string>& out) {
  const std::string source = word_of(record, Field::kSourceUrl);
  const std::string url = word_of(record, Field::kUrl);
  if (source.find("://") != std::string::npos)
    out.push_back("The domain of the source is given as a whole URL, " + source + ".");
  if (!source.empty() && !url.empty() && host_of(source) != host_of(url))
    out.push_back("The URL that matched is at " + host_of(url) + ", the source at " +
                  host_of(source) + ".");
  if (word_of(record, Field::kTechniques) == "T1071" &&
      word_of(record, Field::kTechniqueNames) == "Standard Application Layer Protocol")
    out.push_back(
        "T1071 is called Application Layer Protocol since ATT&CK 7; the name given is "
        "older.");
}

void add_addresses(const Record& record, std::vector<std::string>& out) {
  const std::string device = word_of(record, Field::kDeviceIp);
  const std::string local = word_of(record, Field::kLocalIp);
  if (!device.empty() && !local.empty() && device != local)
    out.push_back("The machine that reported has the address " + device +
                  ", the connection's side here " + local + ": a translation lies between them.");
}

}  // namespace

std::vector<std::string> oddities(const Record& record) {
  std::vector<std::string> out;
  add_direction(record, out);
  add_infected(record, out);
  add_addresses(record, out);
  add_times(record, out);
  add_names(record, out);
  return out;
}

}  // namespace picket::exchange
