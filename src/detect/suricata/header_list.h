// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "detect/suricata/interval_set.h"
#include "detect/suricata/variables.h"

namespace picket::detect::suricata {

using PortSet = IntervalSet<uint16_t>;

// The addresses that one side of a rule names. A value; any thread may ask.
class AddressSet {
 public:
  AddressSet() = default;
  explicit AddressSet(const IntervalSet<Point128>& points);
  bool contains(const IpAddress& address) const;
  bool is_any() const { return any_; }

 private:
  bool any_ = true;
  IntervalSet<uint32_t> v4_;  // the part that is IPv4, apart because it is asked most
  IntervalSet<Point128> all_;
};

// Reads the address or port part of a rule header: any, a value, a range (a-b, a:b for ports), a
// block (10.0.0.0/8, 10.0.0.0/255.0.0.0), $VARIABLE, lists in brackets, ! before any of them,
// nested up to kHeaderListDepthMax. A list means: what it names without what it negates; only
// negations: all but those. An error when nothing is left.
constexpr size_t kHeaderListDepthMax = 64;
Result<AddressSet> parse_addresses(std::string_view text, const Variables& variables);
Result<PortSet> parse_ports(std::string_view text, const Variables& variables);

}  // namespace picket::detect::suricata
