// SPDX-License-Identifier: Apache-2.0
// Keywords of single protocols whose values are more than a number or a buffer.
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/number_condition.h"
#include "detect/suricata/text.h"
#include "detect/suricata/tx_buffers.h"

namespace picket::detect::suricata::keyword {
namespace {

// ssl_state:client_hello|!server_hello..., bits of the field ssl_state.
class StateBitsCheck final : public TxCheck {
 public:
  StateBitsCheck(inspect::FieldId field, int64_t wanted, int64_t unwanted) : field_(field), wanted_(wanted), unwanted_(unwanted) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    auto bits = buffers.transaction().field(field_, scope.direction, 0);
    if (bits && (*bits & unwanted_) == 0 && (wanted_ == 0 || (*bits & wanted_) != 0)) return TxOutcome::kMatch;
    return buffers.transaction().progress(scope.direction) == inspect::Transaction::kDone ? TxOutcome::kNever : TxOutcome::kNotYet;
  }

 private:
  inspect::FieldId field_;
  int64_t wanted_, unwanted_;
};

Result<void> parse_ssl_state(RuleBuilder& rule, const RuleOption& option) {
  constexpr NamedNumber kStates[] = {{"client_hello", 1}, {"server_hello", 2}, {"client_keyx", 4}, {"server_keyx", 8}, {"unknown", 16}};
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
      if (bit == 0) return failure("expected client_hello, server_hello, client_keyx, server_keyx or unknown, found \"" + std::string(name) + "\"");
      (negated ? unwanted : wanted) |= bit;
    }
  }
  TRY(rule.require_app(inspect::AppProtocol::kTls));
  rule.add_tx_check(rule.arena().make<StateBitsCheck>(*field, wanted, unwanted));
  return {};
}

// tls_cert_valid, tls_cert_expired: the certificate's time against the packet's.
class CertificateTimeCheck final : public TxCheck {
 public:
  CertificateTimeCheck(inspect::FieldId from, inspect::FieldId to, bool valid) : from_(from), to_(to), valid_(valid) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    inspect::Transaction& tx = buffers.transaction();
    auto from = tx.field(from_, scope.direction, 0), to = tx.field(to_, scope.direction, 0);
    if (!from || !to) return tx.progress(scope.direction) == inspect::Transaction::kDone ? TxOutcome::kNever : TxOutcome::kNotYet;
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
  auto from = inspect::find_field("tls.cert_notbefore"), to = inspect::find_field("tls.cert_notafter");
  if (!from || !to) return failure("buffer or field \"tls.cert_notafter\" is not known to any protocol here");
  TRY(rule.require_app(inspect::AppProtocol::kTls));
  rule.add_tx_check(rule.arena().make<CertificateTimeCheck>(*from, *to, Valid));
  return {};
}

// tls.fingerprint and its like of the old form: a buffer compared with one value.
template <const std::string_view& Buffer>
Result<void> parse_equal(RuleBuilder& rule, const RuleOption& option) {
  auto buffer = inspect::find_buffer(Buffer);
  if (!buffer) return failure("buffer \"" + std::string(Buffer) + "\" is not known to any protocol here");
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  TRY(rule.require_app(inspect::info(*buffer).protocol));
  auto* content = rule.arena().make<ContentCheck>(rule.arena().bytes(lower(value.text)), value.negated);
  content->nocase = true;
  rule.add_to({BufferSlot::Source::kTransaction, 0, *buffer}, content);
  return {};
}

template <const std::string_view& Buffer>
Result<void> parse_holds(RuleBuilder& rule, const RuleOption& option) {
  auto buffer = inspect::find_buffer(Buffer);
  if (!buffer) return failure("buffer \"" + std::string(Buffer) + "\" is not known to any protocol here");
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  TRY(rule.require_app(inspect::info(*buffer).protocol));
  rule.add_to({BufferSlot::Source::kTransaction, 0, *buffer}, rule.arena().make<ContentCheck>(rule.arena().bytes(value.text), value.negated));
  return {};
}

constexpr std::string_view kFingerprint = "tls.cert_fingerprint", kSubject = "tls.cert_subject", kIssuer = "tls.cert_issuer",
                           kProtocolVersion = "ssh.proto", kSoftware = "ssh.software";

constexpr Keyword kKeywords[] = {
    {"ssl_state", "", State::kFull, "How far the TLS handshake is.", "ssl_state:client_hello;", "", parse_ssl_state},
    {"tls_cert_valid", "", State::kFull, "The certificate is valid at this time.", "tls_cert_valid;", "", parse_certificate_time<true>},
    {"tls_cert_expired", "", State::kFull, "The certificate has ended.", "tls_cert_expired;", "", parse_certificate_time<false>},
    {"tls.fingerprint", "", State::kFull, "Old form: the certificate's SHA-1 fingerprint.", "tls.fingerprint:\"aa:bb\";", "", parse_equal<kFingerprint>},
    {"tls.subject", "", State::kFull, "Old form: text in the certificate's subject.", "tls.subject:\"CN=x\";", "", parse_holds<kSubject>},
    {"tls.issuerdn", "", State::kFull, "Old form: text in the certificate's issuer.", "tls.issuerdn:\"CN=x\";", "", parse_holds<kIssuer>},
    {"ssh.protoversion", "", State::kPartial, "Old form: text in the SSH version.", "ssh.protoversion:\"2.0\";", "2_compat is taken as text", parse_holds<kProtocolVersion>},
    {"ssh.softwareversion", "", State::kFull, "Old form: text in the SSH software version.", "ssh.softwareversion:\"OpenSSH\";", "", parse_holds<kSoftware>},
};

}  // namespace

Keywords protocol_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
