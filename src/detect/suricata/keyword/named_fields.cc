// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/keyword/named_fields.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/ascii.h"
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
                                        {"HTTP_1_1_REQUIRED", 13},
                                        {"HTTP11_REQUIRED", 13}};
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
constexpr NamedNumber kKrb5Types[] = {{"AS_REQ", 10},     {"AS_REP", 11},     {"TGS_REQ", 12},
                                      {"TGS_REP", 13},    {"AP_REQ", 14},     {"AP_REP", 15},
                                      {"RESERVED16", 16}, {"RESERVED17", 17}, {"SAFE", 20},
                                      {"PRIV", 21},       {"CRED", 22},       {"ERROR", 30}};
constexpr NamedNumber kLdapResults[] = {{"success", 0},
                                        {"operations_error", 1},
                                        {"protocol_error", 2},
                                        {"time_limit_exceeded", 3},
                                        {"size_limit_exceeded", 4},
                                        {"compare_false", 5},
                                        {"compare_true", 6},
                                        {"auth_method_not_supported", 7},
                                        {"stronger_auth_required", 8},
                                        {"referral", 10},
                                        {"admin_limit_exceeded", 11},
                                        {"unavailable_critical_extension", 12},
                                        {"confidentiality_required", 13},
                                        {"sasl_bind_in_progress", 14},
                                        {"no_such_attribute", 16},
                                        {"undefined_attribute_type", 17},
                                        {"inappropriate_matching", 18},
                                        {"constraint_violation", 19},
                                        {"attribute_or_value_exists", 20},
                                        {"invalid_attribute_syntax", 21},
                                        {"no_such_object", 32},
                                        {"alias_problem", 33},
                                        {"invalid_dns_syntax", 34},
                                        {"is_leaf", 35},
                                        {"alias_dereferencing_problem", 36},
                                        {"inappropriate_authentication", 48},
                                        {"invalid_credentials", 49},
                                        {"insufficient_access_rights", 50},
                                        {"busy", 51},
                                        {"unavailable", 52},
                                        {"unwilling_to_perform", 53},
                                        {"loop_detect", 54},
                                        {"naming_violation", 64},
                                        {"object_class_violation", 65},
                                        {"not_allowed_on_non_leaf", 66},
                                        {"not_allowed_on_rdn", 67},
                                        {"entry_already_exists", 68},
                                        {"object_class_mods_prohibited", 69},
                                        {"affects_multiple_dsas", 71},
                                        {"other", 80},
                                        {"canceled", 118},
                                        {"no_such_operation", 119},
                                        {"too_late", 120},
                                        {"cannot_cancel", 121},
                                        {"assertion_failed", 122},
                                        {"authorization_denied", 123}};
constexpr NamedNumber kNtpModes[] = {
    {"reserved", 0}, {"symmetric_active", 1}, {"symmetric_passive", 2}, {"client", 3},
    {"server", 4},   {"broadcast", 5},        {"control", 6},           {"private", 7}};
constexpr NamedNumber kRfbResults[] = {{"ok", 0}, {"fail", 1}, {"toomany", 2}, {"unknown", 3}};
constexpr NamedNumber kDnp3Functions[] = {{"confirm", 0},
                                          {"read", 1},
                                          {"write", 2},
                                          {"select", 3},
                                          {"operate", 4},
                                          {"direct_operate", 5},
                                          {"direct_operate_nr", 6},
                                          {"immed_freeze", 7},
                                          {"immed_freeze_nr", 8},
                                          {"freeze_clear", 9},
                                          {"freeze_clear_nr", 10},
                                          {"freeze_at_time", 11},
                                          {"freeze_at_time_nr", 12},
                                          {"cold_restart", 13},
                                          {"warm_restart", 14},
                                          {"initialize_data", 15},
                                          {"initialize_appl", 16},
                                          {"start_appl", 17},
                                          {"stop_appl", 18},
                                          {"save_config", 19},
                                          {"enable_unsolicited", 20},
                                          {"disable_unsolicited", 21},
                                          {"assign_class", 22},
                                          {"delay_measure", 23},
                                          {"record_current_time", 24},
                                          {"open_file", 25},
                                          {"close_file", 26},
                                          {"delete_file", 27},
                                          {"get_file_info", 28},
                                          {"authenticate_file", 29},
                                          {"abort_file", 30},
                                          {"activate_config", 31},
                                          {"authenticate_req", 32},
                                          {"authenticate_err", 33},
                                          {"response", 129},
                                          {"unsolicited_response", 130},
                                          {"authenticate_resp", 131}};
constexpr NamedNumber kEnipCommands[] = {{"nop", 0},
                                         {"list_services", 4},
                                         {"list_identity", 99},
                                         {"list_interfaces", 100},
                                         {"register_session", 101},
                                         {"unregister_session", 102},
                                         {"send_rr_data", 111},
                                         {"send_unit_data", 112},
                                         {"indicate_status", 114},
                                         {"cancel", 115}};
constexpr NamedNumber kEnipStatus[] = {{"success", 0},
                                       {"invalid_cmd", 1},
                                       {"no_resources", 2},
                                       {"incorrect_data", 3},
                                       {"invalid_session", 100},
                                       {"invalid_length", 101},
                                       {"unsupported_prot_rev", 105},
                                       {"encap_header_error", 106}};

// Numbers whose bits have names: NAME[,[!]NAME...] wants them set, or not set.
constexpr NamedNumber kMqttFlags[] = {{"dup", 8}, {"retain", 1}};
constexpr NamedNumber kMqttConnectFlags[] = {{"username", 0x80},
                                             {"password", 0x40},
                                             {"will_retain", 0x20},
                                             {"will", 0x04},
                                             {"clean_session", 0x02}};
constexpr NamedNumber kDnp3Indications[] = {{"device_restart", 0x8000},
                                            {"device_trouble", 0x4000},
                                            {"local_control", 0x2000},
                                            {"need_time", 0x1000},
                                            {"class_3_events", 0x0800},
                                            {"class_2_events", 0x0400},
                                            {"class_1_events", 0x0200},
                                            {"all_stations", 0x0100},
                                            {"reserved_1", 0x0080},
                                            {"reserved_2", 0x0040},
                                            {"config_corrupt", 0x0020},
                                            {"already_executing", 0x0010},
                                            {"event_buffer_overflow", 0x0008},
                                            {"parameter_error", 0x0004},
                                            {"object_unknown", 0x0002},
                                            {"no_func_code_support", 0x0001}};
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
    {"krb5_msg_type", kKrb5Types},
    {"ldap.responses.result_code", kLdapResults},
    {"ntp.mode", kNtpModes},
    {"rfb.secresult", kRfbResults},
    {"dnp3.func", kDnp3Functions},
    {"enip_command", kEnipCommands},
    {"enip.status", kEnipStatus},
};
constexpr FieldNames kBitNames[] = {
    {"mqtt.flags", kMqttFlags},
    {"mqtt.connect.flags", kMqttConnectFlags},
    {"dnp3.ind", kDnp3Indications},
};

// The comparison that a list of named bits stands for; nullopt: the field's bits have no names, or
// `text` begins with none.
std::optional<std::string> bits_comparison(std::string_view keyword, std::string_view text) {
  std::span<const NamedNumber> names;
  for (const FieldNames& entry : kBitNames)
    if (entry.keyword == keyword) names = entry.names;
  int64_t mask = 0, wanted = 0;
  for (std::string_view word : split(text, ',')) {
    const bool negated = word.starts_with("!");
    if (negated) word = trimmed(word.substr(1));
    const auto known = std::ranges::find_if(
        names, [&](const NamedNumber& bit) { return same_ignoring_case(bit.name, word); });
    if (known == names.end()) return std::nullopt;
    mask |= known->value;
    if (!negated) wanted |= known->value;
  }
  return "&" + std::to_string(mask) + "=" + std::to_string(wanted);
}

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
  const auto bits = bits_comparison(info.keyword, text);
  if (bits) {
    text = *bits;
  } else if (size_t comma = text.find(','); comma != std::string_view::npos) {
    which = ascii_lowered(trimmed(text.substr(comma + 1)));
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
