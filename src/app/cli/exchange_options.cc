// SPDX-License-Identifier: Apache-2.0
#include "app/cli/exchange_options.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include <array>

#include "app/cli/nearest.h"
#include "base/utf8.h"

namespace picket::app::cli {
namespace {

// In the order of ExportFormat.
constexpr std::array<std::string_view, 6> kFormats{"ndjson", "ocsf", "ecs",
                                                   "eve",    "cef",  "detection"};

void add_query(CLI::App& command, std::vector<std::string>& words, const char* help) {
  command.add_option("query", words, help)->type_name("QUERY");
}

}  // namespace

void add_export_options(CLI::App& command, ExportOptions& options) {
  add_query(command, options.words, "which records (as for picket search); none: all");
  command
      .add_option("--format", options.format,
                  "ndjson, ocsf, ecs, eve, cef, or detection (alerts as lines of names and values)")
      ->type_name("FORMAT")
      ->capture_default_str();
  command.add_option("--limit", options.limit, "at most that many records; 0: all")
      ->type_name("NUMBER")
      ->capture_default_str();
  add_state_option(command, options.state);
}

void add_import_options(CLI::App& command, ImportOptions& options) {
  command
      .add_option("files", options.files,
                  "network detections of other products: lines of names and values, or JSON")
      ->type_name("FILE")
      ->required();
  add_state_option(command, options.state);
}

void add_hunt_options(CLI::App& command, HuntOptions& options) {
  add_query(command, options.words, "where to look (as for picket search); none: everywhere");
  command
      .add_option("--indicators", options.indicators,
                  "what is known to be bad by now: plain, CSV, STIX 2.1 or MISP; several times")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->required();
  command.add_flag("-q,--quiet", options.quiet, "no progress");
  add_state_option(command, options.state);
}

Result<ExportRequest> resolve(const ExportOptions& options) {
  ExportRequest request;
  TRY_ASSIGN(request.query, resolve_query(options.words));
  TRY_ASSIGN(request.limit, resolve_limit(options.limit));
  size_t format = 0;
  while (format < kFormats.size() && kFormats[format] != options.format) ++format;
  if (format == kFormats.size()) {
    const std::string_view near = nearest(options.format, kFormats);
    return failure("--format: \"" + printable(options.format) + "\" is not a format",
                   (near.empty() ? std::string() : "did you mean " + std::string(near) + "? ") +
                       "There are " + listed(kFormats));
  }
  request.format = static_cast<ExportFormat>(format);
  request.state = options.state;
  return request;
}

Result<ImportOptions> resolve(const ImportOptions& options) { return options; }

Result<HuntRequest> resolve(const HuntOptions& options) {
  HuntRequest request;
  TRY_ASSIGN(request.query, resolve_query(options.words));
  request.indicators = options.indicators;
  request.state = options.state;
  request.quiet = options.quiet;
  return request;
}

}  // namespace picket::app::cli
