// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/proto/http/chunk_reader.h"
#include "inspect/proto/http/transaction.h"

namespace picket::inspect::http {

// HTTP/1 of one flow (RFC 9112), as lenient as the clients and servers it watches, in the way that
// the rule language's reference parser is: what a browser would show is what the rules see.
// Requests and responses are paired in order; CONNECT and Upgrade that succeed hand the flow over
// (change_to). Not thread-safe. Bounds: those of Message, FileBody, ContentDecoder;
// settings.http_field_max for a line; AppParser::kTransactionsMax transactions.
class HttpParser : public AppParser {
 public:
  static constexpr size_t kOpenMax = 512;

  explicit HttpParser(const FlowContext& flow) : settings_(*flow.settings) {}

  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  enum class Step : uint8_t {
    kLine,  // the first line is due
    kHeaders,
    kLength,  // a body of known length
    kChunks,
    kTrailers,
    kToClose,   // a body until the end of the stream
    kWaiting,   // client: what it says next depends on the server's answer
    kPassedOn,  // another protocol has taken over
  };
  struct Side {
    Step step = Step::kLine;
    HttpTransaction* transaction = nullptr;  // the message being read belongs to it
    uint64_t left = 0;                       // kLength
    ChunkReader chunks;
    bool resync = false;  // after a gap between messages: skip to what looks like one
    bool interim_seen = false;
  };
  struct Work {  // one call of on_data
    std::string_view bytes;
    size_t used = 0;
    bool last = false;
    FlowContext& flow;
    bool failed = false;
    std::string_view rest() const { return bytes.substr(used); }
  };

  // Each does one step; false: it needs more bytes (or is over).
  bool step(Direction direction, Work& work);
  bool first_line(Direction direction, Work& work);
  static void skip_line_ends(Work& work);
  bool request_line(Work& work);
  bool status_line(Work& work);
  bool bodyless_start(HttpTransaction* transaction, Work& work);
  bool header_line(Direction direction, Work& work);
  bool body_step(Direction direction, Work& work);
  bool too_long(Direction direction, Work& work, std::string_view line);

  void read_request_line(HttpTransaction& transaction, std::string_view line, size_t raw);
  void read_status_line(HttpTransaction& transaction, std::string_view line, size_t raw);
  void take_header(Direction direction, std::string_view line, std::string_view raw, bool plain);
  void request_headers_end(Work& work);
  void response_headers_end(Work& work);
  void response_framing(HttpTransaction& transaction);
  bool hand_over(HttpTransaction& transaction, Work& work);
  void check_host(HttpTransaction& transaction);
  void start_decoder(Direction direction, HttpTransaction& transaction);
  void body_bytes(Direction direction, Bytes bytes);
  void message_end(Direction direction, Work& work, bool whole);
  bool is_message_start(Direction direction, std::string_view rest) const;
  HttpTransaction& new_transaction(Work& work);
  void end_oldest();
  HttpTransaction* answered_next();
  Side& side(Direction direction) { return sides_[index(direction)]; }

  const AppSettings& settings_;
  Side sides_[2];
  uint64_t next_file_ = 0;
};

// The method is one that clients use (RFC 9110, WebDAV, Subversion).
bool is_known_method(std::string_view method);

}  // namespace picket::inspect::http
