// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/replay.h"

#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/counter.h"
#include "sensor/replay/auditd_reader.h"
#include "sensor/replay/event_xml_reader.h"
#include "sensor/replay/evtx_reader.h"
#include "sensor/replay/input_kind.h"
#include "sensor/replay/json_reader.h"
#include "sensor/replay/zeek_reader.h"

namespace picket::sensor::replay {
namespace {

constexpr size_t kWindowBytes = 1024 * 1024;

Counter unit_too_long{"sensor.replay.record_too_long", "single records longer than a reader holds"};

// Reads one input and, for containers, what is in it.
class InputRead {
 public:
  InputRead(const ReadRequest& request, ReadOutcome& outcome)
      : request_(request), outcome_(outcome) {}

  void read(ByteSource& source, const std::string& name, size_t nesting);

 private:
  void members(ByteSource& source, const std::string& name, size_t nesting);
  void records(ByteSource& source, const std::string& name, InputKind kind);
  void capture(ByteSource& source, const std::string& name, InputKind kind);
  bool stopped() const { return request_.stop && request_.stop->load(std::memory_order_relaxed); }

  const ReadRequest& request_;
  ReadOutcome& outcome_;
};

void InputRead::read(ByteSource& source, const std::string& name, size_t nesting) {
  PeekedSource peeked(source);
  const auto head = peeked.head(kHeadBytes);
  if (!head) return outcome_.problem(name, 0, head.error().message);
  if (is_container(*head)) {
    if (nesting >= request_.limits.nesting_max)
      return outcome_.problem(name, 0, "archives nested too deeply");
    return members(peeked, name, nesting);
  }
  Utf16Source utf8(peeked);
  PeekedSource decoded(utf8);
  ByteSource* text = &peeked;
  InputKind kind = detect_kind(*head);
  if (detect_encoding(*head) == TextEncoding::kUtf16Little) {
    const auto decoded_head = decoded.head(kHeadBytes);
    if (!decoded_head) return outcome_.problem(name, 0, decoded_head.error().message);
    kind = detect_kind(*decoded_head);
    text = &decoded;
  }
  ++outcome_.inputs;
  if (kind == InputKind::kPcap || kind == InputKind::kPcapng) return capture(peeked, name, kind);
  if (kind == InputKind::kEmpty) return;
  if (kind == InputKind::kUnknown) {
    ++outcome_.skipped;
    ++outcome_.unknown;
    return outcome_.problem(name, 0, "no format known here");
  }
  records(*text, name, kind);
}

void InputRead::members(ByteSource& source, const std::string& name, size_t nesting) {
  Container container(source, request_.limits);
  Container::Member member;
  while (!stopped()) {
    const auto more = container.next(member);
    if (!more) return outcome_.problem(name, 0, more.error().message);
    if (!*more) return;
    read(*member.source, member.name.empty() ? name : name + ":" + member.name, nesting + 1);
  }
}

void InputRead::records(ByteSource& source, const std::string& name, InputKind kind) {
  const std::unique_ptr<FormatReader> reader = make_reader(kind);
  RecordSink sink(outcome_, request_.on_record, name, kind);
  std::vector<uint8_t> window(kWindowBytes);
  size_t filled = 0;
  uint64_t offset = 0;
  bool last = false;
  while (!last && !stopped()) {
    while (filled < window.size() && !last) {
      const auto got = source.read(std::span(window).subspan(filled));
      if (!got) outcome_.problem(name, offset + filled, got.error().message);
      last = !got || *got == 0;
      if (got) filled += *got, outcome_.bytes += *got;
    }
    size_t done = reader->read(Bytes(window).first(filled), offset, last, sink);
    if (done == 0 && !last && window.size() < request_.unit_bytes_max) {
      window.resize(window.size() * 2);
      continue;
    }
    if (done == 0 && !last) {
      unit_too_long.add();
      sink.damaged(offset, "a record longer than " + std::to_string(window.size()) + " bytes");
      done = filled;
    }
    std::memmove(window.data(), window.data() + done, filled - done);
    filled -= done;
    offset += done;
    if (request_.on_progress) request_.on_progress(name, offset);
  }
}

void InputRead::capture(ByteSource& source, const std::string& name, InputKind kind) {
  if (!request_.on_capture) {
    ++outcome_.skipped;
    return;
  }
  CountedSource counted(source, [&](uint64_t bytes) {
    outcome_.bytes += bytes;
    if (request_.on_progress) request_.on_progress(name, outcome_.bytes);
  });
  request_.on_capture({name, kind, counted});
}

bool has_pattern(std::string_view path) { return path.find_first_of("*?[") != path.npos; }

Result<void> add_folder(const std::string& folder, std::vector<std::string>& files) {
  namespace fs = std::filesystem;
  std::error_code error;
  for (fs::recursive_directory_iterator
           it(folder, fs::directory_options::skip_permission_denied, error),
       end;
       !error && it != end; it.increment(error)) {
    std::error_code status_error;
    if (it->symlink_status(status_error).type() == fs::file_type::regular)
      files.push_back(it->path().string());
  }
  if (error) return failure("list " + folder + ": " + error.message());
  return {};
}

Result<void> add_matches(const std::string& pattern, std::vector<std::string>& files) {
  glob_t found{};
  const int status = ::glob(pattern.c_str(), GLOB_TILDE, nullptr, &found);
  std::vector<std::string> matches(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (status != 0) return failure("nothing matches " + pattern);
  for (const std::string& match : matches) {
    if (std::filesystem::is_directory(match))
      TRY(add_folder(match, files));
    else
      files.push_back(match);
  }
  return {};
}

}  // namespace

std::unique_ptr<FormatReader> make_reader(InputKind kind) {
  switch (kind) {
    case InputKind::kEvtx: return std::make_unique<EvtxReader>();
    case InputKind::kEventXml:
    case InputKind::kSysmonSyslog: return std::make_unique<EventXmlReader>();
    case InputKind::kJson: return std::make_unique<JsonReader>();
    case InputKind::kAuditd: return std::make_unique<AuditdReader>();
    case InputKind::kZeekTsv: return std::make_unique<ZeekReader>();
    case InputKind::kUnknown:
    case InputKind::kEmpty:
    case InputKind::kPcap:
    case InputKind::kPcapng: return nullptr;
  }
  return nullptr;
}

Result<std::vector<std::string>> expand_inputs(const std::vector<std::string>& given) {
  std::vector<std::string> files;
  for (const std::string& input : given) {
    std::vector<std::string> found;
    std::error_code error;
    if (input == "-")
      found.push_back(input);
    else if (std::filesystem::is_directory(input, error))
      TRY(add_folder(input, found));
    else if (std::filesystem::exists(input, error))
      found.push_back(input);
    else if (has_pattern(input))
      TRY(add_matches(input, found));
    else
      return failure(input + ": no such file or folder");
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

ReadOutcome for_each_record(ByteSource& source, const std::string& name,
                            const ReadRequest& request) {
  ReadOutcome outcome;
  InputRead(request, outcome).read(source, name, 0);
  return outcome;
}

ReadOutcome for_each_record(const std::string& input, const ReadRequest& request) {
  ReadOutcome outcome;
  if (input == "-") {
    FileSource source{UniqueFd(::dup(STDIN_FILENO))};
    InputRead(request, outcome).read(source, "-", 0);
    return outcome;
  }
  const auto source = FileSource::open(input);
  if (!source)
    outcome.problem(input, 0, source.error().message);
  else
    InputRead(request, outcome).read(**source, input, 0);
  return outcome;
}

ReadOutcome for_each_record(const std::string& input, const OnRecord& on_record) {
  ReadRequest request;
  request.on_record = on_record;
  return for_each_record(input, request);
}

}  // namespace picket::sensor::replay
