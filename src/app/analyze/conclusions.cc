// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/conclusions.h"

#include "app/analyze/pack.h"
#include "detect/behavior/allow_list.h"
#include "detect/sigma/sigma_alert.h"

namespace picket::app::analyze {

using detect::behavior::BehaviorSet;
using detect::sigma::Correlator;

Conclusions::Conclusions(const Content& content, AlertStore& alerts, incident::Lineage& lineage)
    : content_(content),
      alerts_(alerts),
      lineage_(lineage),
      order_([this](Item::Kind kind, std::string_view bytes) { deliver(kind, bytes); }) {}

Result<std::unique_ptr<Conclusions>> Conclusions::create(const Content& content, AlertStore& alerts,
                                                         incident::Lineage& lineage) {
  std::unique_ptr<Conclusions> made(new Conclusions(content, alerts, lineage));
  if (content.behaviors) {
    TRY_ASSIGN(made->behaviors_, BehaviorSet::create(*content.behaviors));
  }
  if (content.sigma && !content.sigma->set().correlations.empty()) {
    TRY_ASSIGN(Correlator correlator, Correlator::create(content.sigma->set()));
    made->correlator_ = std::make_unique<Correlator>(std::move(correlator));
  }
  return made;
}

void Conclusions::take(const Batch& batch, const Item& item) {
  if (item.kind == Item::Kind::kAlert)
    alerts_.add_packed(item.time, batch.of(item));
  else
    order_.add(batch, item);
}

void Conclusions::deliver(Item::Kind kind, std::string_view bytes) {
  if (kind == Item::Kind::kActivity) {
    ++activities_;
    Unpacker unpacker(bytes);
    unpacker(activity_);
    if (std::holds_alternative<event::ProcessStarted>(activity_.what))
      lineage_.learn(activity_.host, activity_.actor);
    if (behaviors_) behaviors_->observe(activity_);
    if (content_.indicators) content_.indicators->observe(activity_);
  } else if (correlator_) {
    unpack_matched(bytes, record_, rules_);
    correlator_->observe(record_, rules_, hits_);
    add_correlated(&record_);
  }
}

void Conclusions::add_correlated(const event::LogRecord* record) {
  for (const detect::sigma::CorrelationHit& hit : hits_) {
    const auto& correlation = content_.sigma->set().correlations[hit.correlation];
    if (correlation.silent) continue;
    event::Alert alert = detect::sigma::correlation_alert(correlation.about, hit, record);
    detect::behavior::apply_allow_list(content_.allow, alert);
    alerts_.add(alert);
  }
  hits_.clear();
}

uint64_t Conclusions::finish() {
  order_.finish();
  if (correlator_) {
    correlator_->finish(hits_);
    add_correlated(nullptr);
  }
  if (behaviors_)
    for (const event::Alert& alert : behaviors_->finish()) alerts_.add(alert);
  if (content_.indicators)
    for (const event::Alert& alert : content_.indicators->finish()) alerts_.add(alert);
  return activities_;
}

}  // namespace picket::app::analyze
