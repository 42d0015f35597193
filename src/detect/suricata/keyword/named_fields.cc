// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/keyword/named_fields.h"

#include <vector>

#include "detect/suricata/text.h"
#include "detect/suricata/tx_buffers.h"

namespace picket::detect::suricata::keyword {
namespace {

constexpr NamedNumber kHttp2Frames[] = {
    {"DATA", 0},        {"HEADERS", 1}, {"PRIORITY", 2}, {"RSTSTREAM", 3},    {"SETTINGS", 4},
    {"PUSHPROMISE", 5}, {"PING", 6},    {"GOAWAY", 7},   {"WINDOWUPDATE", 8}, {"CONTINUATION", 9}};
constexpr NamedNumber kHttp2Errors[] = {{"NO_ERROR", 0},
                                        {"PROTOCOL_ERROR", 1},
                                        {"INTERNAL_ERROR", 2},
                                        {"FLOW_CONTROL_ERROR", 3},
                                        {"SETTINGS_TIMEOUT", 4},
                                        {"STREAM_CLOSED", 5},
                                        {"FRAME_SIZE_ERROR", 6},
                                        {"REFUSED_STREAM", 7},
                                        {"CANCEL", 8},
                                        {"COMPRESSION_ERROR", 9},
                                        {"CONNECT_ERROR", 10},
                                        {"ENHANCE_YOUR_CALM", 11},
                                        {"INADEQUATE_SECURITY", 12},
                                        {"HTTP_1_1_REQUIRED", 13}};
constexpr NamedNumber kTlsVersions[] = {
    {"1.0", 0x301},    {"1.1", 0x302},    {"1.2", 0x303},    {"1.3", 0x304}, {"tls1.0", 0x301},
    {"tls1.1", 0x302}, {"tls1.2", 0x303}, {"tls1.3", 0x304}, {"sslv2", 2},   {"sslv3", 0x300}};
constexpr NamedNumber kDnsRcodes[] = {
    {"NOERROR", 0},  {"FORMERR", 1},  {"SERVFAIL", 2}, {"NXDOMAIN", 3}, {"NOTIMP", 4},
    {"REFUSED", 5},  {"YXDOMAIN", 6}, {"YXRRSET", 7},  {"NXRRSET", 8},  {"NOTAUTH", 9},
    {"NOTZONE", 10}, {"BADVERS", 16}, {"BADKEY", 17},  {"BADTIME", 18}};
constexpr NamedNumber kDnsTypes[] = {{"A", 1},     {"NS", 2},     {"CNAME", 5},  {"SOA", 6},
                                     {"NULL", 10}, {"PTR", 12},   {"HINFO", 13}, {"MX", 15},
                                     {"TXT", 16},  {"AAAA", 28},  {"SRV", 33},   {"NAPTR", 35},
                                     {"DS", 43},   {"SSHFP", 44}, {"RRSIG", 46}, {"DNSKEY", 48},
                                     {"SVCB", 64}, {"HTTPS", 65}, {"ANY", 255}};
constexpr NamedNumber kWebSocketOpcodes[] = {{"continuation", 0}, {"text", 1}, {"binary", 2},
                                             {"close", 8},        {"ping", 9}, {"pong", 10}};
constexpr NamedNumber kMqttTypes[] = {
    {"CONNECT", 1},   {"CONNACK", 2},  {"PUBLISH", 3},   {"PUBACK", 4},      {"PUBREC", 5},
    {"PUBREL", 6},    {"PUBCOMP", 7},  {"SUBSCRIBE", 8}, {"SUBACK", 9},      {"UNSUBSCRIBE", 10},
    {"UNSUBACK", 11}, {"PINGREQ", 12}, {"PINGRESP", 13}, {"DISCONNECT", 14}, {"AUTH", 15}};
constexpr NamedNumber kLdapOperations[] = {
    {"bind_request", 0},      {"bind_response", 1},       {"unbind_request", 2},
    {"search_request", 3},    {"search_result_entry", 4}, {"search_result_done", 5},
    {"modify_request", 6},    {"modify_response", 7},     {"add_request", 8},
    {"add_response", 9},      {"del_request", 10},        {"del_response", 11},
    {"mod_dn_request", 12},   {"mod_dn_response", 13},    {"compare_request", 14},
    {"compare_response", 15}, {"abandon_request", 16},    {"search_result_reference", 19},
    {"extended_request", 23}, {"extended_response", 24},  {"intermediate_response", 25}};
constexpr NamedNumber kSnmpTypes[] = {
    {"get_request", 0},    {"get_next_request", 1}, {"response", 2},
    {"set_request", 3},    {"trap_v1", 4},          {"get_bulk_request", 5},
    {"inform_request", 6}, {"trap_v2", 7},          {"report", 8}};
constexpr NamedNumber kSmbVersions[] = {{"1", 1}, {"2", 2}};
constexpr NamedNumber kFtpModes[] = {{"active", 0}, {"passive", 1}};
constexpr NamedNumber kFtpDataCommands[] = {{"retr", 1}, {"stor", 2}};
constexpr NamedNumber kFlags[] = {{"true", 1}, {"yes", 1}, {"false", 0}, {"no", 0}};

struct FieldNames {
  std::string_view keyword;
  std::span<const NamedNumber> names;
};
constexpr FieldNames kFieldNames[] = {
    {"http2.frametype", kHttp2Frames},
    {"http2.errorcode", kHttp2Errors},
    {"tls.version", kTlsVersions},
    {"ssl_version", kTlsVersions},
    {"dns.rcode", kDnsRcodes},
    {"dns.rrtype", kDnsTypes},
    {"websocket.opcode", kWebSocketOpcodes},
    {"mqtt.type", kMqttTypes},
    {"ldap.request.operation", kLdapOperations},
    {"ldap.responses.operation", kLdapOperations},
    {"snmp.pdu_type", kSnmpTypes},
    {"smb.version", kSmbVersions},
    {"ftp.mode", kFtpModes},
    {"ftpdata_command", kFtpDataCommands},
};

// A number of a transaction: holds when one of its instances (or the one asked for) does.
class FieldCheck final : public TxCheck {
 public:
  enum class Which : uint8_t { kAny, kAll, kOne };
  FieldCheck(inspect::FieldId field, NumberCondition test) : field_(field), test_(test) {}
  Which which = Which::kAny;
  int64_t place = 0;  // kOne: counted from the end when negative

  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    inspect::Direction side = direction.value_or(scope.direction);
    inspect::Transaction& tx = buffers.transaction();
    size_t count = 0, holding = 0;
    bool place_holds = false;
    std::optional<int64_t> value;
    for (; count < TxBuffers::kInstancesMax && (value = tx.field(field_, side, count)); ++count) {
      bool holds = test_.matches(*value);
      holding += holds ? 1 : 0;
      if (static_cast<int64_t>(count) == place) place_holds = holds;
    }
    if (which == Which::kAny && holding > 0) return TxOutcome::kMatch;
    if (which == Which::kOne && place >= 0 && place_holds) return TxOutcome::kMatch;
    bool settled =
        tx.progress(side) == inspect::Transaction::kDone ||
        (inspect::info(field_).progress > 0 && tx.progress(side) >= inspect::info(field_).progress);
    if (!settled) return TxOutcome::kNotYet;
    if (which == Which::kAll && count > 0 && holding == count) return TxOutcome::kMatch;
    if (which == Which::kOne && place < 0 && -place <= static_cast<int64_t>(count)) {
      auto at = tx.field(field_, side, count - static_cast<size_t>(-place));
      if (at && test_.matches(*at)) return TxOutcome::kMatch;
    }
    return TxOutcome::kNever;
  }

 private:
  inspect::FieldId field_;
  NumberCondition test_;
};

}  // namespace

std::span<const NamedNumber> field_names(std::string_view keyword) {
  for (const FieldNames& entry : kFieldNames)
    if (entry.keyword == keyword) return entry.names;
  return kFlags;
}

Result<void> read_field(RuleBuilder& rule, const RuleOption& option, inspect::FieldId field) {
  const inspect::FieldInfo& info = inspect::info(field);
  auto names = field_names(info.keyword);
  std::string_view text = option.value;
  std::string which;
  if (size_t comma = text.find(','); comma != std::string_view::npos) {
    which = lower(trimmed(text.substr(comma + 1)));
    text = trimmed(text.substr(0, comma));
  }
  if (auto plain = unquote(text); plain && plain->quoted && !plain->negated) text = plain->text;
  TRY_ASSIGN(NumberCondition test, NumberCondition::parse(text, names));
  auto* check = rule.arena().make<FieldCheck>(field, test);
  if (!which.empty() && which != "any") {
    auto place = parse_number<int64_t>(which);
    if (which != "all" && !place)
      return failure("expected any, all or a place after the comma, found \"" + which + "\"");
    check->which = place ? FieldCheck::Which::kOne : FieldCheck::Which::kAll;
    check->place = place.value_or(0);
  }
  TRY(rule.require_app(info.protocol));
  if (info.direction == inspect::BufferDirection::kToServer)
    check->direction = inspect::Direction::kToServer;
  if (info.direction == inspect::BufferDirection::kToClient)
    check->direction = inspect::Direction::kToClient;
  rule.add_tx_check(check);
  return {};
}

}  // namespace picket::detect::suricata::keyword
