// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "event/alert.h"

// What goes along with a sample, as a laboratory wants it: facts, who it was, what it talked to.
// Text is the machine's own bytes. Pure values and functions.
namespace picket::respond {

struct SampleFile {
  std::string path, sha256, sha1, md5;
  uint64_t size = 0;
  std::string note;  // deleted, in memory only, why it could not be read; empty: nothing to say
};

struct SampleConnection {
  std::string transport, state, direction;  // tcp, listening...
  Endpoint local, remote;
  std::string name;  // of the remote; empty: none known
  WallTime time;     // ns 0: as it is now
};

struct SampleProcess {
  uint32_t pid = 0;
  uint64_t start_ns = 0;
  std::string name, executable, command_line, user;
};

struct SampleFacts {
  static constexpr size_t kLibrariesMax = 512;
  static constexpr size_t kConnectionsMax = 500;
  static constexpr size_t kLineageMax = 64;
  static constexpr size_t kRulesMax = 200;

  std::string host, made_by;  // picket's version
  WallTime made;
  std::string reason;
  SampleFile sample;
  std::string package;  // owning it; empty: none
  std::vector<SampleProcess>
      lineage;                        // the process first, then who started it; empty: a file alone
  std::vector<SampleFile> libraries;  // and other files that are mapped
  std::vector<SampleConnection> connections;
  struct Rule {
    std::string id, name, reason, severity;
    WallTime time;
  };
  std::vector<Rule> rules;  // that match it, or matched on it before
  std::string alert_id;
};

// manifest.json: everything above, one object (docs/formats/sample.md).
std::string manifest_json(const SampleFacts& facts);
// A bundle of STIX 2.1 (OASIS): file, process, addresses and names, one indicator for the hash, a
// sighting by picket's identity. Ids of objects are made from what they say, so a second sample of
// the same gives the same.
std::string stix_json(const SampleFacts& facts);

}  // namespace picket::respond
