// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/history/history_commands.h"
#include "app/history/store_folder.h"
#include "exchange/formats.h"
#include "exchange/network_detection.h"

namespace picket::app::history {
namespace {

std::string detection_text(const schema::Record& record) {
  if (record.kind != schema::Kind::kAlert) return {};
  std::string out;
  for (const auto& [name, value] : exchange::network_detection_fields(record))
    out += name + "  " + value + '\n';
  return out;
}

std::string written(const schema::Record& record, cli::ExportFormat format) {
  switch (format) {
    case cli::ExportFormat::kOcsf: return exchange::ocsf_line(record);
    case cli::ExportFormat::kEcs: return exchange::ecs_line(record);
    case cli::ExportFormat::kEve: return exchange::eve_line(record);
    case cli::ExportFormat::kCef: return exchange::cef_line(record);
    case cli::ExportFormat::kDetection: return detection_text(record);
    case cli::ExportFormat::kNdjson: break;
  }
  return schema::json_line(record);
}

}  // namespace

Result<int> run_export(const cli::ExportRequest& request) {
  TRY_ASSIGN(store::Reader reader, open_store(request.state));
  uint64_t left_out = 0;
  size_t left = request.limit == 0 ? SIZE_MAX : request.limit;
  reader.select(request.query, true, [&](const schema::Record& record) {
    std::string line = written(record, request.format);
    if (line.empty()) {
      ++left_out;
      return true;
    }
    line += '\n';
    return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && --left > 0;
  });
  if (std::fflush(stdout) != 0) return system_failure("write the records");
  if (left_out != 0)
    std::fprintf(stderr, "picket: %llu records are of kinds that this format has no word for\n",
                 static_cast<unsigned long long>(left_out));
  return tell_problems(reader) ? cli::kExitCouldNot : cli::kExitDone;
}

}  // namespace picket::app::history
