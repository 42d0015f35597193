// SPDX-License-Identifier: Apache-2.0
#include "view/filter.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>

#include "base/ascii.h"
#include "view/filter_term.h"

namespace picket::view {
namespace {

std::string_view base_name(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool whole(const Alternative& value, std::string_view text) {
  return glob_matches(value.text, text, false);
}

bool within(const Alternative& value, uint64_t number) {
  return number >= value.low && number <= value.high;
}

// An endpoint as a reader sees it, in a buffer of its own: 10.0.0.5:443, [fd00::1]:443.
class EndpointText {
 public:
  explicit EndpointText(const Endpoint& endpoint) {
    char* out = text_.data();
    const auto& bytes = endpoint.address.bytes();
    if (endpoint.address.is_v4()) {
      inet_ntop(AF_INET, bytes.data() + 12, out, INET6_ADDRSTRLEN);
    } else {
      *out++ = '[';
      inet_ntop(AF_INET6, bytes.data(), out, INET6_ADDRSTRLEN);
    }
    out += std::char_traits<char>::length(out);
    if (endpoint.address.is_v6()) *out++ = ']';
    *out++ = ':';
    out = std::to_chars(out, text_.data() + text_.size(), endpoint.port).ptr;
    size_ = static_cast<size_t>(out - text_.data());
  }
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, INET6_ADDRSTRLEN + 10> text_;
  size_t size_ = 0;
};

bool has(const Endpoint& endpoint) {
  return endpoint.port != 0 || !endpoint.address.is_unspecified();
}

bool word_matches(const Alternative& value, const FilterSubject& subject) {
  for (const std::string_view field : {subject.process, subject.executable, subject.remote_name,
                                       subject.user, subject.unit, subject.container})
    if (!field.empty() && glob_matches(value.text, field, true)) return true;
  if (!value.maybe_address) return false;
  return glob_matches(value.text, EndpointText(subject.local).view(), true) ||
         (has(subject.remote) &&
          glob_matches(value.text, EndpointText(subject.remote).view(), true));
}

bool process_matches(const Alternative& value, const FilterSubject& subject) {
  return whole(value, subject.process) || whole(value, subject.executable) ||
         whole(value, base_name(subject.executable));
}

bool endpoint_matches(const Alternative& value, const Endpoint& endpoint) {
  if (!has(endpoint)) return false;
  if (!value.is_prefix) {
    const EndpointText text(endpoint);
    const std::string_view address = text.view().substr(0, text.view().rfind(':'));
    return glob_matches(value.text,
                        address.front() == '[' ? address.substr(1, address.size() - 2) : address,
                        false);
  }
  return value.prefix.contains(endpoint.address) &&
         (value.port == 0 || value.port == endpoint.port);
}

// nginx is nginx.service; with a type given, only that unit.
bool unit_matches(const Alternative& value, std::string_view unit) {
  return whole(value, unit) || whole(value, unit.substr(0, unit.rfind('.')));
}

// docker:0123456789ab by all of it, or by the start of its id or name.
bool container_matches(const Alternative& value, std::string_view container) {
  if (container.empty() || value.text.empty()) return false;
  if (whole(value, container)) return true;
  const std::string_view id = container.substr(container.find(':') + 1);
  return whole(value, id.substr(0, std::min(id.size(), value.text.size()))) || whole(value, id);
}

bool organization_matches(const Alternative& value, const flow::Place& place) {
  if (value.is_number) return within(value, place.as_number);
  return !place.as_organization.empty() && glob_matches(value.text, place.as_organization, true);
}

bool value_matches(TermKind kind, const Alternative& value, const FilterSubject& s) {
  switch (kind) {
    case TermKind::kWord: return word_matches(value, s);
    case TermKind::kProcess: return process_matches(value, s);
    case TermKind::kPid: return s.pid != 0 && within(value, s.pid);
    case TermKind::kUser: return (value.is_number && within(value, s.uid)) || whole(value, s.user);
    case TermKind::kUid: return within(value, s.uid);
    case TermKind::kPort:
      return within(value, s.local.port) || (has(s.remote) && within(value, s.remote.port));
    case TermKind::kLocalPort: return within(value, s.local.port);
    case TermKind::kRemotePort: return has(s.remote) && within(value, s.remote.port);
    case TermKind::kAddress:
      return endpoint_matches(value, s.local) || endpoint_matches(value, s.remote);
    case TermKind::kLocal: return endpoint_matches(value, s.local);
    case TermKind::kRemote: return endpoint_matches(value, s.remote);
    case TermKind::kTransport:
      return within(value, value.is_number ? s.protocol : static_cast<uint64_t>(s.transport));
    case TermKind::kState: return within(value, static_cast<uint64_t>(s.state));
    case TermKind::kDirection: return within(value, static_cast<uint64_t>(s.role));
    case TermKind::kName: return !s.remote_name.empty() && whole(value, s.remote_name);
    case TermKind::kUnit: return !s.unit.empty() && unit_matches(value, s.unit);
    case TermKind::kContainer: return container_matches(value, s.container);
    case TermKind::kCountry: return !s.place.country.empty() && whole(value, s.place.country);
    case TermKind::kAsn: return organization_matches(value, s.place);
    case TermKind::kOwner: return within(value, static_cast<uint64_t>(s.owner_class));
    case TermKind::kNamespace:
      return (value.is_number && within(value, s.network_namespace)) ||
             (!s.network_namespace_name.empty() && whole(value, s.network_namespace_name));
    case TermKind::kListening: return s.role == event::Role::kListener && !s.closed;
    case TermKind::kClosed: return s.closed;
    case TermKind::kOpen: return !s.closed;
  }
  return false;
}

}  // namespace

// The usual backtracking over the last star only: linear in practice, never exponential.
bool glob_matches(std::string_view pattern, std::string_view text, bool anywhere) {
  size_t p = 0, t = 0;
  size_t star = anywhere ? 0 : std::string_view::npos;  // the pattern's place after the last star
  size_t resume = 0;                                    // where that star may eat one more
  while (t < text.size()) {
    if (p == pattern.size() && anywhere) return true;
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == ascii_lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool term_matches(const Filter::Term& term, const FilterSubject& subject) {
  const bool any = std::any_of(
      term.any_of.begin(), term.any_of.end(),
      [&](const Alternative& value) { return value_matches(term.kind, value, subject); });
  return any != term.negated;
}

Filter::Filter() = default;
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::~Filter() = default;

bool Filter::matches_all() const { return !terms_ || terms_->all_of.empty(); }

bool Filter::matches(const FilterSubject& subject) const {
  if (!terms_) return true;
  return std::all_of(terms_->all_of.begin(), terms_->all_of.end(),
                     [&](const Term& term) { return term_matches(term, subject); });
}

bool Filter::wants_place() const {
  if (!terms_) return false;
  return std::any_of(terms_->all_of.begin(), terms_->all_of.end(), [](const Term& term) {
    return term.kind == TermKind::kCountry || term.kind == TermKind::kAsn;
  });
}

FilterSubject subject_of(const event::FlowFacts& facts) {
  FilterSubject subject;
  subject.transport = facts.transport;
  subject.protocol = facts.protocol;
  subject.role = facts.role;
  subject.state = facts.state;
  subject.owner_class = facts.owner_class;
  subject.closed = facts.closed.has_value();
  subject.local = facts.local;
  subject.remote = facts.remote;
  subject.pid = facts.owner.pid;
  subject.uid = facts.uid;
  subject.network_namespace = facts.network_namespace;
  subject.network_namespace_name = facts.network_namespace_name;
  subject.process = facts.process;
  subject.executable = facts.executable;
  subject.user = facts.user;
  subject.unit = facts.unit;
  subject.container = facts.container;
  subject.remote_name = facts.remote_name;
  subject.place = {facts.country, facts.as_number, facts.as_organization};
  return subject;
}

FilterSubject subject_of(const flow::FlowTable& table, const flow::Flow& flow, bool with_place) {
  const flow::Owner& owner = table.owners().at(flow.owner);
  const flow::TextPool& texts = table.texts();
  FilterSubject subject;
  subject.transport = flow.transport;
  subject.protocol = flow.protocol;
  subject.role = flow.role;
  subject.state = flow.state;
  subject.owner_class = owner.owner_class;
  subject.closed = !flow.open();
  subject.local = flow.local;
  subject.remote = flow.remote;
  subject.pid = owner.key.pid;
  subject.uid = flow.uid;
  subject.network_namespace = flow.network_namespace;
  if (table.around().namespaces)
    subject.network_namespace_name = table.around().namespaces->name(flow.network_namespace);
  subject.process = texts.text(owner.name);
  subject.executable = texts.text(owner.executable);
  subject.user = texts.text(owner.user);
  subject.unit = texts.text(owner.unit);
  subject.container = texts.text(owner.container);
  subject.remote_name = texts.text(flow.name.text);
  if (with_place && table.around().places && flow.has_remote())
    subject.place = table.around().places->find(flow.remote.address);
  return subject;
}

}  // namespace picket::view
