// SPDX-License-Identifier: Apache-2.0
// Hostile captures: good ones with bytes flipped, frames cut, reordered, doubled, lost, spliced,
// read with rules. Nothing may crash or hang, and the same mutant gives the same twice. A small
// number by default, of captures made here; with PICKET_MUTANTS=N that many of the shared corpus
// (PICKET_SHARED), with all its rules.
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <random>

#include "app/capture/capture_run.h"
#include "app/capture/frame_source_for_tests.h"
#include "detect/suricata/engine.h"
#include "sensor/capture/capture_reader.h"

namespace picket::app::analyze {
namespace {

namespace fs = std::filesystem;
using capture::FrameSource;
using namespace packet::for_tests;
using Frames = std::vector<Frame>;

constexpr uint32_t kClient = 0x0a000001, kServer = 0xc0000201;
constexpr uint32_t kRaw = 101;

// Both ends of one TCP conversation, each segment acknowledged by the next.
class Talk {
 public:
  explicit Talk(uint16_t port) : port_(port) {
    send(true, 2, {});
    send(false, 18, {});
    send(true, 16, {});
  }
  Talk& client(std::string_view words) { return send(true, 24, words); }
  Talk& server(std::string_view words) { return send(false, 24, words); }
  Frames end() {
    send(true, 17, {});
    send(false, 17, {});
    send(true, 16, {});
    return frames_;
  }

 private:
  Talk& send(bool from_client, uint8_t flags, std::string_view words) {
    uint32_t& mine = from_client ? client_seq_ : server_seq_;
    const uint32_t theirs = from_client ? server_seq_ : client_seq_;
    const Frame segment = from_client ? tcp(40000, port_, mine, theirs, flags, text(words))
                                      : tcp(port_, 40000, mine, theirs, flags, text(words));
    frames_.push_back(from_client ? ipv4(kClient, kServer, 6, segment)
                                  : ipv4(kServer, kClient, 6, segment));
    mine += static_cast<uint32_t>(words.size()) + ((flags & 3) != 0 ? 1 : 0);
    return *this;
  }
  const uint16_t port_;
  uint32_t client_seq_ = 100, server_seq_ = 9000;
  Frames frames_;
};

std::vector<Frames> conversations() {
  const std::string page = "1a\r\n<script>eval(unescape('%41'))\r\n4\r\nabcd\r\n0\r\n\r\n";
  Frame question = bytes({0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4});
  for (const uint8_t byte : text("evil\x04test")) question.push_back(byte);
  question = join(question, bytes({0, 0, 1, 0, 1}));
  return {
      Talk(80)
          .client("POST /a/b.php?x=1 HTTP/1.1\r\nHost: www.example.org\r\nContent-Length: "
                  "7\r\n\r\nq=evil!")
          .server(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n" +
              page)
          .end(),
      Talk(25)
          .server("220 mail\r\n")
          .client("EHLO a\r\n")
          .server("250 OK\r\n")
          .client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n")
          .server("250 a\r\n250 b\r\n354 go\r\n")
          .client("Subject: evil\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
                  "Content-Disposition: attachment; filename=\"a.exe\"\r\n"
                  "Content-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA\r\n--x--\r\n.\r\n")
          .end(),
      {ipv4(kClient, kServer, 17, udp(5353, 53, question)),
       ipv4(kServer, kClient, 17, udp(53, 5353, question))},
  };
}

constexpr std::string_view kSignatures =
    "alert tcp any any -> any any (content:\"ev\"; content:\"il\"; distance:0; within:9; sid:1;)\n"
    "alert http any any -> any any (http.uri; content:\".php\"; pcre:\"/[?]x=\\d/\"; sid:2;)\n"
    "alert http any any -> any any (file.data; content:\"<script\"; content:\"unescape\"; "
    "distance:0; sid:3;)\n"
    "alert smtp any any -> any any (file.name; content:\".exe\"; file.data; content:\"MZ\"; "
    "startswith; sid:4;)\n"
    "alert dns any any -> any any (dns.query; content:\"evil\"; byte_test:1,>,0,0; sid:5;)\n"
    "alert ip any any -> any any (byte_jump:2,0; isdataat:!1,relative; sid:6;)\n";

// One capture made worse, one to four times.
Frames mutant(const Frames& good, std::mt19937& random) {
  Frames frames = good;
  const auto below = [&random](size_t end) { return random() % std::max<size_t>(1, end); };
  for (size_t n = 1 + below(4); n > 0 && !frames.empty(); --n) {
    const size_t at = below(frames.size());
    Frame& frame = frames[at];
    const auto place = frames.begin() + static_cast<ptrdiff_t>(at);
    switch (below(6)) {
      case 0:
        for (size_t flips = 1 + below(32); flips > 0; --flips) {
          Frame& hit = frames[below(frames.size())];
          if (!hit.empty()) hit[below(hit.size())] = static_cast<uint8_t>(random());
        }
        break;
      case 1: frame.resize(below(frame.size())); break;
      case 2: std::swap(frame, frames[below(frames.size())]); break;
      case 3: frames.insert(place, Frame(frame)); break;
      case 4: frames.erase(place); break;
      default: {
        const Frame& other = frames[below(frames.size())];
        const size_t size = below(std::min(frame.size(), other.size()));
        std::copy(other.end() - static_cast<ptrdiff_t>(size), other.end(),
                  frame.end() - static_cast<ptrdiff_t>(size));
      }
    }
  }
  return frames;
}

// Counts what is told, in a number that differs when anything does.
struct Tally final : inspect::RecordSink {
  void add(uint64_t value) { sum = (sum ^ value) * 0x9e3779b97f4a7c15ull; }
  void on_packet(const inspect::PacketContext& context, inspect::Verdict) override {
    for (const inspect::RuleMatch& match : context.matches) add(match.rule->sid);
    for (uint8_t i = 0; i < context.packet.event_count; ++i)
      add(static_cast<uint64_t>(context.packet.events[i]));
    matches += context.matches.size();
  }
  void on_transaction(const inspect::PacketFlow&, inspect::Transaction& transaction,
                      const packet::Packet&) override {
    line.clear();
    JsonWriter out(line);
    transaction.append_eve(out);
    add(std::hash<std::string>()(line));
  }
  void on_file(const inspect::PacketFlow&, const inspect::Transaction&, inspect::Direction,
               inspect::FileBody& file, const packet::Packet&) override {
    add(file.size());
  }
  void on_flow(const inspect::PacketFlow& flow, WallTime) override { add(flow.bytes[0]); }
  uint64_t sum = 0, matches = 0;
  std::string line;
};

using Rules = std::shared_ptr<const detect::suricata::LoadedRules>;

Tally read(const Frames& frames, uint32_t link_type, const Rules& rules,
           const capture::CaptureSettings& settings) {
  Tally tally;
  auto engine = detect::suricata::Engine::create(rules, settings.settings);
  EXPECT_TRUE(engine);
  FrameSource source(frames, link_type);
  capture::CaptureRun run({.settings = settings,
                           .sink = tally,
                           .inspector = engine->get(),
                           .on_link_type = {},
                           .on_progress = {}});
  EXPECT_TRUE(run.read(source));
  return tally;
}

std::unique_ptr<capture::CaptureSettings> some_settings(std::mt19937& random) {
  std::vector<std::string> set;
  if (random() % 2 != 0) set.push_back("stream.midstream=true");
  if (random() % 2 != 0) set.push_back("stream.async-oneside=true");
  if (random() % 4 == 0) set.push_back("stream.inline=true");
  auto made = capture::CaptureSettings::create(set, random() % 4 == 0 ? "all" : "none", false);
  EXPECT_TRUE(made);
  return std::move(*made);
}

TEST(Mutants, NeitherCrashNorDifferFromThemselves) {
  std::mt19937 random(4);
  detect::suricata::LoadReport report;
  const auto rules = detect::suricata::load_text(kSignatures, inspect::Settings(), report);
  ASSERT_TRUE(rules);
  ASSERT_EQ(report.loaded, 6u);
  uint64_t matches = 0;
  for (const Frames& good : conversations())
    for (int i = 0; i < 150; ++i) {
      const auto settings = some_settings(random);
      const Frames bad = mutant(good, random);
      const Tally one = read(bad, kRaw, *rules, *settings);
      EXPECT_EQ(one.sum, read(bad, kRaw, *rules, *settings).sum) << i;
      matches += one.matches;
    }
  EXPECT_GT(matches, 300u);  // or they were not looked into
}

struct Recorded {
  Frames frames;
  uint32_t link_type = 1;
};

Recorded recorded(const std::string& path) {
  Recorded out;
  auto file = sensor::replay::FileSource::open(path);
  if (!file) return out;
  auto reader = sensor::capture::CaptureReader::open(**file);
  if (!reader) return out;
  sensor::capture::Frame frame;
  for (size_t bytes = 0; bytes < 4'000'000 && (*reader)->next(frame); bytes += frame.bytes.size()) {
    out.link_type = frame.link_type;
    out.frames.emplace_back(frame.bytes.begin(), frame.bytes.end());
  }
  return out;
}

TEST(Mutants, OfTheSharedCorpusTakeBoundedTime) {
  const char* shared = std::getenv("PICKET_SHARED");
  const char* wanted = std::getenv("PICKET_MUTANTS");
  if (shared == nullptr || wanted == nullptr)
    GTEST_SKIP() << "PICKET_MUTANTS and PICKET_SHARED ask";
  const std::string corpus = std::string(shared) + "/corpus/";
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(corpus + "captures"))
    if (entry.path().string().find(".pcap") != std::string::npos) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ASSERT_FALSE(files.empty());
  detect::suricata::LoadReport report;
  auto rules = detect::suricata::load({corpus + "rules/et-open-2023-05-15.enabled.rules"},
                                      inspect::Settings(), {}, report);
  ASSERT_TRUE(rules);
  std::mt19937 random(5);
  double worst = 0, seconds = 0;
  int count = 0;
  std::from_chars(wanted, wanted + std::strlen(wanted), count);
  ASSERT_GT(count, 0) << wanted;
  for (int i = 0; i < count; ++i) {
    const std::string& file = files[static_cast<size_t>(i) % files.size()];
    const Recorded good = recorded(file);
    const auto settings = some_settings(random);
    const Frames bad = mutant(good.frames, random);
    const std::clock_t begin = std::clock();
    read(bad, good.link_type, *rules, *settings);
    const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    EXPECT_LT(took, 60) << file;
    if (took > worst) std::printf("%d %.3f s %s\n", i, worst = took, file.c_str());
    seconds += took;
  }
  std::printf("%d mutants, %.1f s, longest %.3f s\n", count, seconds, worst);
}

}  // namespace
}  // namespace picket::app::analyze
