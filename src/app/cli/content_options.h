// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "app/cli/capture_options.h"
#include "base/result.h"

namespace CLI {
class App;
}

// The options of `picket content check|list|test|keywords|profile`, in the same three parts as
// those of command_options.h.
namespace picket::app::cli {

struct ContentCheckOptions {
  std::vector<std::string> paths;
  std::vector<std::string> rules;  // files of signatures
  std::string sigma_placeholders;
  bool json = false;
};

struct ContentListOptions {
  std::vector<std::string> sigma;
  std::string sigma_placeholders;
  bool json = false;
};

struct ContentTestOptions {
  std::string folder;
  std::vector<std::string> sigma;
  std::string sigma_placeholders;
  bool json = false;
};

struct ContentKeywordsOptions {
  bool json = false, markdown = false;
};

struct ContentProfileOptions {
  std::vector<std::string> captures;
  CaptureOptions capture;
  uint64_t top = 30;  // rules shown; 0: all
  bool json = false;
};

void add_content_check_options(CLI::App& command, ContentCheckOptions& options);
void add_content_list_options(CLI::App& command, ContentListOptions& options);
void add_content_test_options(CLI::App& command, ContentTestOptions& options);
void add_content_keywords_options(CLI::App& command, ContentKeywordsOptions& options);
void add_content_profile_options(CLI::App& command, ContentProfileOptions& options);

Result<ContentCheckOptions> resolve(const ContentCheckOptions& options);
Result<ContentListOptions> resolve(const ContentListOptions& options);
Result<ContentTestOptions> resolve(const ContentTestOptions& options);
Result<ContentKeywordsOptions> resolve(const ContentKeywordsOptions& options);
Result<ContentProfileOptions> resolve(const ContentProfileOptions& options);

}  // namespace picket::app::cli
