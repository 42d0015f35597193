// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "app/tui/cell_text.h"
#include "base/byte_reader.h"

// Any bytes become cells: each one or two wide, cut and wrapped within the width.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket::app::tui;
  const size_t width = size == 0 ? 1 : data[0] % 40 + 1;
  for (bool ascii : {false, true}) {
    const CellText text = cell_text(picket::as_text({data, size}), ascii);
    for (char32_t c : text)
      if (cell_width(c) == 0 || (ascii && c > 0x7e)) std::abort();
    if (cells(cut(text, width, U'~')) > width || cells(cut_front(text, width, U'~')) > width)
      std::abort();
    for (const CellText& line : wrap(text, width))
      if (cells(line) > width && line.size() > 1) std::abort();
    if (cell_text(to_utf8(text), ascii) != text) std::abort();  // what is shown stays as it is
  }
  return 0;
}
