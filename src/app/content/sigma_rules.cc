// SPDX-License-Identifier: Apache-2.0
#include "app/content/sigma_rules.h"

namespace picket::app::content {

Result<detect::sigma::RuleSet> load_sigma(const std::vector<std::string>& paths,
                                          const std::string& placeholders) {
  detect::sigma::Placeholders values;
  if (!placeholders.empty()) {
    TRY_ASSIGN(values, detect::sigma::Placeholders::load(placeholders));
  }
  detect::sigma::RuleSet::Loader loader(std::move(values));
  for (const std::string& path : paths) TRY(loader.add_path(path));
  return loader.finish();
}

}  // namespace picket::app::content
