// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "inspect/app/app_parser.h"
#include "inspect/proto/dcerpc/rpc_call.h"

namespace picket::inspect::dcerpc {

// One call or bind with its answer. Progress of a side: kDone when its last fragment was there.
class DcerpcTransaction : public Transaction {
 public:
  explicit DcerpcTransaction(uint64_t tx_id) : Transaction(AppProtocol::kDcerpc, tx_id) {}
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  void update_progress();

  RpcCall call;
  uint8_t minor = 0;

 private:
  std::string scratch_;
};

// DCE/RPC over TCP (C706, MS-RPCE). A fragment of at most 65,535 bytes waits in the window until it
// is whole; answers find their call by its id.
class DcerpcParser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  void fragment(Direction direction, const Pdu& pdu, FlowContext& flow);
  DcerpcTransaction* find(Direction direction, const Pdu& pdu);

  RpcState state_{true};
  bool gap_[2] = {false, false};
};

}  // namespace picket::inspect::dcerpc
