// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <fstream>

#include "app/analyze/store_output.h"
#include "app/cli/exit_code.h"
#include "app/history/history_commands.h"
#include "app/history/imported_incident.h"
#include "base/utf8.h"

namespace picket::app::history {
namespace {

Result<std::string> read_event(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return system_failure("open " + path);
  std::string text(exchange::kDetectionBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

void tell(const exchange::NetworkDetection& read, const std::string& path) {
  std::printf("%s: %s\n", printable(path).c_str(), printable(read.title).c_str());
  for (const std::string& odd : read.odd) std::printf("  odd: %s\n", printable(odd).c_str());
  for (const std::string& name : read.left)
    std::printf("  not kept: %s, a field not known here\n", printable(name).c_str());
}

}  // namespace

Result<int> run_import(const cli::ImportOptions& options) {
  TRY_ASSIGN(analyze::StoreOutput output, analyze::StoreOutput::create(options.state));
  TRY(output.open());
  for (const std::string& path : options.files) {
    TRY_ASSIGN(const std::string text, read_event(path));
    auto read = exchange::parse_network_detection(text);
    if (!read) return failure(path + ": " + read.error().message, read.error().next);
    output.append(read->record);
    output.incidents({incident_of(*read)});
    tell(*read, path);
  }
  TRY(output.finish());
  TRY(output.commit());
  return cli::kExitDone;
}

}  // namespace picket::app::history
