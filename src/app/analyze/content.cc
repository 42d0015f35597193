// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/content.h"

#include <algorithm>

#include "detect/sigma/fold.h"
#include "detect/sigma/small_file.h"

namespace picket::app::analyze {
namespace {

using detect::sigma::About;

constexpr size_t kSettingsBytesMax = 4 * 1024 * 1024;

bool refers_to(const std::vector<std::string>& references, const About& about) {
  return std::ranges::any_of(references, [&](const std::string& reference) {
    return (!about.name.empty() && about.name == reference) ||
           (!about.id.empty() && about.id == detect::sigma::folded(reference));
  });
}

// Sigma rules, and which of them correlations refer to.
Result<void> load_sigma(const ContentRequest& request, Content& content) {
  TRY_ASSIGN(auto rules, detect::sigma::load_rules(request.sigma, request.sigma_placeholders));
  TRY_ASSIGN(auto program, detect::sigma::Program::compile(std::move(rules)));
  content.feeds_correlation.resize(program->rules().size());
  for (const detect::sigma::Correlation& correlation : program->set().correlations)
    for (size_t i = 0; i < program->rules().size(); ++i)
      if (refers_to(correlation.rules, program->rules()[i].about))
        content.feeds_correlation[i] = true;
  content.sigma = std::move(program);
  return {};
}

Result<void> load_settings(const ContentRequest& request, Content& content) {
  detect::behavior::BehaviorSettings settings;
  if (!request.behavior_settings.empty()) {
    TRY_ASSIGN(const std::string toml,
               detect::sigma::read_whole_file(request.behavior_settings, kSettingsBytesMax));
    TRY_ASSIGN(settings,
               detect::behavior::BehaviorSettings::parse(toml, request.behavior_settings));
  }
  content.allow = settings.allow;
  if (request.behaviors) content.behaviors = std::move(settings);
  return {};
}

}  // namespace

Result<Content> load_content(const ContentRequest& request) {
  Content content;
  if (!request.sigma.empty()) TRY(load_sigma(request, content));
  TRY(load_settings(request, content));
  if (!request.indicators.empty()) {
    TRY_ASSIGN(content.indicators,
               detect::intel::IndicatorEngine::create(request.indicators, content.allow));
  }
  return content;
}

}  // namespace picket::app::analyze
