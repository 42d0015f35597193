// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dnp3/object_layout.h"

#include <algorithm>
#include <iterator>

// Fields that many objects begin with.
#define PICKET_QUALITY "online:b1 restart:b1 comm_lost:b1 remote_forced:b1 local_forced:b1 "
#define PICKET_BINARY PICKET_QUALITY "chatter_filter:b1 reserved:b1 state:b1"
#define PICKET_DOUBLE PICKET_QUALITY "chatter_filter:b1 state:b2"
#define PICKET_STATUS PICKET_QUALITY "reserved0:b1 reserved1:b1 state:b1"
#define PICKET_COUNTER PICKET_QUALITY "rollover:b1 discontinuity:b1 reserved0:b1 "
#define PICKET_ANALOG PICKET_QUALITY "over_range:b1 reference_err:b1 reserved0:b1 "
#define PICKET_OUTPUT PICKET_QUALITY "reserved0:b1 reserved1:b1 reserved2:b1 "
#define PICKET_CONTROL \
  "op_type:b4 qu:b1 cr:b1 tcc:b2 count:u8 ontime:u32 offtime:u32 status_code:b7 reserved:b1"
#define PICKET_TIME " timestamp:u48"

namespace picket::inspect::dnp3 {
namespace {

struct Layout {
  uint16_t object;  // group << 8 | variation
  std::string_view fields;
};
constexpr uint16_t object(unsigned group, unsigned variation) {
  return static_cast<uint16_t>(group << 8 | variation);
}

// In order of object.
constexpr Layout kLayouts[] = {
    {object(1, 1), "packed1 state"},
    {object(1, 2), PICKET_BINARY},
    {object(2, 1), "state:u8"},
    {object(2, 2), PICKET_BINARY PICKET_TIME},
    {object(2, 3), PICKET_BINARY " timestamp:u16"},
    {object(3, 1), "packed2 state"},
    {object(3, 2), PICKET_DOUBLE},
    {object(4, 1), PICKET_DOUBLE},
    {object(4, 2), PICKET_DOUBLE PICKET_TIME},
    {object(4, 3), PICKET_DOUBLE " relative_time_ms:u16"},
    {object(10, 1), "packed1 state"},
    {object(10, 2), PICKET_STATUS},
    {object(11, 1), PICKET_STATUS},
    {object(11, 2), PICKET_STATUS PICKET_TIME},
    {object(12, 1), PICKET_CONTROL},
    {object(12, 2), PICKET_CONTROL},
    {object(12, 3), "packed1 point"},
    {object(13, 1), "status_code:b7 commanded_state:b1"},
    {object(13, 2), "status_code:b7 commanded_state:b1" PICKET_TIME},
    {object(20, 1), PICKET_COUNTER "count:u32"},
    {object(20, 2), PICKET_COUNTER "count:u16"},
    {object(20, 3), PICKET_COUNTER "count:u32"},
    {object(20, 4), PICKET_COUNTER "count:u16"},
    {object(20, 5), "count:u32"},
    {object(20, 6), "count:u16"},
    {object(20, 7), "count:u32"},
    {object(20, 8), "count:u16"},
    {object(21, 1), PICKET_COUNTER "count:u32"},
    {object(21, 2), PICKET_COUNTER "count:u16"},
    {object(21, 3), PICKET_COUNTER "count:u32"},
    {object(21, 4), PICKET_COUNTER "count:u16"},
    {object(21, 5), PICKET_COUNTER "count:u32" PICKET_TIME},
    {object(21, 6), PICKET_COUNTER "count:u16" PICKET_TIME},
    {object(21, 7), PICKET_COUNTER "count:u32" PICKET_TIME},
    {object(21, 8), PICKET_COUNTER "count:u16" PICKET_TIME},
    {object(21, 9), "count:u32"},
    {object(21, 10), "count:u16"},
    {object(21, 11), "count:u32"},
    {object(21, 12), "count:u16"},
    {object(22, 1), PICKET_COUNTER "count:u32"},
    {object(22, 2), PICKET_COUNTER "count:u16"},
    {object(22, 3), PICKET_COUNTER "count:u32"},
    {object(22, 4), PICKET_COUNTER "count:u16"},
    {object(22, 5), PICKET_COUNTER "count:u32" PICKET_TIME},
    {object(22, 6), PICKET_COUNTER "count:u16" PICKET_TIME},
    {object(22, 7), PICKET_COUNTER "count:u32" PICKET_TIME},
    {object(22, 8), PICKET_COUNTER "count:u16" PICKET_TIME},
    {object(23, 1), PICKET_COUNTER "count:u32"},
    {object(23, 2), PICKET_COUNTER "count:u16"},
    {object(23, 3), PICKET_COUNTER "count:u32"},
    {object(23, 4), PICKET_COUNTER "count:u16"},
    {object(23, 5), PICKET_COUNTER "count:u32" PICKET_TIME},
    {object(23, 6), PICKET_COUNTER "count:u16" PICKET_TIME},
    {object(23, 7), PICKET_COUNTER "count:u32" PICKET_TIME},
    {object(23, 8), PICKET_COUNTER "count:u16" PICKET_TIME},
    {object(30, 1), PICKET_ANALOG "value:i32"},
    {object(30, 2), PICKET_ANALOG "value:i16"},
    {object(30, 3), "value:i32"},
    {object(30, 4), "value:i16"},
    {object(30, 5), PICKET_ANALOG "value:f32"},
    {object(30, 6), PICKET_ANALOG "value:f64"},
    {object(31, 1), PICKET_ANALOG "value:i32"},
    {object(31, 2), PICKET_ANALOG "value:i16"},
    {object(31, 3), PICKET_ANALOG "value:i32" PICKET_TIME},
    {object(31, 4), PICKET_ANALOG "value:i16" PICKET_TIME},
    {object(31, 5), "value:i32"},
    {object(31, 6), "value:i16"},
    {object(31, 7), PICKET_ANALOG "value:f32"},
    {object(31, 8), PICKET_ANALOG "value:f64"},
    {object(32, 1), PICKET_ANALOG "value:i32"},
    {object(32, 2), PICKET_ANALOG "value:i16"},
    {object(32, 3), PICKET_ANALOG "value:i32" PICKET_TIME},
    {object(32, 4), PICKET_ANALOG "value:i16" PICKET_TIME},
    {object(32, 5), PICKET_ANALOG "value:f32"},
    {object(32, 6), PICKET_ANALOG "value:f64"},
    {object(32, 7), PICKET_ANALOG "value:f32" PICKET_TIME},
    {object(32, 8), PICKET_ANALOG "value:f64" PICKET_TIME},
    {object(33, 1), PICKET_ANALOG "value:i32"},
    {object(33, 2), PICKET_ANALOG "value:i16"},
    {object(33, 3), PICKET_ANALOG "value:i32" PICKET_TIME},
    {object(33, 4), PICKET_ANALOG "value:i16" PICKET_TIME},
    {object(33, 5), PICKET_ANALOG "value:f32"},
    {object(33, 6), PICKET_ANALOG "value:f64"},
    {object(33, 7), PICKET_ANALOG "value:f32" PICKET_TIME},
    {object(33, 8), PICKET_ANALOG "value:f64" PICKET_TIME},
    {object(34, 1), "deadband_value:u16"},
    {object(34, 2), "deadband_value:u32"},
    {object(34, 3), "deadband_value:f32"},
    {object(40, 1), PICKET_OUTPUT "value:i32"},
    {object(40, 2), PICKET_OUTPUT "value:i16"},
    {object(40, 3), PICKET_OUTPUT "value:f32"},
    {object(40, 4), PICKET_OUTPUT "value:f64"},
    {object(41, 1), "value:i32 control_status:u8"},
    {object(41, 2), "value:i16 control_status:u8"},
    {object(41, 3), "value:f32 control_status:u8"},
    {object(41, 4), "value:f64 control_status:u8"},
    {object(42, 1), PICKET_OUTPUT "value:i32"},
    {object(42, 2), PICKET_OUTPUT "value:i16"},
    {object(42, 3), PICKET_OUTPUT "value:i32" PICKET_TIME},
    {object(42, 4), PICKET_OUTPUT "value:i16" PICKET_TIME},
    {object(42, 5), PICKET_OUTPUT "value:f32"},
    {object(42, 6), PICKET_OUTPUT "value:f64"},
    {object(42, 7), PICKET_OUTPUT "value:f32" PICKET_TIME},
    {object(42, 8), PICKET_OUTPUT "value:f64" PICKET_TIME},
    {object(43, 1), "status_code:b7 reserved0:b1 commanded_value:i32"},
    {object(43, 2), "status_code:b7 reserved0:b1 commanded_value:i16"},
    {object(43, 3), "status_code:b7 reserved0:b1 commanded_value:i32" PICKET_TIME},
    {object(43, 4), "status_code:b7 reserved0:b1 commanded_value:i16" PICKET_TIME},
    {object(43, 5), "status_code:b7 reserved0:b1 commanded_value:f32"},
    {object(43, 6), "status_code:b7 reserved0:b1 commanded_value:f64"},
    {object(43, 7), "status_code:b7 reserved0:b1 commanded_value:f32" PICKET_TIME},
    {object(43, 8), "status_code:b7 reserved0:b1 commanded_value:f64" PICKET_TIME},
    {object(50, 1), "timestamp:u48"},
    {object(50, 2), "timestamp:u48 interval:u32"},
    {object(50, 3), "timestamp:u48"},
    {object(50, 4), "timestamp:u48 interval_count:u32 interval_units:u8"},
    {object(51, 1), "timestamp:u48"},
    {object(51, 2), "timestamp:u48"},
    {object(52, 1), "delay_secs:u16"},
    {object(52, 2), "delay_ms:u16"},
    {object(70, 1),
     "filename_size:u16 filetype_code:u8 attribute_code:u8 start_record:u16 end_record:u16 "
     "file_size:u32 created:u48 permission:u16 file_id:u32 owner_id:u32 group_id:u32 "
     "file_function_code:u8 status_code:u8 filename:sfilename_size data_size:u16 data:sdata_size"},
    {object(70, 2),
     "username_offset:u16 username_size:u16 password_offset:u16 password_size:u16 "
     "authentication_key:u32 username:susername_size password:spassword_size"},
    {object(70, 3),
     "filename_offset:u16 filename_size:u16 created:u48 permissions:u16 authentication_key:u32 "
     "file_size:u32 operational_mode:u16 maximum_block_size:u16 request_id:u16 "
     "filename:sfilename_size"},
    {object(70, 4),
     "file_handle:u32 file_size:u32 maximum_block_size:u16 request_id:u16 status_code:u8 "
     "optional_text:rest"},
    {object(70, 5), "file_handle:u32 block_number:u32 file_data:rest"},
    {object(70, 6), "file_handle:u32 block_number:u32 status_code:u8 optional_text:rest"},
    {object(70, 7),
     "filename_offset:u16 filename_size:u16 filetype_code:u16 file_size:u32 created:u48 "
     "permissions:u16 request_id:u16 filename:sfilename_size"},
    {object(70, 8), "file_specification:rest"},
    {object(80, 1), "packed1 state"},
    {object(81, 1), "fill_percentage:b7 overflow_state:b1 group:u8 variation:u8"},
    {object(86, 2), "rd:b1 wr:b1 st:b1 ev:b1 df:b1 padding0:b1 padding1:b1 padding2:b1"},
    {object(102, 1), "value:u8"},
    {object(120, 3), "csq:u32 user_number:u16"},
    {object(121, 1), PICKET_QUALITY "reserved0:b1 discontinuity:b1 reserved1:b1 association_id:u16 "
                                    "count_value:u32"},
    {object(122, 1), PICKET_QUALITY "reserved0:b1 discontinuity:b1 reserved1:b1 association_id:u16 "
                                    "count_value:u32"},
    {object(122, 2), PICKET_QUALITY "reserved0:b1 discontinuity:b1 reserved1:b1 association_id:u16 "
                                    "count_value:u32" PICKET_TIME},
};
static_assert(std::ranges::is_sorted(kLayouts, {}, &Layout::object));

}  // namespace

std::string_view layout_of(uint8_t group, uint8_t variation) {
  const auto* found =
      std::ranges::lower_bound(kLayouts, object(group, variation), {}, &Layout::object);
  const bool known = found != std::end(kLayouts) && found->object == object(group, variation);
  return known ? found->fields : std::string_view();
}

}  // namespace picket::inspect::dnp3
