// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/tui/model.h"
#include "base/result.h"

namespace picket::app::tui {

struct Exported {
  std::string text_path, json_path;
};

// What is on the screen as JSON: the question, the status, the groups and flows that are in sight
// (flows as `picket connections --json` writes them), and the details where they are open. One
// object, keys fixed: add, do not rename.
std::string export_json(const Model& model);

// Writes the picture as text and as JSON to `directory`/picket-watch-<UTC>.txt and .json, named
// after the frame's time. Files are new (nothing is overwritten, no link followed) and readable by
// the caller alone, since arguments and names may be private. Blocks for the writing.
Result<Exported> export_screen(const Model& model, const std::string& directory);

}  // namespace picket::app::tui
