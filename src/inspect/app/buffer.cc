// SPDX-License-Identifier: Apache-2.0
#include "inspect/app/buffer.h"

namespace picket::inspect {
namespace {

using enum BufferDirection;
using enum BufferShape;

constexpr BufferInfo kBuffers[] = {
#define PICKET_BUFFER(id, keyword, protocol, direction, progress, shape) \
  {keyword, AppProtocol::protocol, direction, progress, shape},
#define PICKET_FIELD(id, keyword, protocol, direction, progress)
#include "inspect/app/all_buffers.def"
#undef PICKET_BUFFER
#undef PICKET_FIELD
    {"", AppProtocol::kUnknown, kBoth, 0, kOne},  // kCount: no table is empty
};
constexpr FieldInfo kFields[] = {
#define PICKET_BUFFER(id, keyword, protocol, direction, progress, shape)
#define PICKET_FIELD(id, keyword, protocol, direction, progress) \
  {keyword, AppProtocol::protocol, direction, progress},
#include "inspect/app/all_buffers.def"
#undef PICKET_BUFFER
#undef PICKET_FIELD
    {"", AppProtocol::kUnknown, kBoth, 0},
};

template <typename Id, typename Table>
std::optional<Id> find_in(const Table& table, std::string_view keyword) {
  for (size_t i = 0; i < static_cast<size_t>(Id::kCount); ++i)
    if (table[i].keyword == keyword) return static_cast<Id>(i);
  return std::nullopt;
}

}  // namespace

const BufferInfo& info(BufferId id) { return kBuffers[static_cast<size_t>(id)]; }
const FieldInfo& info(FieldId id) { return kFields[static_cast<size_t>(id)]; }
std::optional<BufferId> find_buffer(std::string_view keyword) {
  return find_in<BufferId>(kBuffers, keyword);
}
std::optional<FieldId> find_field(std::string_view keyword) {
  return find_in<FieldId>(kFields, keyword);
}

}  // namespace picket::inspect
