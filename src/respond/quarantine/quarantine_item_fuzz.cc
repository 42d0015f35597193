// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "base/byte_reader.h"
#include "respond/quarantine/item.h"

// An item that is understood says the same after another way through text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace picket::respond;
  const auto item = parse_item(picket::as_text({bytes, size}));
  if (!item) return 0;
  const std::string text = text_of(*item);
  const auto again = parse_item(text);
  if (text.size() <= QuarantineItem::kTextMax && (!again || text_of(*again) != text)) std::abort();
  return 0;
}
