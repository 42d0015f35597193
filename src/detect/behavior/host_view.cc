// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/host_view.h"

#include "base/counter.h"
#include "detect/behavior/places.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

Counter process_evicted{"detect.behavior.process_evicted",
                        "processes forgotten because a host showed too many"};
Counter file_evicted{"detect.behavior.file_evicted",
                     "written files forgotten because a host showed too many"};
Counter name_evicted{"detect.behavior.name_evicted",
                     "names of addresses forgotten because a host looked up too many"};
Counter address_refused{"detect.behavior.address_refused",
                        "addresses, shares or sessions of a host not remembered: too many"};

template <typename Set, typename Item>
void insert_bounded(Set& set, Item&& item) {
  if (set.size() < HostView::kAddressesMax)
    set.insert(std::forward<Item>(item));
  else if (!set.contains(item))
    address_refused.add();
}

void take(std::string& into, const std::string& from) {
  if (!from.empty() && into != from) into = from;
}
template <typename T>
void take(std::optional<T>& into, const std::optional<T>& from) {
  if (from) into = from;
}

// Where the two differ, the later statement wins; what it does not say stays.
void merge(event::Actor& into, const event::Actor& from) {
  // The other log's spelling of the same file (\\device\\harddiskvolume3\\...) is no news.
  const bool same = !into.path.empty() && same_file(into.path, from.path);
  const std::string path = same ? into.path : std::string(),
                    name = same ? into.name : std::string();
  for (std::string event::Actor::*member : {&event::Actor::id,
                                            &event::Actor::name,
                                            &event::Actor::path,
                                            &event::Actor::command_line,
                                            &event::Actor::working_directory,
                                            &event::Actor::user,
                                            &event::Actor::sha256,
                                            &event::Actor::sha1,
                                            &event::Actor::md5,
                                            &event::Actor::imphash,
                                            &event::Actor::original_name,
                                            &event::Actor::company,
                                            &event::Actor::product,
                                            &event::Actor::signer,
                                            &event::Actor::package,
                                            &event::Actor::parent_id,
                                            &event::Actor::parent_path,
                                            &event::Actor::parent_command_line,
                                            &event::Actor::terminal,
                                            &event::Actor::unit,
                                            &event::Actor::container})
    take(into.*member, from.*member);
  if (same) {
    into.path = path;
    into.name = name;
  }
  if (from.pid != 0) into.pid = from.pid;
  if (from.parent_pid != 0) into.parent_pid = from.parent_pid;
  for (std::optional<bool> event::Actor::*member :
       {&event::Actor::signature_valid, &event::Actor::packaged, &event::Actor::package_differs,
        &event::Actor::deleted, &event::Actor::memfd})
    take(into.*member, from.*member);
  take(into.session, from.session);
  take(into.started, from.started);
  take(into.file_written, from.file_written);
  into.kernel |= from.kernel;
}

// \\server\share, not one of the administrative shares (C$, ADMIN$, IPC$), which nobody works with.
bool names_ordinary_share(std::string_view word) {
  if (!word.starts_with("\\\\")) return false;
  const size_t slash = word.find('\\', 2);
  if (slash == std::string_view::npos || slash + 1 >= word.size()) return false;
  const std::string_view share = word.substr(slash + 1, word.find('\\', slash + 1) - slash - 1);
  return !share.empty() && share.back() != '$';
}

// \\SERVER\share or SERVER: the server, folded; empty: not of that form.
std::string server_of(std::string_view share) {
  while (!share.empty() && (share.front() == '\\' || share.front() == '/')) share.remove_prefix(1);
  return folded(share.substr(0, share.find_first_of("\\/@")));
}

}  // namespace

std::string HostView::identity(const event::Actor& actor) {
  if (!actor.id.empty()) return actor.id;
  if (actor.pid == 0 && actor.path.empty() && actor.name.empty()) return {};
  return std::to_string(actor.pid) + "@" + folded(actor.path.empty() ? actor.name : actor.path);
}

std::string HostView::key_of(const event::Actor& actor, bool starts) const {
  if (!actor.id.empty() || actor.pid == 0) return identity(actor);
  auto last = last_of_pid_.find(actor.pid);
  if (last == last_of_pid_.end()) return identity(actor);
  const ProcessKnown* known = process(last->second);
  if (known == nullptr || !same_file(known->actor.path, actor.path)) return identity(actor);
  // A start by itself is a new process, unless the other log has just told of it.
  if (starts && (known->ended || known->actor.id.empty())) return identity(actor);
  return last->second;
}

ProcessKnown& HostView::touch_process(const event::Actor& actor, WallTime time, bool starts) {
  std::string key = key_of(actor, starts);
  auto known = processes_.find(key);
  if (known == processes_.end()) {
    if (processes_.size() == kProcessesMax) {
      processes_.erase(process_order_.front());
      process_order_.pop_front();
      process_evicted.add();
    }
    known = processes_.emplace(key, ProcessKnown{}).first;
    known->second.first_seen = time;
    process_order_.push_back(key);
  }
  if (actor.pid != 0) {
    if (last_of_pid_.size() > kProcessesMax * 2) last_of_pid_.clear();
    last_of_pid_[actor.pid] = key;
  }
  merge(known->second.actor, actor);
  return known->second;
}

void HostView::learn_name(const IpAddress& address, std::string_view name) {
  if (name.empty() || address.is_unspecified()) return;
  auto [entry, fresh] = names_.try_emplace(address, name);
  if (!fresh) {
    if (entry->second != name) entry->second = name;
    return;
  }
  name_order_.push_back(address);
  if (names_.size() <= kNamesMax) return;
  names_.erase(name_order_.front());
  name_order_.pop_front();
  name_evicted.add();
}

void HostView::learn_connection(const event::Activity& activity,
                                const event::ConnectionMade& made) {
  learn_name(made.remote.address, made.remote_name);
  // Of a connection that others opened, some sources cannot tell which end is this one's.
  if (made.outbound != true) return;
  if (!made.local.address.is_unspecified()) insert_bounded(own_, made.local.address);
  if (made.remote.port == 53) insert_bounded(resolvers_, made.remote.address);
  const bool directory = made.remote.port == 389 || made.remote.port == 88 ||
                         made.remote.port == 636 || made.remote.port == 3268;
  if (directory && equal_folded(base_name(activity.actor.path), "lsass.exe"))
    insert_bounded(controllers_, made.remote.address);
}

void HostView::learn_lookup(const event::DnsLookup& lookup) {
  tells_lookups_ = true;
  for (const IpAddress& address : lookup.addresses) learn_name(address, lookup.name);
  if (!lookup.resolver.address.is_unspecified())
    insert_bounded(resolvers_, lookup.resolver.address);
}

// net use of a share, and programs that run from one or work in one.
void HostView::learn_shares_of_start(const event::Actor& actor) {
  for (const std::string& place : {actor.path, actor.working_directory})
    if (names_ordinary_share(place)) insert_bounded(share_servers_, server_of(place));
  const std::string_view name = stem(actor.name);
  if (!equal_folded(name, "net") && !equal_folded(name, "net1")) return;
  const auto line = command_words(actor.command_line);
  if (line.size() < 2 || !equal_folded(line[1], "use")) return;
  for (const std::string& word : line)
    if (names_ordinary_share(word)) insert_bounded(share_servers_, server_of(word));
}

// The file of that name, as written now if it was not known.
FileKnown& HostView::learn_file(const event::Activity& activity, std::string_view path) {
  auto [entry, fresh] = files_.try_emplace(folded(path));
  if (!fresh) return entry->second;
  entry->second.written = activity.time;
  entry->second.by_path = activity.actor.path;
  entry->second.by_id = identity(activity.actor);
  file_order_.push_back(entry->first);
  if (files_.size() > kFilesMax) {
    files_.erase(file_order_.front());
    file_order_.pop_front();
    file_evicted.add();
  }
  return entry->second;
}

bool HostView::learn_file_event(const event::Activity& activity) {
  if (const auto* written = std::get_if<event::FileWritten>(&activity.what)) {
    FileKnown& file = learn_file(activity, written->path);
    file.written = activity.time;
    file.by_path = activity.actor.path;
    file.by_id = identity(activity.actor);
    file.deleted.reset();
  } else if (const auto* marked = std::get_if<event::FileMarked>(&activity.what)) {
    FileKnown& file = learn_file(activity, marked->path);
    file.marked = true;
    file.from = marked->from;
  } else if (const auto* deleted = std::get_if<event::FileDeleted>(&activity.what)) {
    // Of most that are deleted nobody has run anything: only what was seen written or marked
    // counts.
    if (auto known = files_.find(folded(deleted->path)); known != files_.end())
      known->second.deleted = activity.time;
  } else {
    return false;
  }
  return true;
}

const event::Actor& HostView::learn(const event::Activity& activity) {
  if (const auto* made = std::get_if<event::ConnectionMade>(&activity.what)) {
    learn_connection(activity, *made);
  } else if (const auto* lookup = std::get_if<event::DnsLookup>(&activity.what)) {
    learn_lookup(*lookup);
  } else if (learn_file_event(activity)) {
    // said all
  } else if (const auto* share = std::get_if<event::ShareConnected>(&activity.what)) {
    // Somebody else's use of a share here says nothing of what this host uses.
    if (share->from.is_unspecified()) insert_bounded(share_servers_, server_of(share->share));
  } else if (const auto* logon = std::get_if<event::LoggedOn>(&activity.what)) {
    if (logon->method == "interactive" && activity.actor.session)
      insert_bounded(sessions_, *activity.actor.session);
  }
  if (identity(activity.actor).empty()) return activity.actor;
  const bool starts = std::holds_alternative<event::ProcessStarted>(activity.what);
  const std::string key = key_of(activity.actor, starts);
  ProcessKnown& process = touch_process(activity.actor, activity.time, starts);
  if (starts) {
    process.start_seen = tells_starts_ = true;
    tells_makers_ |= !activity.actor.company.empty();
    learn_shares_of_start(activity.actor);
  }
  if (std::holds_alternative<event::ProcessEnded>(activity.what)) process.ended = true;
  if (const auto* thread = std::get_if<event::ThreadInjected>(&activity.what)) {
    const std::string by = activity.actor.path, by_id = identity(activity.actor);
    if (!identity(thread->target).empty()) {
      ProcessKnown& target = touch_process(thread->target, activity.time, false);
      target.injected_by = by;
      target.injected_by_id = by_id;
    }
  }
  auto known = processes_.find(key);
  return known == processes_.end() ? activity.actor : known->second.actor;
}

const ProcessKnown* HostView::process(std::string_view id) const {
  auto known = processes_.find(std::string(id));
  return known == processes_.end() ? nullptr : &known->second;
}

const ProcessKnown* HostView::process_by_pid(uint32_t pid) const {
  auto id = last_of_pid_.find(pid);
  return id == last_of_pid_.end() ? nullptr : process(id->second);
}

const ProcessKnown* HostView::parent_of(const event::Actor& actor) const {
  if (!actor.parent_id.empty()) return process(actor.parent_id);
  return actor.parent_pid == 0 ? nullptr : process_by_pid(actor.parent_pid);
}

const FileKnown* HostView::file(std::string_view path) const {
  auto known = files_.find(folded(path));
  return known == files_.end() ? nullptr : &known->second;
}

std::string_view HostView::name_of(const IpAddress& address) const {
  auto known = names_.find(address);
  return known == names_.end() ? std::string_view() : std::string_view(known->second);
}

bool HostView::has_share(const IpAddress& address) const {
  if (share_servers_.empty()) return false;
  if (share_servers_.contains(address.text())) return true;
  const std::string name = folded(name_of(address));
  if (name.empty()) return false;
  return share_servers_.contains(name) || share_servers_.contains(name.substr(0, name.find('.')));
}

}  // namespace picket::detect::behavior
