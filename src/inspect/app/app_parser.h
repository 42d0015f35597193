// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/address.h"
#include "base/byte_reader.h"
#include "base/clock.h"
#include "inspect/app/app_settings.h"
#include "inspect/app/transaction.h"

namespace picket::inspect {

class RangeFiles;  // inspect/file/range_files.h

// What a parser may know about its flow, and ask of it.
struct FlowContext {
  Endpoint client, server;
  bool tcp = true;
  const AppSettings* settings = &default_app_settings();  // never null; outlives the flow
  WallTime now;                                           // of the packet being worked on
  // The protocol whose parser handed this flow over (change_to); set by the runtime before make().
  AppProtocol came_from = AppProtocol::kUnknown;
  // Header fields that a parser leaves to the one it hands over to (HTTP/1's request to HTTP/2).
  std::vector<std::pair<std::string, std::string>> carried_fields;
  // Label of the Expected that announced this flow (given before make()). Look an announcement up
  // when the flow's first bytes come, not at its first packet: FTP names the file after the
  // connection.
  std::string announced_as;
  // A parser that learns that another protocol follows (STARTTLS, CONNECT, Upgrade, HTTP/2 preface)
  // sets it: from the next byte on the flow is parsed anew (kUnknown: detect again).
  std::optional<AppProtocol> change_to;
  // Flows to come that this one announced (FTP data, TFTP, SIP): who calls whom, for how long.
  struct Expected {
    Endpoint server;  // port 0 and unspecified address match any
    IpAddress client;
    AppProtocol protocol = AppProtocol::kUnknown;
    std::string label;  // FTP: the file's name
    bool tcp = true;
  };
  std::vector<Expected> expected;
  // A parser that learns that the flow is of a special kind (DNS in HTTP/2) names it; it goes on
  // parsing.
  std::optional<AppProtocol> known_as;
  RangeFiles* ranges = nullptr;  // where pieces of files meet; nullptr: nowhere
};

enum class ParseStatus : uint8_t {
  kOk,
  kFailed,    // it is not this protocol, or is broken beyond hope: no more bytes, please
  kFinished,  // it was, and nothing more is to be learnt (TLS once encrypted): no more bytes,
              // please
};
struct ParseResult {
  size_t consumed = 0;  // bytes done with; the rest is given again with more behind it
  ParseStatus status = ParseStatus::kOk;
  size_t need = 0;  // do not call again before so many bytes are there (0: any more will do)
};

// The application layer of one flow: bytes in, transactions out. Fed in order and without overlap;
// for datagrams each call is one datagram and everything counts as consumed. Never throws; bounded
// in memory by its own constants (README of each protocol). Not thread-safe.
class AppParser {
 public:
  // Unconsumed bytes kept for a parser that waits for more; past it on_gap() is called instead.
  static constexpr size_t kWindowMax = 1 << 20;
  static constexpr size_t kTransactionsMax = 1024;  // live ones of a flow; then the oldest is ended

  virtual ~AppParser() = default;
  // `last`: the sender has finished; nothing follows these bytes.
  virtual ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) = 0;
  // `lost` bytes of the stream are missing before what comes next.
  virtual ParseStatus on_gap(Direction, uint64_t /*lost*/, FlowContext&) {
    return ParseStatus::kFailed;
  }
  // The flow is over (closed, timed out, the capture ended): finish what is open.
  virtual void on_end(FlowContext&) {}

  // In order of id. Whoever works on them removes those that are done(), wherever they stand, and
  // the first ones beyond kTransactionsMax: a parser keeps no pointer to either.
  std::deque<std::unique_ptr<Transaction>>& transactions() { return transactions_; }

 protected:
  // The live transaction of that id; nullptr: it was ended and taken away. Ids only grow, so do not
  // keep pointers from one call to the next: keep ids.
  Transaction* find_transaction(uint64_t id) {
    const auto at =
        std::ranges::lower_bound(transactions_, id, {}, [](const auto& t) { return t->id; });
    return at != transactions_.end() && (*at)->id == id ? at->get() : nullptr;
  }
  // A new one, the last of the list. T is made of its id and of `more`.
  template <typename T, typename... More>
  T& open_transaction(const FlowContext& flow, More&&... more) {
    transactions_.push_back(std::make_unique<T>(next_id_++, std::forward<More>(more)...));
    transactions_.back()->started = flow.now;
    return static_cast<T&>(*transactions_.back());
  }
  // The oldest that is not done: where answers come in the order of questions, the one answered
  // next. nullptr: all are done. T is what this parser's transactions are.
  template <typename T>
  T* oldest_open() const {
    for (const auto& transaction : transactions_)
      if (!transaction->done()) return static_cast<T*>(transaction.get());
    return nullptr;
  }
  void complete_all() {
    for (const auto& transaction : transactions_) transaction->complete();
  }

  uint64_t next_id_ = 0;
  std::deque<std::unique_ptr<Transaction>> transactions_;
};

// How one protocol is told, and made. A table entry for each, from an
// `inline constexpr ProtocolDescriptor kDescriptor` in proto/<name>/descriptor.h.
struct ProtocolDescriptor {
  enum class Verdict : uint8_t {
    kNo,
    kMore,
    kYes,
    kReversed /* it is, and the sides are swapped */
  };
  AppProtocol protocol;
  bool over_tcp = false, over_udp = false;
  // Looks at the first bytes of a direction. kMore: too few to say. Content decides; `port_hint`
  // only says that the server's port is one of `ports`, for protocols whose first bytes say little.
  Verdict (*probe)(Direction direction, Bytes bytes, bool port_hint) = nullptr;
  std::span<const uint16_t> ports;
  std::unique_ptr<AppParser> (*make)(const FlowContext& flow) = nullptr;
};

// Every protocol of this program, in the order they are asked (inspect/app/protocol_table.cc).
std::span<const ProtocolDescriptor> protocol_table();

}  // namespace picket::inspect
