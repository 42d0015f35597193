// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/read_outcome.h"

#include "base/counter.h"

namespace picket::sensor::replay {
namespace {
Counter unlisted{"sensor.replay.problems_unlisted",
                 "problems of an input that were counted, not listed, as the list was full"};
}

std::string_view kind_name(InputKind kind) {
  switch (kind) {
    case InputKind::kUnknown: return "unknown";
    case InputKind::kEmpty: return "empty";
    case InputKind::kEvtx: return "evtx";
    case InputKind::kEventXml: return "event-xml";
    case InputKind::kSysmonSyslog: return "sysmon-syslog";
    case InputKind::kJson: return "json";
    case InputKind::kAuditd: return "auditd";
    case InputKind::kZeekTsv: return "zeek-tsv";
    case InputKind::kPcap: return "pcap";
    case InputKind::kPcapng: return "pcapng";
  }
  return "unknown";
}

void ReadOutcome::problem(std::string_view input, uint64_t offset, std::string what) {
  ++problems;
  if (listed.size() >= kProblemsMax) {
    unlisted.add();
    return;
  }
  listed.push_back({std::string(input), offset, std::move(what)});
}

}  // namespace picket::sensor::replay
