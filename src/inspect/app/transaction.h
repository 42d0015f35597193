// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "inspect/app/app_protocol.h"
#include "inspect/app/buffer.h"
#include "inspect/app/direction.h"

namespace picket::inspect {

class FileBody;  // inspect/file/file_body.h: a file on the wire, of one transaction and direction

// What detection remembers of a transaction or flow between two looks. Owned by it, known only to
// detect/.
class DetectionMemo {
 public:
  virtual ~DetectionMemo() = default;
  // What rules noted on a flow, for its records, where there is something to say: the members
  // "traffic" (what sort it is) and "metadata"; and the first alone, for alerts.
  virtual void append_eve(JsonWriter&) const {}
  virtual void append_traffic(JsonWriter&) const {}
};

// One unit of an application protocol: a request with its answer, a TLS handshake, an SMB command.
// Belongs to its flow's parser; not thread-safe. Bytes it hands out live until the parser is fed
// again.
class Transaction {
 public:
  // progress() of a direction that has nothing more to come.
  static constexpr uint8_t kDone = 255;

  Transaction(AppProtocol of, uint64_t number) : protocol(of), id(number) {}
  virtual ~Transaction() = default;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // The `index`-th instance of a buffer; nullopt: there is none (yet, or at all). Empty bytes are a
  // buffer that is there and empty. kBody buffers: all that is kept of it so far (body_offset()
  // tells how much before it was let go).
  virtual std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) = 0;
  virtual std::optional<int64_t> field(FieldId, Direction, size_t /*index*/) {
    return std::nullopt;
  }
  virtual uint64_t body_offset(BufferId, Direction) const { return 0; }
  virtual FileBody* file(Direction, size_t /*index*/) { return nullptr; }
  // The object that EVE shows under eve_type(): {"hostname": ...} with its braces.
  virtual void append_eve(JsonWriter& out) const = 0;
  // The same as alerts show it, where EVE has another shape there.
  virtual void append_eve_of_alert(JsonWriter& out) const { append_eve(out); }
  // Further members of the record beside that object, where EVE has them ("email" beside "smtp").
  virtual void append_eve_more(JsonWriter&) const {}
  // EVE's event_type for the record of this transaction; empty: it makes none.
  virtual std::string_view eve_type() const { return text(protocol); }

  // Set where a transaction is one message of one direction (DNS): there is nothing in it for the
  // other one, and its record looks that way (an answer's source is the server). nullopt: both
  // directions may add to it, and the record looks as the flow does, from its client.
  virtual std::optional<Direction> eve_direction() const { return std::nullopt; }

  // The record may be written. Where a protocol knows earlier than done() that nothing more will be
  // told (a TLS handshake), it says so here.
  virtual bool ready_to_log() const { return done(); }

  // How far each direction got: grows, in steps that the protocol's README names (0 nothing, 1 the
  // first thing a buffer may need, ... kDone).
  uint8_t progress(Direction direction) const { return progress_[index(direction)]; }
  void set_progress(Direction direction, uint8_t step) {
    if (step > progress_[index(direction)]) progress_[index(direction)] = step;
  }
  bool done() const { return progress_[0] == kDone && progress_[1] == kDone; }
  // Nothing more comes from either side.
  void complete() { progress_[0] = progress_[1] = kDone; }

  // app-layer-event: names as rules spell them without the protocol ("invalid_header"), static
  // text.
  struct Event {
    std::string_view name;
    Direction direction;
  };
  static constexpr size_t kEventsMax =
      32;  // of one transaction, each kind once; further ones are dropped
  void add_event(std::string_view name, Direction direction) {
    for (const Event& event : events)
      if (event.direction == direction && event.name == name) return;
    if (events.size() < kEventsMax) events.push_back({name, direction});
  }

  const AppProtocol protocol;
  const uint64_t id;  // from 0, in its flow: EVE's tx_id
  WallTime started;
  std::vector<Event> events;
  std::unique_ptr<DetectionMemo> memo;
  bool logged = false;
  bool force_log = false;  // its flow ends: the record is written as far as it got
  // By direction: detection has seen this side to its end (kDone) and needs it no more. Set by the
  // Inspector; a transaction is removed once done(), logged and inspected both ways.
  bool inspected[2] = {false, false};

 private:
  uint8_t progress_[2] = {0, 0};
};

}  // namespace picket::inspect
