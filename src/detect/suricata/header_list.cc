// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/header_list.h"

#include <charconv>
#include <functional>
#include <optional>

#include "detect/suricata/text.h"

namespace picket::detect::suricata {
namespace {

// One grammar for both lists; they differ in how a name is looked up and a single item is read.
template <typename T>
class ListReader {
 public:
  using Set = IntervalSet<T>;
  ListReader(std::function<const std::string*(std::string_view)> variable,
             std::function<Result<Set>(std::string_view)> item, std::string_view what)
      : variable_(std::move(variable)), item_(std::move(item)), what_(what) {}

  Result<Set> read(std::string_view text, size_t depth = 0) const {
    text = trimmed(text);
    if (depth > kHeaderListDepthMax)
      return failure("the " + what_ + " lists are nested too deep (or a variable names itself)");
    if (text.empty()) return failure("expected " + what_ + ", found nothing");
    if (text[0] == '!') {
      TRY_ASSIGN(Set inner, read(text.substr(1), depth + 1));
      Set outside = inner.complement();
      if (outside.empty()) return failure("\"" + std::string(text) + "\" leaves no " + what_);
      return outside;
    }
    if (text[0] == '[') return read_list(text, depth);
    if (text[0] == '$') {
      const std::string* value = variable_(text.substr(1));
      if (value == nullptr) return failure("unknown " + what_ + " variable " + std::string(text));
      return read(*value, depth + 1);
    }
    if (text == "any") return Set::all();
    return item_(text);
  }

 private:
  Result<Set> read_list(std::string_view text, size_t depth) const {
    if (text.back() != ']')
      return failure("expected ] at the end of \"" + std::string(text) + "\"");
    Set wanted, unwanted;
    bool names_some = false;
    for (std::string_view part : split_outside_brackets(text.substr(1, text.size() - 2), ',')) {
      part = trimmed(part);
      bool negated = !part.empty() && part[0] == '!';
      TRY_ASSIGN(Set set, read(negated ? part.substr(1) : part, depth + 1));
      (negated ? unwanted : wanted).add(set);
      names_some = names_some || !negated;
    }
    if (!names_some) wanted = Set::all();
    wanted.remove(unwanted);
    if (wanted.empty()) return failure("\"" + std::string(text) + "\" leaves no " + what_);
    return wanted;
  }

  std::function<const std::string*(std::string_view)> variable_;
  std::function<Result<Set>(std::string_view)> item_;
  std::string what_;
};

Point128 point_of(const IpAddress& address) {
  Point128 point;
  const auto& bytes = address.bytes();
  for (size_t i = 0; i < 8; ++i) {
    point.high = point.high << 8 | bytes[i];
    point.low = point.low << 8 | bytes[i + 8];
  }
  return point;
}

constexpr uint64_t kMappedLow = 0x0000ffff00000000;  // ::ffff:0:0/96

IntervalSet<Point128> block(const IpAddress& address, unsigned bits) {
  Point128 from = point_of(address), to = from;
  if (bits < 64) {
    uint64_t mask = bits == 0 ? ~uint64_t{0} : ~uint64_t{0} >> bits;
    from = {from.high & ~mask, 0};
    to = {to.high | mask, ~uint64_t{0}};
  } else if (bits < 128) {
    uint64_t mask = ~uint64_t{0} >> (bits - 64);
    from.low &= ~mask;
    to.low |= mask;
  }
  return IntervalSet<Point128>::of(from, to);
}

Result<IntervalSet<Point128>> read_address(std::string_view text) {
  auto wrong = [&] {
    return failure("\"" + std::string(text) + "\" is no address, block or range");
  };
  if (size_t dash = text.find('-'); dash != std::string_view::npos) {
    auto from = IpAddress::parse(trimmed(text.substr(0, dash))),
         to = IpAddress::parse(trimmed(text.substr(dash + 1)));
    if (!from || !to || from->is_v4() != to->is_v4() || *to < *from) return wrong();
    return IntervalSet<Point128>::of(point_of(*from), point_of(*to));
  }
  size_t slash = text.find('/');
  auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return wrong();
  unsigned family_bits = address->is_v4() ? 32 : 128, bits = family_bits;
  if (slash != std::string_view::npos) {
    std::string_view length = text.substr(slash + 1);
    if (auto mask = IpAddress::parse(length); mask && mask->is_v4() && address->is_v4()) {
      uint32_t inverse = ~mask->v4_host_order();
      if ((inverse & (inverse + 1)) != 0)
        return failure("\"" + std::string(length) + "\" is no netmask");
      bits = static_cast<unsigned>(std::popcount(mask->v4_host_order()));
    } else {
      auto number = parse_number<unsigned>(length);
      if (!number || *number > family_bits) return wrong();
      bits = *number;
    }
  }
  return block(*address, bits + (128 - family_bits));
}

Result<PortSet> read_port(std::string_view text) {
  auto wrong = [&] {
    return failure("\"" + std::string(text) + "\" is no port or range of ports");
  };
  size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    auto port = parse_number<uint16_t>(text);
    if (!port) return wrong();
    return PortSet::of(*port, *port);
  }
  std::string_view low = trimmed(text.substr(0, colon)), high = trimmed(text.substr(colon + 1));
  auto from = low.empty() ? std::optional<uint16_t>(0) : parse_number<uint16_t>(low);
  auto to = high.empty() ? std::optional<uint16_t>(65535) : parse_number<uint16_t>(high);
  if (!from || !to || *from > *to) return wrong();
  return PortSet::of(*from, *to);
}

}  // namespace

AddressSet::AddressSet(const IntervalSet<Point128>& points) : any_(points.is_all()), all_(points) {
  for (const auto& interval : points.intervals()) {
    Point128 from = std::max(interval.from, Point128{0, kMappedLow});
    Point128 to = std::min(interval.to, Point128{0, kMappedLow | 0xffffffff});
    if (from <= to)
      v4_.add(IntervalSet<uint32_t>::of(static_cast<uint32_t>(from.low),
                                        static_cast<uint32_t>(to.low)));
  }
}

bool AddressSet::contains(const IpAddress& address) const {
  if (any_) return true;
  return address.is_v4() ? v4_.contains(address.v4_host_order()) : all_.contains(point_of(address));
}

Result<AddressSet> parse_addresses(std::string_view text, const Variables& variables) {
  ListReader<Point128> reader([&](std::string_view name) { return variables.address(name); },
                              read_address, "address");
  TRY_ASSIGN(auto set, reader.read(text));
  return AddressSet(set);
}

Result<PortSet> parse_ports(std::string_view text, const Variables& variables) {
  ListReader<uint16_t> reader([&](std::string_view name) { return variables.port(name); },
                              read_port, "port");
  return reader.read(text);
}

}  // namespace picket::detect::suricata
