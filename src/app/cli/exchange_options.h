// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/cli/history_options.h"

// The options of the commands that take records out of a history, into it, or look at it again, in
// the same three parts as those of command_options.h.
namespace picket::app::cli {

enum class ExportFormat : uint8_t { kNdjson, kOcsf, kEcs, kEve, kCef, kDetection };

struct ExportOptions {
  std::vector<std::string> words;
  std::string state = kDefaultState, format = "ndjson", limit = "0";
};
struct ExportRequest {
  search::Query query;
  std::string state;
  ExportFormat format = ExportFormat::kNdjson;
  size_t limit = 0;
};

struct ImportOptions {
  std::vector<std::string> files;
  std::string state = kDefaultState;
};

struct HuntOptions {
  std::vector<std::string> words, indicators;
  std::string state = kDefaultState;
  bool quiet = false;
};
struct HuntRequest {
  search::Query query;
  std::vector<std::string> indicators;
  std::string state;
  bool quiet = false;
};

void add_export_options(CLI::App& command, ExportOptions& options);
void add_import_options(CLI::App& command, ImportOptions& options);
void add_hunt_options(CLI::App& command, HuntOptions& options);

Result<ExportRequest> resolve(const ExportOptions& options);
Result<ImportOptions> resolve(const ImportOptions& options);
Result<HuntRequest> resolve(const HuntOptions& options);

}  // namespace picket::app::cli
