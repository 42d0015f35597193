// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smtp/mime.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/ascii.h"
#include "inspect/file/file_keeper.h"
#include "inspect/proto/smtp/md5_lines.h"
#include "inspect/proto/smtp/mime_header.h"
#include "inspect/proto/smtp/weird.h"

namespace picket::inspect::smtp {
namespace {

constexpr std::string_view kFaultNames[] = {
    "mime_malformed_msg",     "mime_invalid_base64", "mime_invalid_qp",
    "mime_long_line",         "mime_long_enc_line",  "mime_long_header_name",
    "mime_long_header_value", "mime_long_boundary",  "mime_long_filename"};
constexpr std::string_view kStatusNames[] = {"HEADER_STARTED", "HEADER_DONE", "BODY_STARTED",
                                             "BODY_DONE",      "PARSE_DONE",  "PARSE_ERROR"};
constexpr std::string_view kSchemes[] = {"http://", "https://", "ftp://", "mailto://"};
constexpr std::string_view kBodyFields[] = {"content-type", "content-disposition",
                                            "content-transfer-encoding"};

bool ends_url(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '\'' || c == '<' || c == '>' ||
         c == '\x7f';
}

}  // namespace

struct MimeMessage::Digest : Md5Lines {};

MimeMessage::MimeMessage(const AppSettings& settings) : settings_(settings) {}
MimeMessage::~MimeMessage() = default;

std::string_view MimeMessage::status_text() const {
  return kStatusNames[static_cast<size_t>(status_)];
}

const std::string* MimeMessage::header(std::string_view name, size_t index) const {
  for (const Header& header : headers_)
    if (header.name == name && index-- == 0) return &header.value;
  return nullptr;
}

void MimeMessage::fault(Fault kind) { faults_ |= 1u << static_cast<unsigned>(kind); }

std::vector<std::string_view> MimeMessage::take_faults() {
  std::vector<std::string_view> out;
  for (unsigned i = 0; i < static_cast<unsigned>(Fault::kCount); ++i)
    if (((faults_ & ~faults_told_) >> i & 1) != 0) out.push_back(kFaultNames[i]);
  faults_told_ = faults_;
  return out;
}

void MimeMessage::line(Bytes text, bool ended) {
  if (text.size() > kLineMax || in_line_) fault(Fault::kLongLine);
  const bool continues = in_line_;
  in_line_ = !ended;
  if (digest_) digest_->line(text, ended);
  if (!continues && text.size() > 1 && text[0] == '.' && text[1] == '.') text = text.subspan(1);
  if (in_headers_) {
    if (!continues) header_line(as_text(text));
    return;
  }
  if (!continues && boundary_line(as_text(text))) return;
  body_line(text, ended);
}

void MimeMessage::header_line(std::string_view text) {
  if (text.empty()) return headers_done();
  if (boundary_line(text)) return;
  if (text.front() == ' ' || text.front() == '\t') {
    const std::string_view more = trimmed(text);
    if (open_.value.size() + more.size() > kHeaderValueMax) fault(Fault::kLongHeaderValue);
    open_.value += more.substr(0, kHeaderValueMax - std::min(kHeaderValueMax, open_.value.size()));
    return;
  }
  keep_header();
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    fault(Fault::kMalformed);
    return;
  }
  std::string_view value = trimmed(text.substr(colon + 1));
  if (colon > kHeaderNameMax) fault(Fault::kLongHeaderName);
  if (value.size() > kHeaderValueMax) {
    fault(Fault::kLongHeaderValue);
    value = value.substr(0, kHeaderValueMax);
  }
  open_.name = ascii_lowered(trimmed(text.substr(0, colon)));
  open_.value = value;
}

void MimeMessage::keep_header() {
  if (open_.name.empty()) return;
  for (const std::string_view field : kBodyFields)
    if (open_.name == field && part_headers_.size() < std::size(kBodyFields) * 2)
      part_headers_.push_back(open_);
  if (top_level_) {
    if (headers_.size() < kHeadersMax)
      headers_.push_back(std::move(open_));
    else
      counter_of(Weird::kTooManyHeaders).add();
  }
  open_ = {};
}

std::string_view MimeMessage::part_header(std::string_view name) const {
  for (const Header& header : part_headers_)
    if (header.name == name) return header.value;
  return {};
}

void MimeMessage::headers_done() {
  keep_header();
  in_headers_ = false;
  if (top_level_) {
    status_ = Status::kHeaderDone;
    digest_ = std::make_unique<Digest>();
  }
  top_level_ = false;
  open_part();
  part_headers_.clear();
}

void MimeMessage::open_part() {
  const std::string_view type_value = part_header("content-type");
  const std::string type = header_word(type_value);
  const std::string encoding = header_word(part_header("content-transfer-encoding"));
  multipart_ = false;
  text_part_ = false;
  if (type.starts_with("multipart/")) {
    std::string boundary = header_parameter(type_value, "boundary");
    if (boundary.size() > kBoundaryMax) {
      fault(Fault::kLongBoundary);
      boundary.resize(kBoundaryMax);
    }
    multipart_ = true;
    if (boundaries_.size() == kDepthMax)
      counter_of(Weird::kTooDeep).add();
    else if (!boundary.empty())
      boundaries_.push_back(std::move(boundary));
    return;
  }
  std::string name = header_parameter(part_header("content-disposition"), "filename");
  if (name.empty()) name = header_parameter(type_value, "name");
  if (type == "message/rfc822" && name.empty()) {
    in_headers_ = true;  // a message within: its headers follow, its encoding is its own
    return;
  }
  using enum TransferDecoder::Encoding;
  decoder_ = TransferDecoder(encoding == "base64"             ? kBase64
                             : encoding == "quoted-printable" ? kQuotedPrintable
                                                              : kPlain);
  text_part_ = type.empty() || type.starts_with("text/");
  if (name.size() > kFileNameMax) {
    fault(Fault::kLongFileName);
    name.resize(kFileNameMax);
  }
  if (name.empty()) return;
  if (files_.size() == kFilesMax) {
    counter_of(Weird::kTooManyParts).add();
    return;
  }
  files_.push_back(std::make_unique<FileBody>(as_bytes(name)));
  file_ = files_.back().get();
  follow(*file_, settings_);
}

// True: the line parts the parts, and has been dealt with. An outer boundary ends what is inside.
bool MimeMessage::boundary_line(std::string_view text) {
  if (boundaries_.empty() || !text.starts_with("--")) return false;
  for (size_t i = boundaries_.size(); i-- > 0;) {
    std::string_view rest = text.substr(2);
    if (!rest.starts_with(boundaries_[i])) continue;
    rest.remove_prefix(boundaries_[i].size());
    const bool closing = rest.starts_with("--");
    if (!closing && !trimmed(rest).empty()) continue;
    close_part();
    boundaries_.resize(closing ? i : i + 1);
    keep_header();
    part_headers_.clear();
    multipart_ = closing;
    in_headers_ = !closing;
    if (top_level_) headers_done();
    return true;
  }
  return false;
}

void MimeMessage::body_line(Bytes text, bool ended) {
  status_ = Status::kBodyStarted;
  if (!multipart_) part_line(text, ended);
}

void MimeMessage::part_line(Bytes text, bool ended) {
  if (file_ == nullptr && !text_part_) return;
  if (decoder_.encoding() != TransferDecoder::Encoding::kPlain && text.size() > kEncodedLineMax)
    fault(Fault::kLongEncodedLine);
  decoder_.line(text, ended, decoded_);
  drain();
}

void MimeMessage::drain() {
  if (file_ != nullptr) file_->append(as_bytes(decoded_));
  if (text_part_) find_urls(decoded_);
  decoded_.clear();
}

void MimeMessage::close_part() {
  decoder_.finish(decoded_);
  drain();
  if (text_part_) find_urls("\n");
  url_line_.clear();
  if (decoder_.bad()) {
    const bool base64 = decoder_.encoding() == TransferDecoder::Encoding::kBase64;
    fault(base64 ? Fault::kInvalidBase64 : Fault::kInvalidQp);
    counter_of(base64 ? Weird::kBadBase64 : Weird::kBadQuotedPrintable).add();
  }
  if (file_ != nullptr) file_->close();
  file_ = nullptr;
  text_part_ = false;
  decoder_ = TransferDecoder();
}

// Looks through whole lines of decoded text; what is behind the last line end waits in url_line_.
void MimeMessage::find_urls(std::string_view text) {
  if (url_line_.size() + text.size() > 2 * kUrlBytesMax &&
      text.find('\n') == std::string_view::npos) {
    url_line_.clear();  // a line without end
    return;
  }
  url_line_ += text;
  const size_t end = url_line_.rfind('\n');
  if (end == std::string::npos) return;
  std::string_view rest = std::string_view(url_line_).substr(0, end);
  for (size_t at = 0; (at = rest.find("://", at)) != std::string_view::npos; at += 3) {
    for (const std::string_view scheme : kSchemes) {
      const size_t before = scheme.size() - 3;
      if (at < before || !same_ignoring_case(rest.substr(at - before, scheme.size()), scheme))
        continue;
      if (at > before && std::isalnum(static_cast<unsigned char>(rest[at - before - 1]))) continue;
      size_t stop = at + 3;
      while (stop < rest.size() && !ends_url(rest[stop])) ++stop;
      const std::string url =
          ascii_lowered(rest.substr(at + 3, std::min(stop - at - 3, kUrlBytesMax)));
      if (url.empty() || std::ranges::find(urls_, url) != urls_.end()) continue;
      if (urls_.size() < kUrlsMax)
        urls_.push_back(url);
      else
        counter_of(Weird::kTooManyUrls).add();
    }
  }
  url_line_.erase(0, end + 1);
}

void MimeMessage::finish() {
  if (in_headers_) headers_done();
  close_part();
  if (digest_) body_md5_ = digest_->finish();
  digest_.reset();
  status_ = Status::kDone;
}

void MimeMessage::gap(uint64_t lost) {
  if (file_ != nullptr) file_->gap(lost);
  url_line_.clear();
}

void MimeMessage::truncate() {
  if (status_ == Status::kDone) return;
  if (in_headers_) keep_header();
  decoder_.finish(decoded_);
  drain();
  if (file_ != nullptr) file_->truncate();
  file_ = nullptr;
}

}  // namespace picket::inspect::smtp
