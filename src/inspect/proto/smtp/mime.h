// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/app/app_settings.h"
#include "inspect/file/file_body.h"
#include "inspect/proto/smtp/transfer_decoder.h"

// A mail message (RFC 5322) with its MIME parts (RFC 2045-2047), read line by line as it passes.
namespace picket::inspect::smtp {

constexpr size_t kHeadersMax = 128;       // of the message itself; those of parts are not kept
constexpr size_t kHeaderNameMax = 75;     // longer: an event
constexpr size_t kHeaderValueMax = 2000;  // longer: an event, and cut
constexpr size_t kBoundaryMax = 254;      // longer: an event, and cut
constexpr size_t kFileNameMax = 255;      // longer: an event, and cut
constexpr size_t kEncodedLineMax = 76, kLineMax = 998;  // longer: events
constexpr size_t kDepthMax = 20;                        // multiparts within multiparts
constexpr size_t kFilesMax = 64;                        // attachments followed
constexpr size_t kUrlsMax = 256, kUrlBytesMax = 2048;

class MimeMessage {
 public:
  enum class Status : uint8_t {
    kHeaderStarted,
    kHeaderDone,
    kBodyStarted,
    kBodyDone,
    kDone,
    kError
  };
  // What was odd, by name of the app-layer-event.
  enum class Fault : uint8_t {
    kMalformed,
    kInvalidBase64,
    kInvalidQp,
    kLongLine,
    kLongEncodedLine,
    kLongHeaderName,
    kLongHeaderValue,
    kLongBoundary,
    kLongFileName,
    kCount,
  };
  struct Header {
    std::string name;   // in lower case
    std::string value;  // unfolded
  };

  explicit MimeMessage(const AppSettings& settings);
  ~MimeMessage();

  // A line as sent, without its ending; `ended`: one followed (else more of the line comes).
  void line(Bytes text, bool ended);
  void finish();            // the message is complete
  void gap(uint64_t lost);  // bytes are missing here; lines go on behind them
  void truncate();          // the flow is over before the message is
  Status status() const { return status_; }
  std::string_view status_text() const;  // PARSE_DONE ...

  const std::vector<Header>& headers() const { return headers_; }
  // The `index`-th value of a header, by its name in lower case.
  const std::string* header(std::string_view name, size_t index = 0) const;
  const std::vector<std::unique_ptr<FileBody>>& files() const { return files_; }
  const std::vector<std::string>& urls() const { return urls_; }  // without scheme
  // MD5 of the body, in hexadecimal; empty: there was none, or it is not over.
  const std::string& body_md5() const { return body_md5_; }
  // The faults found since the last call.
  std::vector<std::string_view> take_faults();

 private:
  struct Digest;
  void header_line(std::string_view text);
  void keep_header();
  void headers_done();
  void body_line(Bytes text, bool ended);
  void part_line(Bytes text, bool ended);
  bool boundary_line(std::string_view text);
  void open_part();
  void close_part();
  void drain();
  void find_urls(std::string_view text);
  void fault(Fault kind);
  std::string_view part_header(std::string_view name) const;

  const AppSettings& settings_;
  Status status_ = Status::kHeaderStarted;
  std::vector<Header> headers_, part_headers_;
  bool top_level_ = true;  // the headers being read are the message's own
  bool in_headers_ = true, in_line_ = false;
  Header open_;             // header being read, while its folds come
  bool multipart_ = false;  // between the parts: nobody's bytes
  std::vector<std::string> boundaries_;
  TransferDecoder decoder_;
  bool text_part_ = false;
  FileBody* file_ = nullptr;
  std::string decoded_, url_line_;
  std::vector<std::unique_ptr<FileBody>> files_;
  std::vector<std::string> urls_;
  std::unique_ptr<Digest> digest_;
  std::string body_md5_;
  uint32_t faults_ = 0, faults_told_ = 0;
};

}  // namespace picket::inspect::smtp
