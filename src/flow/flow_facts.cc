// SPDX-License-Identifier: Apache-2.0
// Flows in words: ids and facts.
#include <charconv>

#include "flow/flow_table.h"

namespace picket::flow {
namespace {

bool parse_hex(std::string_view text, uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  return error == std::errc() && end == text.data() + text.size();
}

void append_note(std::string& note, std::string_view more) {
  if (!note.empty()) note += "; ";
  note += more;
}

std::string class_note(const Flow& flow, event::OwnerClass owner_class) {
  switch (owner_class) {
    case event::OwnerClass::kKernel: return "a socket of the kernel itself";
    case event::OwnerClass::kNone:
      return flow.role == event::Role::kServer && flow.open()
                 ? "waiting to be accepted by a process"
                 : "no process holds it any more";
    case event::OwnerClass::kHidden:
      return "belongs to a process that picket has no right to look at";
    case event::OwnerClass::kLost: return "the record that named its process was lost";
    case event::OwnerClass::kProcess: break;
  }
  return {};
}

// Why the owner is less than certain, or more than one.
std::string owner_note(const Flow& flow, const Owner& owner) {
  std::string note = class_note(flow, owner.owner_class);
  if (owner.owner_class != event::OwnerClass::kProcess) return note;
  if (flow.attribution == event::Attribution::kInherited)
    append_note(note, "taken from its listener: no process has used it yet");
  if (flow.attribution == event::Attribution::kPolled)
    append_note(note, "read from /proc some time after it was opened");
  if (flow.attribution == event::Attribution::kNone)
    append_note(note, "how it is known was not told");
  if (!owner.resolved)
    append_note(note, "the process is not known: its record was lost or is late");
  if (flow.shared) append_note(note, "several processes use this socket");
  if (flow.creator.pid != 0 && !event::same_process(flow.creator, owner.key))
    append_note(note, "the socket was made by pid " + std::to_string(flow.creator.pid));
  return note;
}

}  // namespace

std::string FlowTable::id(const Flow& flow) {
  char text[40];
  char* end = std::to_chars(text, text + sizeof text, flow.cookie, 16).ptr;
  *end++ = '-';
  end = std::to_chars(end, text + sizeof text, flow.serial, 16).ptr;
  return {text, end};
}

const Flow* FlowTable::find_stream(uint64_t cookie) const {
  const uint32_t slot = store_.find(cookie, false, {});
  return slot == kNoSlot ? nullptr : &store_.at(slot);
}

const Flow* FlowTable::find(std::string_view id) const {
  const size_t dash = id.find('-');
  uint64_t cookie = 0, serial = 0;
  if (dash == std::string_view::npos || !parse_hex(id.substr(0, dash), cookie) ||
      !parse_hex(id.substr(dash + 1), serial))
    return nullptr;
  const uint32_t first = store_.first_of(cookie);
  if (first == kNoSlot) return nullptr;
  uint32_t slot = first;
  do {
    const Flow& flow = store_.at(slot);
    if (flow.serial == serial) return visible(flow) ? &flow : nullptr;
    slot = flow.sibling_after;
  } while (slot != first);
  return nullptr;
}

event::FlowFacts FlowTable::facts(const Flow& flow, const Clock& clock) const {
  event::FlowFacts facts;
  const Owner& owner = owners_.at(flow.owner);
  facts.id = id(flow);
  facts.transport = flow.transport;
  facts.protocol = flow.protocol;
  facts.role = flow.role;
  facts.state = flow.state;
  facts.local = flow.local;
  facts.remote = flow.remote;
  facts.owner_class = owner.owner_class;
  facts.attribution = flow.attribution;
  facts.owner_note = owner_note(flow, owner);
  facts.owner = owner.key;
  facts.process = texts_.text(owner.name);
  facts.executable = texts_.text(owner.executable);
  facts.executable_deleted = owner.executable_deleted;
  facts.executable_is_memfd = owner.executable_is_memfd;
  facts.uid = flow.uid;
  facts.user = owner.user != kNoText ? texts_.text(owner.user)
               : around_.processes   ? around_.processes->user_name(flow.uid)
                                     : std::string_view();
  facts.unit = texts_.text(owner.unit);
  facts.container = texts_.text(owner.container);
  facts.shared = flow.shared;
  facts.inode = flow.inode;
  facts.network_namespace = flow.network_namespace;
  if (around_.namespaces)
    facts.network_namespace_name = around_.namespaces->name(flow.network_namespace);
  facts.remote_name = texts_.text(flow.name.text);
  if (flow.name.text != kNoText) {
    facts.name_source = flow.name.source;
    facts.name_learnt = clock.wall_at(flow.name.learnt);
    facts.name_ttl_s = flow.name.ttl_s;
  }
  if (around_.places && flow.has_remote()) {
    const Place place = around_.places->find(flow.remote.address);
    facts.country = place.country;
    facts.as_number = place.as_number;
    facts.as_organization = place.as_organization;
  }
  facts.opened = clock.wall_at(flow.opened);
  facts.last_seen = clock.wall_at(flow.last_seen);
  if (!flow.open()) facts.closed = clock.wall_at(flow.closed);
  facts.opened_before_start = flow.found;
  facts.counters = flow.counters;
  if (flow.open()) {
    facts.bytes_in_per_s = static_cast<double>(flow.rate_in);
    facts.bytes_out_per_s = static_cast<double>(flow.rate_out);
  }
  return facts;
}

}  // namespace picket::flow
