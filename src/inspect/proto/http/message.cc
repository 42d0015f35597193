// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/message.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/counter.h"

namespace picket::inspect::http {
namespace {

Counter left_out_headers{"inspect.http.headers_left_out",
                         "HTTP headers beyond what is kept of a message"};

constexpr std::pair<std::string_view, Known> kNames[] = {
    {"host", Known::kHost},
    {"cookie", Known::kCookie},
    {"set-cookie", Known::kSetCookie},
    {"user-agent", Known::kUserAgent},
    {"accept", Known::kAccept},
    {"accept-encoding", Known::kAcceptEncoding},
    {"accept-language", Known::kAcceptLanguage},
    {"referer", Known::kReferer},
    {"connection", Known::kConnection},
    {"content-length", Known::kContentLength},
    {"content-type", Known::kContentType},
    {"content-disposition", Known::kContentDisposition},
    {"content-encoding", Known::kContentEncoding},
    {"content-range", Known::kContentRange},
    {"transfer-encoding", Known::kTransferEncoding},
    {"location", Known::kLocation},
    {"server", Known::kServer},
    {"authorization", Known::kAuthorization},
    {"upgrade", Known::kUpgrade},
    {"x-forwarded-for", Known::kForwardedFor},
    {"http2-settings", Known::kHttp2Settings},
};

constexpr size_t kHeadUsual = 1024, kHeadersUsual = 16;  // room made at once

uint32_t name_hash(std::string_view name) {  // FNV-1a
  uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c | 0x20)) * 16777619u;
  return hash;
}

}  // namespace

bool equal_nocase(std::string_view a, std::string_view lower_text) {
  return a.size() == lower_text.size() &&
         std::equal(a.begin(), a.end(), lower_text.begin(),
                    [](char x, char y) { return ascii_lower(x) == y; });
}

bool contains_nocase(std::string_view text, std::string_view word) {
  for (size_t from = 0; from < text.size(); ++from) {
    size_t at = from, matched = 0;
    while (at < text.size() && matched < word.size()) {
      if (text[at] == '\0') {
        ++at;
      } else if (ascii_lower(text[at]) == word[matched]) {
        ++at;
        ++matched;
      } else {
        break;
      }
    }
    if (matched == word.size()) return true;
  }
  return false;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return static_cast<uint8_t>(c) <= ' '; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

Known known_header(std::string_view name) {
  if (name.find('\0') != std::string_view::npos) {
    std::string without(name);
    std::erase(without, '\0');
    return without.empty() ? Known::kNone : known_header(without);
  }
  for (const auto& [text, known] : kNames)
    if (text.size() == name.size() && ascii_lower(name.front()) == text.front() &&
        equal_nocase(name, text))
      return known;
  return Known::kNone;
}

Line next_line(std::string_view bytes, LineEnds ends, bool last) {
  Line line;
  const size_t lf = bytes.find('\n');
  if (ends == LineEnds::kRequest) {
    if (lf == std::string_view::npos) {
      if (last && !bytes.empty()) line = {true, bytes.size(), bytes.size(), true, false};
      return line;
    }
    const bool crlf = lf > 0 && bytes[lf - 1] == '\r';
    return {true, lf - crlf, lf + 1, false, crlf};
  }
  const size_t cr = bytes.substr(0, lf).find('\r');
  if (cr == std::string_view::npos) {
    if (lf == std::string_view::npos) {
      if (last && !bytes.empty()) line = {true, bytes.size(), bytes.size(), true, false};
      return line;
    }
    const std::string_view end = bytes.substr(lf);
    if (end.starts_with("\n\r\r\n") &&
        (end.substr(4).starts_with('\n') || end.substr(4).starts_with("\r\n")))
      return {true, lf, lf + 4, true, false};
    const bool cr_follows =
        lf + 1 < bytes.size() && bytes[lf + 1] == '\r' && !bytes.substr(lf + 1).starts_with("\r\n");
    return {true, lf, lf + 1 + cr_follows, cr_follows, false};
  }
  if (cr + 1 == bytes.size()) {
    if (last) line = {true, cr, cr + 1, true, false};
    return line;
  }
  if (bytes[cr + 1] != '\n') return {true, cr, cr + 1, true, false};
  // CRLF; what looks like an empty line in CRs and blanks right behind it belongs to it.
  size_t end = cr + 2;
  if (cr > 0 && end + 1 < bytes.size() && bytes[end] == '\r' && bytes[end + 1] != '\n') {
    size_t run = end + 1;
    while (run < bytes.size() && (bytes[run] == '\r' || bytes[run] == ' ' || bytes[run] == '\t'))
      ++run;
    const bool some = run > end + 1;
    if (run < bytes.size() && bytes[run] == '\n') ++run;
    const std::string_view after = bytes.substr(run);
    if (some && !after.empty() && after.front() != '\n' && !after.starts_with("\r\n"))
      return {true, cr, run, true, true};
  }
  return {true, cr, end, false, true};
}

void Message::clear() { *this = Message(); }

void Message::set_first_line(std::string_view line, std::string_view raw) {
  raw_.reserve(kHeadUsual);
  headers_.reserve(kHeadersUsual);
  raw_.assign(raw);
  line_size_ = static_cast<uint32_t>(line.size());
  headers_at_ = static_cast<uint32_t>(raw_.size());
  plain_ = raw.substr(line.size()) == "\r\n" && raw.starts_with(line);
  if (!raw.starts_with(line)) {  // leading bytes were skipped
    raw_.assign(line);
    headers_at_ = line_size_;
    plain_ = false;
  }
}

bool Message::join(Header& header, std::string_view separator, std::string_view value) {
  if (joined_.size() + header.value_size + value.size() > kHeadMax) return false;
  const std::string before(
      (header.joined ? joined_ : raw_).substr(header.value, header.value_size));
  header.value = static_cast<uint32_t>(joined_.size());
  joined_.append(before).append(separator).append(value);
  header.value_size = static_cast<uint32_t>(joined_.size()) - header.value;
  header.joined = true;
  return true;
}

Message::Added Message::add_header(std::string_view name, std::string_view value,
                                   std::string_view raw, bool plain) {
  if (raw_.size() + raw.size() > kHeadMax || headers_.size() == kHeadersMax) {
    left_out_ = true;
    left_out_headers.add();
    return Added::kLeftOut;
  }
  const size_t base = raw_.size();
  raw_.append(raw);
  plain_ = plain_ && plain;
  start_made_ = filtered_made_ = false;
  Header header;
  header.name = static_cast<uint32_t>(base + static_cast<size_t>(name.data() - raw.data()));
  header.name_size = static_cast<uint32_t>(name.size());
  header.value = static_cast<uint32_t>(base + static_cast<size_t>(value.data() - raw.data()));
  header.value_size = static_cast<uint32_t>(value.size());
  header.hash = name_hash(name);
  header.known = name.empty() ? Known::kNone : known_header(name);
  Header* existing = nullptr;
  if (header.known != Known::kNone) {
    const uint16_t at = known_[static_cast<size_t>(header.known)];
    if (at != 0) existing = &headers_[at - 1u];
  } else {
    for (Header& other : headers_)
      if (other.hash == header.hash && other.known == Known::kNone &&
          other.name_size == header.name_size &&
          std::equal(name.begin(), name.end(), raw_.begin() + other.name,
                     [](char a, char b) { return ascii_lower(a) == ascii_lower(b); })) {
        existing = &other;
        break;
      }
  }
  if (existing != nullptr) {
    plain_ = false;
    if (++repeats_ <= kRepeatsMax && header.known != Known::kContentLength)
      join(*existing, ", ", value);
    return Added::kRepeated;
  }
  headers_.push_back(header);
  if (header.known != Known::kNone)
    known_[static_cast<size_t>(header.known)] = static_cast<uint16_t>(headers_.size());
  return Added::kNew;
}

void Message::fold(char separator, std::string_view value, std::string_view raw) {
  if (headers_.empty() || raw_.size() + raw.size() > kHeadMax) {
    left_out_ = true;
    left_out_headers.add();
    return;
  }
  raw_.append(raw);
  plain_ = false;
  start_made_ = filtered_made_ = false;
  Header& header = headers_.back();
  const bool empty = header.value_size == 0;
  join(header, empty || value.empty() ? std::string_view() : std::string_view(&separator, 1),
       value);
}

// A name whose colon stands on the next line.
bool Message::name_last(std::string_view value, std::string_view raw) {
  if (headers_.empty() || headers_.back().name_size > 0 || headers_.back().joined ||
      raw_.size() + raw.size() > kHeadMax)
    return false;
  Header& header = headers_.back();
  const size_t base = raw_.size();
  raw_.append(raw);
  plain_ = false;
  start_made_ = filtered_made_ = false;
  header.name = header.value;
  header.name_size = header.value_size;
  header.value = static_cast<uint32_t>(base + static_cast<size_t>(value.data() - raw.data()));
  header.value_size = static_cast<uint32_t>(value.size());
  header.known = known_header(name(headers_.size() - 1));
  header.hash = name_hash(name(headers_.size() - 1));
  uint16_t& at = known_[static_cast<size_t>(header.known)];
  if (header.known != Known::kNone && at == 0) at = static_cast<uint16_t>(headers_.size());
  return true;
}

void Message::end_headers(std::string_view raw) {
  if (raw_.size() + raw.size() <= kHeadMax) raw_.append(raw);
  plain_ = plain_ && raw == "\r\n";
  ended_ = true;
  start_made_ = filtered_made_ = false;
}

std::string_view Message::start() const {
  if (plain_ && ended_ && !left_out_) return raw_;
  if (!start_made_) {
    start_made_ = true;
    start_.assign(first_line()).append("\r\n");
    for (size_t i = 0; i < headers_.size(); ++i)
      start_.append(name(i)).append(": ").append(value(i)).append("\r\n");
    start_.append("\r\n");
  }
  return start_;
}

std::string_view Message::headers_without(Known cookie) const {
  if (known_[static_cast<size_t>(cookie)] == 0) {
    std::string_view all = start();
    all.remove_prefix(line_size_ + 2);
    all.remove_suffix(2);
    return all;
  }
  if (!filtered_made_) {
    filtered_made_ = true;
    filtered_.clear();
    for (size_t i = 0; i < headers_.size(); ++i)
      if (headers_[i].known != cookie)
        filtered_.append(name(i)).append(": ").append(value(i)).append("\r\n");
  }
  return filtered_;
}

std::string_view Message::header_names() const {
  names_.assign("\r\n");
  for (size_t i = 0; i < headers_.size(); ++i) names_.append(name(i)).append("\r\n");
  names_.append("\r\n");
  return names_;
}

std::optional<std::string_view> Message::header_line(size_t i) const {
  if (i >= headers_.size()) return std::nullopt;
  const std::string_view all = start();
  if (lines_.size() != headers_.size()) {
    lines_.clear();
    size_t at = line_size_ + 2;
    for (size_t n = 0; n < headers_.size(); ++n) {
      lines_.push_back(static_cast<uint32_t>(at));
      at += headers_[n].name_size + headers_[n].value_size + 4;
    }
  }
  return all.substr(lines_[i], headers_[i].name_size + headers_[i].value_size + 2);
}

}  // namespace picket::inspect::http
