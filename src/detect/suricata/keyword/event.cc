// SPDX-License-Identifier: Apache-2.0
// Events of decoding, streams and application protocols, and which protocol a flow speaks.
#include "detect/suricata/app_protocols.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/text.h"
#include "detect/suricata/tx_buffers.h"

namespace picket::detect::suricata::keyword {
namespace {

class PacketEventCheck final : public PacketCheck {
 public:
  explicit PacketEventCheck(packet::PacketEvent event) : event_(event) {}
  bool matches(MatchScope& scope) const override { return scope.packet().has_event(event_); }

 private:
  packet::PacketEvent event_;
};

Result<void> parse_decode_event(RuleBuilder& rule, const RuleOption& option) {
  auto event = packet::find_decode_event(option.value);
  if (!event) return failure("unknown decode event \"" + std::string(option.value) + "\"");
  rule.add_packet_check(rule.arena().make<PacketEventCheck>(*event), true);
  return {};
}

Result<void> parse_stream_event(RuleBuilder& rule, const RuleOption& option) {
  std::string_view name =
      option.value.starts_with("stream.") ? option.value.substr(7) : option.value;
  auto event = packet::find_stream_event(name);
  if (!event) return failure("unknown stream event \"" + std::string(option.value) + "\"");
  rule.add_packet_check(rule.arena().make<PacketEventCheck>(*event), true);
  return {};
}

// An event of a transaction. A rule that names a direction may meet it on packets of that one,
// whichever it came up in; others meet it once, where it came up.
class AppEventCheck final : public TxCheck {
 public:
  explicit AppEventCheck(std::string_view name) : name_(name) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    inspect::Transaction& tx = buffers.transaction();
    for (const inspect::Transaction::Event& event : tx.events)
      if (event.name == name_ && (event.direction == scope.direction ||
                                  scope.rule->has(kToServer) || scope.rule->has(kToClient)))
        return TxOutcome::kMatch;
    return tx.progress(scope.direction) == inspect::Transaction::kDone ? TxOutcome::kNever
                                                                       : TxOutcome::kNotYet;
  }

 private:
  std::string_view name_;
};

// An event of protocol detection, which belongs to no transaction.
class DetectionEventCheck final : public PacketCheck {
 public:
  explicit DetectionEventCheck(std::string_view name) : name_(name) {}
  bool matches(MatchScope& scope) const override {
    for (const inspect::Transaction::Event& event : scope.context->app_events)
      if (event.name == name_) return true;
    return false;
  }

 private:
  std::string_view name_;
};

Result<void> parse_app_event(RuleBuilder& rule, const RuleOption& option) {
  if (option.value.starts_with("applayer_")) {
    rule.rule().flags |= kNeedsFlow;
    rule.add_packet_check(rule.arena().make<DetectionEventCheck>(rule.arena().text(option.value)));
    return {};
  }
  size_t dot = option.value.find('.');
  if (dot == std::string_view::npos) return failure("expected protocol.event, or applayer_...");
  std::string_view name = option.value.substr(0, dot);
  if (name == "http1") name = "http";
  if (name == "ikev2") name = "ike";
  bool is_file = name == "file";
  auto protocol =
      is_file ? std::optional(inspect::AppProtocol::kAny) : inspect::parse_app_protocol(name);
  if (!protocol) return failure("unknown protocol \"" + std::string(name) + "\"");
  TRY(rule.require_app(*protocol));
  rule.add_tx_check(
      rule.arena().make<AppEventCheck>(rule.arena().text(option.value.substr(dot + 1))));
  return {};
}

// app-layer-protocol:[!]NAME[,either|both|final|to_server|to_client|original]
class AppProtocolCheck final : public PacketCheck {
 public:
  enum class Which : uint8_t { kHere, kFinal, kEither, kBoth, kToServer, kToClient, kOriginal };
  AppProtocolCheck(inspect::AppProtocol protocol, bool negated, Which which)
      : protocol_(protocol), negated_(negated), which_(which) {}
  bool matches(MatchScope& scope) const override {
    const inspect::PacketFlow* flow = scope.flow();
    if (flow == nullptr) return false;
    auto is = [&](inspect::AppProtocol seen) { return same(seen) != negated_; };
    auto known = [](inspect::AppProtocol seen) { return seen != inspect::AppProtocol::kUnknown; };
    auto [server, client] = flow->app_by;
    inspect::AppProtocol here = flow->app_by[index(scope.direction)];
    switch (which_) {
      case Which::kHere:
        if (!known(here)) here = flow->app;
        return known(here) && is(here);
      case Which::kFinal: return known(flow->app) && is(flow->app);
      case Which::kEither: return (known(server) && is(server)) || (known(client) && is(client));
      case Which::kBoth: return known(server) && known(client) && is(server) && is(client);
      case Which::kToServer: return known(server) && is(server);
      case Which::kToClient: return known(client) && is(client);
      case Which::kOriginal: return known(flow->app_original) && is(flow->app_original);
    }
    return false;
  }

 private:
  bool same(inspect::AppProtocol seen) const { return covers(protocol_, seen); }
  inspect::AppProtocol protocol_;
  bool negated_;
  Which which_;
};

Result<void> parse_app_protocol_keyword(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  std::string_view name = words[0];
  bool negated = !name.empty() && name[0] == '!';
  if (negated) name = trimmed(name.substr(1));
  if (name == "http1") name = "http";
  auto protocol = inspect::parse_app_protocol(name);
  if (!protocol) return failure("unknown protocol \"" + std::string(name) + "\"");
  using Which = AppProtocolCheck::Which;
  Which which = Which::kHere;
  if (words.size() > 1) {
    constexpr std::pair<std::string_view, Which> kNames[] = {
        {"final", Which::kFinal},       {"either", Which::kEither},
        {"both", Which::kBoth},         {"to_server", Which::kToServer},
        {"toserver", Which::kToServer}, {"to_client", Which::kToClient},
        {"toclient", Which::kToClient}, {"original", Which::kOriginal},
        {"direction", Which::kHere}};
    bool found = false;
    for (auto& [word, meant] : kNames)
      if (word == words[1]) {
        which = meant;
        found = true;
      }
    if (!found)
      return failure("expected final, either, both, to_server, to_client or original, found \"" +
                     std::string(words[1]) + "\"");
  }
  rule.rule().flags |= kNeedsFlow;
  ++rule.protocol_checks;
  rule.add_packet_check(rule.arena().make<AppProtocolCheck>(*protocol, negated, which));
  return {};
}

constexpr Keyword kKeywords[] = {
    {"decode-event", "", State::kFull, "Something odd was met while the packet was decoded.",
     "decode-event:ipv4.opt_invalid;", "", parse_decode_event},
    {"stream-event", "", State::kFull, "Something odd happened to the TCP stream.",
     "stream-event:reassembly_seq_gap;", "", parse_stream_event},
    {"app-layer-event", "", State::kFull, "Something odd was met in the application protocol.",
     "app-layer-event:http.invalid_host;", "", parse_app_event},
    {"app-layer-protocol", "", State::kFull,
     "The protocol that the flow speaks, told by its content.", "app-layer-protocol:!http;", "",
     parse_app_protocol_keyword},
};

}  // namespace

Keywords event_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
