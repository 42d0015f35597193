// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/multipart.h"

#include "base/counter.h"
#include "inspect/proto/http/message.h"
#include "inspect/proto/http/uri.h"

namespace picket::inspect::http {
namespace {

Counter files_left_out{"inspect.http.multipart_files_left_out",
                       "files of an HTTP upload beyond those followed"};

}  // namespace

std::string header_parameter(std::string_view value, std::string_view name) {
  size_t at = value.find(';');
  while (at != std::string_view::npos && at < value.size()) {
    std::string_view rest = trimmed(value.substr(at + 1));
    const size_t equals = rest.find_first_of("=;");
    if (equals == std::string_view::npos) return {};
    if (rest[equals] == ';') {
      at = static_cast<size_t>(rest.data() - value.data()) + equals;
      continue;
    }
    const std::string_view key = trimmed(rest.substr(0, equals));
    rest = trimmed(rest.substr(equals + 1));
    std::string found;
    size_t used = 0;
    if (!rest.empty() && rest.front() == '"') {
      for (used = 1; used < rest.size() && rest[used] != '"'; ++used) {
        if (rest[used] == '\\' && used + 1 < rest.size() &&
            (rest[used + 1] == '"' || rest[used + 1] == '\\'))
          ++used;
        found += rest[used];
      }
    } else {
      used = std::min(rest.find(';'), rest.size());
      found = trimmed(rest.substr(0, used));
    }
    if (equal_nocase(key, name)) return found;
    if (key.size() == name.size() + 1 && key.back() == '*' &&
        equal_nocase(key.substr(0, name.size()), name)) {
      const size_t quote = found.rfind('\'');
      std::string decoded;
      percent_decode(quote == std::string::npos ? found : found.substr(quote + 1), false, decoded);
      return decoded;
    }
    at = rest.find(';', used);
    if (at != std::string_view::npos) at += static_cast<size_t>(rest.data() - value.data());
  }
  return {};
}

std::string_view MultipartReader::boundary_of(std::string_view content_type) {
  if (!contains_nocase(content_type.substr(0, content_type.find(';')), "multipart/")) return {};
  for (size_t i = 0; i + 9 <= content_type.size(); ++i) {
    if (!equal_nocase(content_type.substr(i, 9), "boundary=")) continue;
    std::string_view rest = content_type.substr(i + 9);
    if (!rest.empty() && rest.front() == '"') {
      rest.remove_prefix(1);
      rest = rest.substr(0, rest.find('"'));
    } else {
      rest = trimmed(rest.substr(0, rest.find(';')));
    }
    return rest.size() > kBoundaryMax ? std::string_view() : rest;
  }
  return {};
}

// Behind a delimiter: a line end begins the next part, "--" ends it all. npos: more bytes needed.
size_t MultipartReader::after_delimiter(std::string_view bytes, size_t at) {
  if (bytes.size() < at + 2) return std::string_view::npos;
  if (bytes[at] == '-' && bytes[at + 1] == '-') {
    state_ = State::kOver;
    return bytes.size();
  }
  const size_t lf = bytes.find('\n', at);
  if (lf == std::string_view::npos) {
    if (bytes.size() - at < kHeaderMax) return std::string_view::npos;
    broken_ = true;
    state_ = State::kOver;
    return bytes.size();
  }
  state_ = State::kHeader;
  return lf + 1;
}

// Each returns how many bytes it is done with; 0: it wants more.
size_t MultipartReader::preamble(std::string_view bytes) {
  const size_t at = bytes.find(delimiter_);
  if (at == std::string_view::npos)
    return bytes.size() > delimiter_.size() ? bytes.size() - delimiter_.size() : 0;
  const size_t after = after_delimiter(bytes, at + delimiter_.size());
  return after == std::string_view::npos ? at : after;
}

size_t MultipartReader::header(std::string_view bytes,
                               std::deque<std::unique_ptr<FileBody>>& files) {
  size_t at = 0;
  std::string name;
  bool is_file = false, any = false;
  while (true) {
    const Line line = next_line(bytes.substr(at), LineEnds::kRequest, false);
    if (!line.found) {
      if (bytes.size() < kHeaderMax) return 0;
      broken_ = true;
      state_ = State::kContent;
      file_ = nullptr;
      return bytes.size();
    }
    const std::string_view text = bytes.substr(at, line.content);
    at += line.total;
    if (text.empty()) break;
    if (text.starts_with(delimiter_)) {  // the next part at once
      no_data_ = true;
      at -= line.total;
      state_ = State::kPreamble;
      return at == 0 ? preamble(bytes) : at;
    }
    any = true;
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      broken_ = true;
      continue;
    }
    if (!equal_nocase(trimmed(text.substr(0, colon)), "content-disposition")) continue;
    const std::string_view value = text.substr(colon + 1);
    name = header_parameter(value, "filename");
    is_file = contains_nocase(value, "filename");
  }
  no_data_ |= !any;
  state_ = State::kContent;
  file_ = nullptr;
  if (is_file) {
    if (files.size() < kFilesMax)
      file_ = files.emplace_back(std::make_unique<FileBody>(as_bytes(name))).get();
    else
      files_left_out.add();
  }
  return at;
}

size_t MultipartReader::content(std::string_view bytes) {
  const size_t at = bytes.find(delimiter_);
  if (at == std::string_view::npos) {
    // A delimiter, and the line end before it, may begin in the last bytes.
    const size_t keep = delimiter_.size() + 2;
    const size_t sure = bytes.size() > keep ? bytes.size() - keep : 0;
    if (file_ != nullptr) file_->append(as_bytes(bytes.substr(0, sure)));
    return sure;
  }
  size_t end = at;
  if (end > 0 && bytes[end - 1] == '\n') --end;
  if (end > 0 && end < at && bytes[end - 1] == '\r') --end;
  const State before = state_;
  const size_t after = after_delimiter(bytes, at + delimiter_.size());
  if (after == std::string_view::npos) {
    state_ = before;
    return 0;
  }
  if (file_ != nullptr) {
    file_->append(as_bytes(bytes.substr(0, end)));
    file_->close();
    file_ = nullptr;
  }
  return after;
}

void MultipartReader::feed(Bytes bytes, std::deque<std::unique_ptr<FileBody>>& files) {
  if (state_ == State::kOver) return;
  pending_.append(as_text(bytes));
  size_t used = 0;
  while (used < pending_.size() && state_ != State::kOver) {
    const std::string_view rest = std::string_view(pending_).substr(used);
    const State before = state_;
    const size_t done = state_ == State::kPreamble ? preamble(rest)
                        : state_ == State::kHeader ? header(rest, files)
                                                   : content(rest);
    used += done;
    if (done == 0 && state_ == before) break;
    if (state_ == before && state_ == State::kContent) break;
  }
  pending_.erase(0, used);
  if (state_ == State::kOver) pending_.clear();
}

void MultipartReader::end(bool whole, std::deque<std::unique_ptr<FileBody>>& files) {
  if (state_ == State::kContent && file_ != nullptr) file_->append(as_bytes(pending_));
  pending_.clear();
  state_ = State::kOver;
  file_ = nullptr;
  for (const auto& file : files) {
    if (!file->open()) continue;
    if (whole)
      file->close();
    else
      file->truncate();
  }
}

}  // namespace picket::inspect::http
