// SPDX-License-Identifier: Apache-2.0
#include "inspect/file/file_type.h"

#include <magic.h>

#include <memory>

#include "base/counter.h"

namespace picket::inspect {
namespace {

Counter no_database{"inspect.file.no_type_database", "threads that found no libmagic database"};

struct MagicClose {
  void operator()(magic_t cookie) const { magic_close(cookie); }
};
using Magic = std::unique_ptr<magic_set, MagicClose>;

Magic load() {
  Magic magic(magic_open(MAGIC_NONE));
  if (magic && magic_load(magic.get(), nullptr) == 0) return magic;
  no_database.add();
  return nullptr;
}

}  // namespace

std::string file_type(Bytes head) {
  thread_local const Magic magic = load();
  if (!magic) return {};
  const char* said = magic_buffer(magic.get(), head.data(), head.size());
  return said ? said : std::string();
}

}  // namespace picket::inspect
