// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/proto/quic/crypto_stream.h"
#include "inspect/proto/quic/initial.h"

namespace picket::inspect::quic {

// QUIC of one flow, as far as anybody can read it: the hellos in Initial packets. A transaction for
// each hello; after a Retry the client says its again. Everything else is passed over. Not
// thread-safe. Bounds: CryptoStream, kPacketsMax packets of a datagram, kHellosMax transactions of
// a flow.
class QuicParser : public AppParser {
 public:
  static constexpr size_t kPacketsMax = 16;
  static constexpr uint64_t kHellosMax = 64;
  static constexpr size_t kFramesMax = 2048;

  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  bool initial(Direction direction, const LongHeader& header, FlowContext& flow);
  void frames(Direction direction, uint32_t version, Bytes bytes, FlowContext& flow);
  void hello(Direction direction, uint32_t version, FlowContext& flow);

  std::optional<InitialKeys> keys_;
  std::vector<uint8_t> keys_from_;  // the id that they were made from
  CryptoStream streams_[2];
  bool hello_done_[2] = {false, false};
};

}  // namespace picket::inspect::quic
