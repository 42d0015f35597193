// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "event/facts.h"

// What each fact of a flow is called on a terminal: short, and never saying more than is known. The
// texts returned are safe to show (view::terminal_text). Pure functions; any thread.
namespace picket::app::cli {

// A piece of text with an end that says something on its own and so is kept when the rest is cut:
// "nginx" + " (deleted)", "update.example" + " (dns)".
struct Phrase {
  std::string text;
  std::string tail;
  std::string whole() const { return text + tail; }
};

// Whether there is a peer.
bool talks(const event::FlowFacts&);
// Waits for others: a listening or an unconnected datagram socket.
bool listens(const event::FlowFacts&);

// The process by name, with the words (deleted), (memfd) or (via listener: accepted, but no
// process has used it yet) where they apply; else whose the socket is: kernel, (no process: ...),
// (hidden: ...), (unknown: ...).
Phrase owner_phrase(const event::FlowFacts&);
// The user by name or number; "-" where the socket's user tells nothing of an owner.
std::string user_text(const event::FlowFacts&);
// tcp, udp, icmp6, raw/89, packet, sctp...
std::string protocol_text(const event::FlowFacts&);
// The state as ss(8) spells it: ESTAB, SYN-SENT, LISTEN, ...; "?" when it is not known.
std::string_view state_text(event::FlowState);
// address:port, or the address alone where there are no ports.
std::string endpoint_text(const Endpoint&);
// The peer; "*" when there is none.
std::string remote_text(const event::FlowFacts&);
// The peer's name and how it is known; empty when it is not.
Phrase name_phrase(const event::FlowFacts&);
// The container, else the unit.
std::string_view home_of(const event::FlowFacts&);
// NL AS64500 Example Hosting
std::string place_text(const event::FlowFacts&);
// How the owner is known: hook, found, polled, "hook, shared"...
std::string attribution_text(const event::FlowFacts&);

}  // namespace picket::app::cli
