// SPDX-License-Identifier: Apache-2.0
#include "app/web/access/sessions.h"

#include <algorithm>

#include "app/web/access/secret.h"
#include "base/counter.h"

namespace picket::app::web::access {
namespace {

Counter sessions_max{"web.sessions_max", "sessions ended because there were too many"};
Counter links_max{"web.links_max", "sign-in links made worthless because there were too many"};
Counter wrong_passwords{"web.wrong_passwords", "passwords that were not right"};

std::string user_key(const std::string& user) { return "user " + user; }
std::string address_key(const std::string& address) { return "address " + address; }

}  // namespace

Result<Sessions::Begun> Sessions::begin(const std::string& user, Role role) {
  Begun begun;
  TRY_ASSIGN(begun.token, new_token());
  TRY_ASSIGN(begun.session.csrf, new_token());
  begun.session.key = fingerprint(begun.token);
  begun.session.user = user;
  begun.session.role = role;
  begun.session.expires = WallTime{clock_.wall().ns + static_cast<int64_t>(kLongestNs)};
  const MonoTime now = clock_.mono();
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& one) { return over(one.second, now); });
  if (sessions_.size() >= kSessionsMax) {
    sessions_max.add();
    sessions_.erase(std::ranges::min_element(sessions_, {},
                                             [](const auto& one) { return one.second.used.ns; }));
  }
  sessions_[begun.session.key] = {begun.session, now, now};
  return begun;
}

std::optional<Session> Sessions::find(std::string_view token) {
  const std::string key = fingerprint(token);
  const MonoTime now = clock_.mono();
  const std::lock_guard lock(mutex_);
  const auto known = sessions_.find(key);
  if (known == sessions_.end()) return std::nullopt;
  if (over(known->second, now)) {
    sessions_.erase(known);
    return std::nullopt;
  }
  known->second.used = now;
  return known->second.session;
}

bool Sessions::alive(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto known = sessions_.find(key);
  return known != sessions_.end() && !over(known->second, clock_.mono());
}

void Sessions::end(const std::string& key) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(key);
}

void Sessions::end_all_of(const std::string& user) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& one) { return one.second.session.user == user; });
}

Result<std::string> Sessions::new_link() {
  TRY_ASSIGN(std::string token, new_token());
  const MonoTime now = clock_.mono();
  const std::lock_guard lock(mutex_);
  std::erase_if(links_, [&](const auto& one) { return ns_between(one.second, now) > kLinkNs; });
  if (links_.size() >= kLinksMax) {
    links_max.add();
    links_.erase(
        std::ranges::min_element(links_, {}, [](const auto& one) { return one.second.ns; }));
  }
  links_[fingerprint(token)] = now;
  return token;
}

bool Sessions::use_link(std::string_view token) {
  const std::string key = fingerprint(token);
  const std::lock_guard lock(mutex_);
  const auto known = links_.find(key);
  if (known == links_.end()) return false;
  const bool in_time = ns_between(known->second, clock_.mono()) <= kLinkNs;
  links_.erase(known);
  return in_time;
}

uint64_t Sessions::wait_ns(const std::string& user, const std::string& address) const {
  const MonoTime now = clock_.mono();
  const std::lock_guard lock(mutex_);
  return std::max(brake_.wait_ns(user_key(user), now), brake_.wait_ns(address_key(address), now));
}

void Sessions::tried(const std::string& user, const std::string& address, bool right) {
  const MonoTime now = clock_.mono();
  const std::lock_guard lock(mutex_);
  for (const std::string& key : {user_key(user), address_key(address)})
    if (right)
      brake_.succeeded(key);
    else
      brake_.failed(key, now);
  if (!right) wrong_passwords.add();
}

}  // namespace picket::app::web::access
