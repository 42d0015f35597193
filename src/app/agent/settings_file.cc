// SPDX-License-Identifier: Apache-2.0
#include "app/agent/settings_file.h"

#include <fstream>

namespace picket::app::agent {

Result<std::string> read_settings_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kSettingsBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad())
    return failure(path + ": cannot be read", "The agent's user has to be able to read it.");
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > kSettingsBytesMax) return failure(path + ": larger than 1 MiB: no settings");
  return text;
}

}  // namespace picket::app::agent
