// SPDX-License-Identifier: Apache-2.0
// Keywords about what machines say to each other (calls, controllers' orders) whose values are more
// than a number or a buffer.
#include <algorithm>
#include <string>

#include "base/ascii.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/keyword/named_fields.h"
#include "detect/suricata/number_condition.h"
#include "detect/suricata/text.h"
#include "detect/suricata/tx_buffers.h"
#include "inspect/proto/nfs/procedure.h"

namespace picket::detect::suricata::keyword {
namespace {

// What is not there (yet): whether it may still come.
TxOutcome unless_over(const MatchScope& scope, TxBuffers& buffers) {
  return buffers.transaction().progress(scope.direction) == inspect::Transaction::kDone
             ? TxOutcome::kNever
             : TxOutcome::kNotYet;
}

// dcerpc.iface: the interface that is called, and its version.
class InterfaceCheck final : public TxCheck {
 public:
  InterfaceCheck(Bytes uuid, std::optional<NumberCondition> version)
      : uuid_(uuid), version_(version) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    constexpr auto kBuffer = inspect::BufferId::k_dcerpc_iface;
    for (size_t i = 0; i < TxBuffers::kInstancesMax; ++i) {
      const auto called = buffers.transaction().buffer(kBuffer, scope.direction, i);
      if (!called) break;
      ByteReader reader(*called);
      if (!std::ranges::equal(reader.take(uuid_.size()), uuid_)) continue;
      if (!version_ || version_->matches(reader.u16())) return TxOutcome::kMatch;
    }
    return unless_over(scope, buffers);
  }

 private:
  Bytes uuid_;
  std::optional<NumberCondition> version_;
};

std::optional<std::string> uuid_bytes(std::string_view text) {
  constexpr size_t kDashes[] = {8, 13, 18, 23};
  if (text.size() != 36) return std::nullopt;
  for (const size_t at : kDashes)
    if (text[at] != '-') return std::nullopt;
  std::string out;
  unsigned half = 0;
  size_t digits = 0;
  for (const char c : ascii_lowered(text)) {
    if (c == '-') continue;
    const bool number = c >= '0' && c <= '9';
    if (!number && (c < 'a' || c > 'f')) return std::nullopt;
    half = half << 4 | static_cast<unsigned>(number ? c - '0' : c - 'a' + 10);
    if (++digits % 2 == 0) out += static_cast<char>(half & 0xff);
  }
  return digits == 32 ? std::optional(out) : std::nullopt;
}

// dcerpc.iface:UUID[,VERSION][,any_frag]
Result<void> parse_interface(RuleBuilder& rule, const RuleOption& option) {
  const auto words = split(option.value, ',');
  const auto uuid = uuid_bytes(words[0]);
  if (!uuid) return failure("expected a UUID, found \"" + std::string(words[0]) + "\"");
  std::optional<NumberCondition> version;
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "any_frag") continue;  // calls are looked at whole
    TRY_ASSIGN(version, NumberCondition::parse(words[i]));
  }
  TRY(rule.require_app(inspect::AppProtocol::kDcerpc));
  rule.add_tx_check(rule.arena().make<InterfaceCheck>(rule.arena().bytes(*uuid), version));
  return {};
}

// One of the numbers that a field has holds.
class AnyOfField final : public TxCheck {
 public:
  AnyOfField(inspect::FieldId field, int64_t wanted) : field_(field), wanted_(wanted) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    for (size_t i = 0; i < TxBuffers::kInstancesMax; ++i) {
      const auto value = buffers.transaction().field(field_, scope.direction, i);
      if (!value) break;
      if (*value == wanted_) return TxOutcome::kMatch;
    }
    return unless_over(scope, buffers);
  }

 private:
  inspect::FieldId field_;
  int64_t wanted_;
};

// dnp3_obj:GROUP,VARIATION
Result<void> parse_dnp3_object(RuleBuilder& rule, const RuleOption& option) {
  const auto words = split(option.value, ',');
  const auto group = words.size() == 2 ? parse_number<uint8_t>(words[0]) : std::nullopt;
  const auto variation = words.size() == 2 ? parse_number<uint8_t>(words[1]) : std::nullopt;
  if (!group || !variation) return failure("expected a group and a variation of 0 to 255");
  TRY(rule.require_app(inspect::AppProtocol::kDnp3));
  rule.add_tx_check(rule.arena().make<AnyOfField>(inspect::FieldId::k_dnp3_obj,
                                                  int64_t{*group} << 8 | *variation));
  return {};
}

// cip_service:SERVICE[,CLASS[,ATTRIBUTE]], of a CIP message or one in it.
Result<void> parse_cip_service(RuleBuilder& rule, const RuleOption& option) {
  constexpr inspect::FieldId kFields[] = {inspect::FieldId::k_cip_service,
                                          inspect::FieldId::k_cip_class,
                                          inspect::FieldId::k_cip_attribute};
  const auto words = split(option.value, ',');
  if (words.size() > std::size(kFields))
    return failure("expected a service, at most with a class and an attribute");
  TRY(rule.require_app(inspect::AppProtocol::kEnip));
  for (size_t i = 0; i < words.size(); ++i) {
    const auto number = parse_number<uint32_t>(words[i]);
    if (!number) return failure("expected a number, found \"" + std::string(words[i]) + "\"");
    rule.add_tx_check(rule.arena().make<AnyOfField>(kFields[i], int64_t{*number}));
  }
  return {};
}

// nfs_procedure: a name stands for the number that the version in use gives it.
class NfsProcedureCheck final : public TxCheck {
 public:
  NfsProcedureCheck(std::string_view name, bool negated) : name_(name), negated_(negated) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    constexpr auto kServer = inspect::Direction::kToServer;
    const auto number = buffers.transaction().field(inspect::FieldId::k_nfs_procedure, kServer, 0);
    const auto version = buffers.transaction().field(inspect::FieldId::k_nfs_version, kServer, 0);
    if (!number || !version) return unless_over(scope, buffers);
    const bool same =
        same_ignoring_case(inspect::nfs::procedure_text(static_cast<uint32_t>(*version),
                                                        static_cast<uint32_t>(*number)),
                           name_);
    return same != negated_ ? TxOutcome::kMatch : TxOutcome::kNever;
  }

 private:
  std::string_view name_;
  bool negated_;
};

Result<void> parse_nfs_procedure(RuleBuilder& rule, const RuleOption& option) {
  if (option.value.find_first_of("0123456789") != std::string_view::npos)
    return read_field(rule, option, inspect::FieldId::k_nfs_procedure);
  const bool negated = option.value.starts_with("!");
  const std::string_view name = trimmed(option.value.substr(negated ? 1 : 0));
  if (name.empty()) return failure("expected a procedure's name or number");
  TRY(rule.require_app(inspect::AppProtocol::kNfs));
  rule.add_tx_check(rule.arena().make<NfsProcedureCheck>(rule.arena().text(name), negated));
  return {};
}

// A Modbus order: all of what the rule says of it holds.
class ModbusCheck final : public TxCheck {
 public:
  std::optional<NumberCondition> unit, function, subfunction, address, value;
  int64_t category = 0, access = 0;  // bits: one of the first, all of the second
  bool category_negated = false;

  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override {
    inspect::Transaction& tx = buffers.transaction();
    const auto number = [&](inspect::FieldId field, size_t at = 0) {
      return tx.field(field, inspect::Direction::kToServer, at);
    };
    const auto holds = [&](const std::optional<NumberCondition>& wanted, inspect::FieldId field) {
      if (!wanted) return true;
      const auto said = number(field);
      return said && wanted->matches(*said);
    };
    if (!number(inspect::FieldId::k_modbus_function)) return unless_over(scope, buffers);
    const int64_t categories = number(inspect::FieldId::k_modbus_category).value_or(0);
    const int64_t accesses = number(inspect::FieldId::k_modbus_access).value_or(0);
    const bool matches = holds(unit, inspect::FieldId::k_modbus_unit) &&
                         holds(function, inspect::FieldId::k_modbus_function) &&
                         holds(subfunction, inspect::FieldId::k_modbus_subfunction) &&
                         (category == 0 || ((categories & category) != 0) != category_negated) &&
                         (accesses & access) == access && place_holds(number);
    if (matches) return TxOutcome::kMatch;
    return unless_over(scope, buffers);
  }

 private:
  static constexpr int64_t kAddressesMax = 2000;  // that one request may name

  // One of the addresses; where a value is asked for too, it stands there.
  template <typename Number>
  bool place_holds(const Number& number) const {
    if (!address) return true;
    for (size_t range = 0;; range += 2) {
      const auto first = number(inspect::FieldId::k_modbus_address, range);
      const auto last = number(inspect::FieldId::k_modbus_address, range + 1);
      if (!first || !last) return false;
      for (int64_t at = *first; at <= std::min(*last, *first + kAddressesMax - 1); ++at) {
        if (!address->matches(at)) continue;
        if (!value) return true;
        const auto said =
            number(inspect::FieldId::k_modbus_value, static_cast<size_t>(at - *first));
        if (said && value->matches(*said)) return true;
      }
    }
  }
};

// A word of a modbus rule that names bits; 0: none.
int64_t modbus_bits(std::span<const NamedNumber> names, std::string_view word) {
  for (const NamedNumber& name : names)
    if (same_ignoring_case(name.name, word)) return name.value;
  return 0;
}

Result<void> read_modbus_function(ModbusCheck& check, std::string_view value) {
  constexpr NamedNumber kCategories[] = {{"assigned", 1}, {"unassigned", 2}, {"public", 3},
                                         {"user", 4},     {"reserved", 8},   {"all", 15}};
  check.category_negated = value.starts_with("!");
  check.category = modbus_bits(kCategories, trimmed(value.substr(check.category_negated ? 1 : 0)));
  if (check.category != 0) return {};
  TRY_ASSIGN(check.function, NumberCondition::parse(value));
  return {};
}

Result<void> read_modbus_access(ModbusCheck& check, std::string_view value) {
  constexpr NamedNumber kAccesses[] = {{"read", 1},  {"write", 2},  {"discretes", 4},
                                       {"coils", 8}, {"input", 16}, {"holding", 32}};
  for (const std::string_view word : split(value, ' ')) {
    const int64_t bits = modbus_bits(kAccesses, word);
    if (bits == 0) return failure("expected a way of access, found \"" + std::string(word) + "\"");
    check.access |= bits;
  }
  return {};
}

// modbus:[unit N,] function ...[, subfunction N] or access ...[, address N[, value N]]
Result<void> parse_modbus(RuleBuilder& rule, const RuleOption& option) {
  auto* check = rule.arena().make<ModbusCheck>();
  for (const std::string_view part : split(option.value, ',')) {
    const size_t space = part.find(' ');
    const std::string_view name = part.substr(0, space);
    const std::string_view value =
        space == std::string_view::npos ? std::string_view() : trimmed(part.substr(space));
    if (name == "function") {
      TRY(read_modbus_function(*check, value));
    } else if (name == "access") {
      TRY(read_modbus_access(*check, value));
    } else {
      TRY_ASSIGN(const NumberCondition number, NumberCondition::parse(value));
      if (name == "unit")
        check->unit = number;
      else if (name == "subfunction")
        check->subfunction = number;
      else if (name == "address")
        check->address = number;
      else if (name == "value")
        check->value = number;
      else
        return failure("expected unit, function, subfunction, access, address or value, found \"" +
                       std::string(name) + "\"");
    }
  }
  TRY(rule.require_app(inspect::AppProtocol::kModbus));
  rule.add_tx_check(check);
  return {};
}

constexpr Keyword kKeywords[] = {
    {"dcerpc.iface", "dce_iface", State::kFull,
     "The interface that a DCE/RPC call is for, and its version.",
     "dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003,=2;", "", parse_interface},
    {"dnp3.obj", "dnp3_obj", State::kFull, "An object of that group and variation is in it.",
     "dnp3_obj:12,1;", "", parse_dnp3_object},
    {"cip_service", "", State::kFull, "The service of a CIP message, its class and attribute.",
     "cip_service:10,2;", "", parse_cip_service},
    {"nfs_procedure", "nfs.procedure", State::kFull, "What an NFS call asks for.",
     "nfs_procedure:WRITE;", "", parse_nfs_procedure},
    {"modbus", "", State::kFull, "What a Modbus request orders, where and of whom.",
     "modbus:unit 10, access write holding, address 500, value >200;", "", parse_modbus},
};

}  // namespace

Keywords exchange_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
