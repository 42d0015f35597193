// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

// Where one JSON object ends and the next begins, in files of objects one per line, pretty-printed,
// or as the elements of one array. Looks at brackets and quotes only. Pure function.
namespace picket::sensor::replay {

struct JsonPiece {
  enum class Kind : uint8_t {
    kObject,   // [begin, end): a whole object, by its brackets
    kBroken,   // [begin, end): an object that breaks off; go on at end
    kGarbage,  // [begin, end): no object
    kMore,     // from begin on: needs bytes that are still to come
    kNone,     // nothing but white space, commas and brackets up to end
  } kind = Kind::kNone;
  size_t begin = 0, end = 0;
};

// The first piece at or after `at`. `last`: no more text is to come. `by_line`: an object ends on
// the line it starts on, or is broken; without that, one broken object may hide all that follow it.
JsonPiece next_json_object(std::string_view text, size_t at, bool last, bool by_line);

// Where to go on after an object at `begin` that turned out broken: the next line that starts with
// a brace; npos: there is none.
size_t json_resume(std::string_view text, size_t begin);

}  // namespace picket::sensor::replay
