// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/cli/content_options.h"
#include "base/result.h"

// `picket content check|list|test|keywords|profile`: what picket detects with, looked at before it
// is relied on. Each returns the exit code: 0 all well, 1 something does not load (or pass), 3
// could not.
namespace picket::app::content {

Result<int> run_check(const cli::ContentCheckOptions& options);
Result<int> run_list(const cli::ContentListOptions& options);
Result<int> run_test(const cli::ContentTestOptions& options);
// The reference of the signature language's keywords, made from the tables that load it.
Result<int> run_keywords(const cli::ContentKeywordsOptions& options);
// What each signature costs over captures: measured, the dearest first.
Result<int> run_profile(const cli::ContentProfileOptions& options);

}  // namespace picket::app::content
