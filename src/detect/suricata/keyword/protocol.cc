// SPDX-License-Identifier: Apache-2.0
// Keywords of single protocols whose values are more than a number or a buffer.
#include <algorithm>

#include "base/ascii.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/keyword/named_fields.h"
#include "detect/suricata/number_condition.h"
#include "detect/suricata/text.h"
#include "detect/suricata/tx_buffers.h"

namespace picket::detect::suricata::keyword {
namespace {

// ssl_state:client_hello|!server_hello..., bits of the field ssl_state.
class StateBitsCheck final : public TxCheck {
 public:
  StateBitsCheck(inspect::FieldId field, int64_t wanted, int64_t unwanted)
      : field_(field), wanted_(wanted), unwanted_(unwanted) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    auto bits = buffers.transaction().field(field_, scope.direction, 0);
    if (bits && (*bits & unwanted_) == 0 && (wanted_ == 0 || (*bits & wanted_) != 0))
      return TxOutcome::kMatch;
    return buffers.transaction().progress(scope.direction) == inspect::Transaction::kDone
               ? TxOutcome::kNever
               : TxOutcome::kNotYet;
  }

 private:
  inspect::FieldId field_;
  int64_t wanted_, unwanted_;
};

Result<void> parse_ssl_state(RuleBuilder& rule, const RuleOption& option) {
  constexpr NamedNumber kStates[] = {{"client_hello", 1},
                                     {"server_hello", 2},
                                     {"client_keyx", 4},
                                     {"server_keyx", 8},
                                     {"unknown", 16}};
  auto field = inspect::find_field("ssl_state");
  if (!field) return failure("buffer or field \"ssl_state\" is not known to any protocol here");
  int64_t wanted = 0, unwanted = 0;
  for (std::string_view word : split(option.value, '|')) {
    for (std::string_view part : split(word, ',')) {
      bool negated = part.starts_with("!");
      std::string_view name = negated ? trimmed(part.substr(1)) : part;
      int64_t bit = 0;
      for (const NamedNumber& state : kStates)
        if (state.name == name) bit = state.value;
      if (bit == 0)
        return failure(
            "expected client_hello, server_hello, client_keyx, server_keyx or unknown, found \"" +
            std::string(name) + "\"");
      (negated ? unwanted : wanted) |= bit;
    }
  }
  TRY(rule.require_app(inspect::AppProtocol::kTls));
  rule.add_tx_check(rule.arena().make<StateBitsCheck>(*field, wanted, unwanted));
  return {};
}

// ssl_version:[!]VERSION[,...]: one of those named, or none of those negated.
class VersionCheck final : public TxCheck {
 public:
  VersionCheck(inspect::FieldId field, std::span<const int64_t> wanted,
               std::span<const int64_t> unwanted)
      : field_(field), wanted_(wanted), unwanted_(unwanted) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    auto version = buffers.transaction().field(field_, scope.direction, 0);
    auto holds = [&](std::span<const int64_t> list) {
      return std::find(list.begin(), list.end(), *version) != list.end();
    };
    if (version && (holds(wanted_) || (!unwanted_.empty() && !holds(unwanted_))))
      return TxOutcome::kMatch;
    bool settled =
        buffers.transaction().progress(scope.direction) >= inspect::info(field_).progress;
    return settled ? TxOutcome::kNever : TxOutcome::kNotYet;
  }

 private:
  inspect::FieldId field_;
  std::span<const int64_t> wanted_, unwanted_;
};

Result<void> parse_ssl_version(RuleBuilder& rule, const RuleOption& option) {
  auto field = inspect::find_field("ssl_version");
  if (!field) return failure("buffer or field \"ssl_version\" is not known to any protocol here");
  std::vector<int64_t> wanted, unwanted;
  for (std::string_view word : split(option.value, ',')) {
    bool negated = word.starts_with("!");
    std::string_view name = negated ? trimmed(word.substr(1)) : word;
    bool known = false;
    for (const NamedNumber& version : field_names("ssl_version"))
      if (same_ignoring_case(version.name, name)) {
        (negated ? unwanted : wanted).push_back(version.value);
        known = true;
      }
    if (!known)
      return failure("expected sslv2, sslv3, tls1.0, tls1.1, tls1.2 or tls1.3, found \"" +
                     std::string(name) + "\"");
  }
  TRY(rule.require_app(inspect::AppProtocol::kTls));
  rule.add_tx_check(
      rule.arena().make<VersionCheck>(*field, std::span<const int64_t>(rule.arena().copy(wanted)),
                                      std::span<const int64_t>(rule.arena().copy(unwanted))));
  return {};
}

// http2.settings:NAME[COMPARISON]. Instances alternate between a setting's id and its value.
class SettingCheck final : public TxCheck {
 public:
  SettingCheck(inspect::FieldId field, int64_t id, std::optional<NumberCondition> value)
      : field_(field), id_(id), value_(value) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    inspect::Transaction& tx = buffers.transaction();
    for (size_t i = 0; i < TxBuffers::kInstancesMax; i += 2) {
      auto id = tx.field(field_, scope.direction, i),
           value = tx.field(field_, scope.direction, i + 1);
      if (!id || !value) break;
      if (*id == id_ && (!value_ || value_->matches(*value))) return TxOutcome::kMatch;
    }
    return tx.progress(scope.direction) == inspect::Transaction::kDone ? TxOutcome::kNever
                                                                       : TxOutcome::kNotYet;
  }

 private:
  inspect::FieldId field_;
  int64_t id_;
  std::optional<NumberCondition> value_;
};

Result<void> parse_http2_settings(RuleBuilder& rule, const RuleOption& option) {
  constexpr NamedNumber kSettings[] = {
      {"SETTINGS_HEADER_TABLE_SIZE", 1},      {"SETTINGS_ENABLE_PUSH", 2},
      {"SETTINGS_MAX_CONCURRENT_STREAMS", 3}, {"SETTINGS_INITIAL_WINDOW_SIZE", 4},
      {"SETTINGS_MAX_FRAME_SIZE", 5},         {"SETTINGS_MAX_HEADER_LIST_SIZE", 6}};
  auto field = inspect::find_field("http2.settings");
  if (!field)
    return failure("buffer or field \"http2.settings\" is not known to any protocol here");
  size_t end = std::min(option.value.find_first_of("<>=!& "), option.value.size());
  std::string_view name = option.value.substr(0, end), rest = trimmed(option.value.substr(end));
  std::optional<int64_t> id = parse_number<int64_t>(name);
  for (const NamedNumber& setting : kSettings)
    if (same_ignoring_case(setting.name, name)) id = setting.value;
  if (!id) return failure("expected the name of a setting, found \"" + std::string(name) + "\"");
  std::optional<NumberCondition> value;
  if (!rest.empty()) {
    TRY_ASSIGN(value, NumberCondition::parse(rest));
  }
  TRY(rule.require_app(inspect::AppProtocol::kHttp2));
  rule.add_tx_check(rule.arena().make<SettingCheck>(*field, *id, value));
  return {};
}

// tls_cert_valid, tls_cert_expired: the certificate's time against the packet's.
class CertificateTimeCheck final : public TxCheck {
 public:
  CertificateTimeCheck(inspect::FieldId from, inspect::FieldId to, bool valid)
      : from_(from), to_(to), valid_(valid) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    inspect::Transaction& tx = buffers.transaction();
    auto from = tx.field(from_, scope.direction, 0), to = tx.field(to_, scope.direction, 0);
    if (!from || !to)
      return tx.progress(scope.direction) == inspect::Transaction::kDone ? TxOutcome::kNever
                                                                         : TxOutcome::kNotYet;
    int64_t now = scope.packet().time.ns / static_cast<int64_t>(kNsPerSecond);
    bool holds = valid_ ? now >= *from && now <= *to : now > *to;
    return holds ? TxOutcome::kMatch : TxOutcome::kNever;
  }

 private:
  inspect::FieldId from_, to_;
  bool valid_;
};

template <bool Valid>
Result<void> parse_certificate_time(RuleBuilder& rule, const RuleOption&) {
  auto from = inspect::find_field("tls.cert_notbefore"),
       to = inspect::find_field("tls.cert_notafter");
  if (!from || !to)
    return failure("buffer or field \"tls.cert_notafter\" is not known to any protocol here");
  TRY(rule.require_app(inspect::AppProtocol::kTls));
  rule.add_tx_check(rule.arena().make<CertificateTimeCheck>(*from, *to, Valid));
  return {};
}

// tls.fingerprint and its like of the old form: a buffer compared with one value.
template <const std::string_view& Buffer>
Result<void> parse_equal(RuleBuilder& rule, const RuleOption& option) {
  auto buffer = inspect::find_buffer(Buffer);
  if (!buffer)
    return failure("buffer \"" + std::string(Buffer) + "\" is not known to any protocol here");
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  TRY(rule.require_app(inspect::info(*buffer).protocol));
  auto* content =
      rule.arena().make<ContentCheck>(rule.arena().bytes(ascii_lowered(value.text)), value.negated);
  content->nocase = true;
  rule.add_to({BufferSlot::Source::kTransaction, 0, *buffer}, content);
  return {};
}

template <const std::string_view& Buffer>
Result<void> parse_holds(RuleBuilder& rule, const RuleOption& option) {
  auto buffer = inspect::find_buffer(Buffer);
  if (!buffer)
    return failure("buffer \"" + std::string(Buffer) + "\" is not known to any protocol here");
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  TRY(rule.require_app(inspect::info(*buffer).protocol));
  rule.add_to({BufferSlot::Source::kTransaction, 0, *buffer},
              rule.arena().make<ContentCheck>(rule.arena().bytes(value.text), value.negated));
  return {};
}

constexpr std::string_view kFingerprint = "tls.cert_fingerprint", kSubject = "tls.cert_subject",
                           kIssuer = "tls.cert_issuer", kProtocolVersion = "ssh.proto",
                           kSoftware = "ssh.software";

constexpr Keyword kKeywords[] = {
    {"ssl_state", "", State::kFull, "How far the TLS handshake is.", "ssl_state:client_hello;", "",
     parse_ssl_state},
    {"ssl_version", "", State::kFull, "The version of SSL or TLS that this side says.",
     "ssl_version:tls1.2,tls1.3;", "", parse_ssl_version},
    {"http2.settings", "", State::kFull, "A setting of HTTP/2, and its value.",
     "http2.settings:SETTINGS_ENABLE_PUSH=0;", "", parse_http2_settings},
    {"tls_cert_valid", "", State::kFull, "The certificate is valid at this time.",
     "tls_cert_valid;", "", parse_certificate_time<true>},
    {"tls_cert_expired", "", State::kFull, "The certificate has ended.", "tls_cert_expired;", "",
     parse_certificate_time<false>},
    {"tls.fingerprint", "", State::kFull, "Old form: the certificate's SHA-1 fingerprint.",
     "tls.fingerprint:\"aa:bb\";", "", parse_equal<kFingerprint>},
    {"tls.subject", "", State::kFull, "Old form: text in the certificate's subject.",
     "tls.subject:\"CN=x\";", "", parse_holds<kSubject>},
    {"tls.issuerdn", "", State::kFull, "Old form: text in the certificate's issuer.",
     "tls.issuerdn:\"CN=x\";", "", parse_holds<kIssuer>},
    {"ssh.protoversion", "", State::kPartial, "Old form: text in the SSH version.",
     "ssh.protoversion:\"2.0\";", "2_compat is taken as text", parse_holds<kProtocolVersion>},
    {"ssh.softwareversion", "", State::kFull, "Old form: text in the SSH software version.",
     "ssh.softwareversion:\"OpenSSH\";", "", parse_holds<kSoftware>},
};

}  // namespace

Keywords protocol_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
