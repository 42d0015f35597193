// SPDX-License-Identifier: Apache-2.0
#include "app/response/sample_gather.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "app/history/store_folder.h"
#include "app/response/scanner_process.h"
#include "base/ascii.h"
#include "process/dpkg_database.h"
#include "process/file_digest.h"
#include "process/user_names.h"
#include "respond/quarantine/exact_file.h"
#include "respond/sample/strings.h"
#include "sensor/fallback/proc_net.h"
#include "sensor/procfs/proc_files.h"
#include "sensor/procfs/process_reader.h"

namespace picket::app::response {
namespace {

namespace procfs = sensor::procfs;
using respond::SampleFacts;

constexpr size_t kMapsBytesMax = 8u << 20;
constexpr size_t kNetBytesMax = 16u << 20;
constexpr size_t kSocketsMax = 65'536;
constexpr size_t kCommandMax = 4096;

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out.substr(0, kCommandMax);
}

std::vector<respond::SampleProcess> lineage_of(uint32_t pid) {
  std::vector<respond::SampleProcess> out;
  process::UserNames users;
  while (pid != 0 && out.size() < SampleFacts::kLineageMax) {
    const auto read = procfs::read_process("/proc", pid, {}, system_clock().mono());
    if (!read) break;
    const event::ProcessSeen& seen = read->seen;
    out.push_back({seen.key.pid, seen.key.start_ns, seen.command, seen.executable,
                   joined(seen.arguments),
                   std::string(users.name(seen.uid, system_clock().mono()))});
    pid = seen.parent.pid;
  }
  return out;
}

// "7f00-7f01 r-xp 00000000 08:01 123   /lib/x.so": the range and the path of one mapped file.
struct MapLine {
  std::string_view range, path;
};
std::optional<MapLine> parse_map(std::string_view line) {
  const size_t blank = line.find(' ');
  const size_t slash = line.find('/');
  if (blank == std::string_view::npos || slash == std::string_view::npos) return std::nullopt;
  return MapLine{line.substr(0, blank), line.substr(slash)};
}

// Through the mapping itself where that is allowed: it reaches deleted files and other mount
// namespaces; else by name.
UniqueFd open_mapped(int process, const MapLine& map) {
  const std::string link = "map_files/" + std::string(map.range);
  UniqueFd file(::openat(process, link.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file)
    file = UniqueFd(::open(std::string(map.path).c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  return file;
}

void gather_libraries(int process, const struct stat& program, Gathered& out) {
  out.maps = procfs::read_file(process, "maps", kMapsBytesMax).value_or(std::string());
  std::set<std::string_view> seen;
  for (std::string_view rest = out.maps; !rest.empty();) {
    const auto map = parse_map(take_until(rest, '\n'));
    if (!map || !seen.insert(map->path).second) continue;
    if (out.facts.libraries.size() == SampleFacts::kLibrariesMax) return;
    respond::SampleFile library;
    library.path = map->path;
    const UniqueFd file = open_mapped(process, *map);
    struct stat facts {};
    if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
      library.note = "could not be opened";
    } else {
      if (facts.st_ino == program.st_ino && facts.st_dev == program.st_dev) continue;
      library.size = static_cast<uint64_t>(facts.st_size);
      if (const auto digest = process::digest_file(file.get())) {
        library.sha256 = digest->sha256;
        library.md5 = digest->md5;
      }
    }
    out.facts.libraries.push_back(std::move(library));
  }
}

std::set<uint64_t> socket_inodes(int process) {
  std::set<uint64_t> inodes;
  const UniqueFd folder(::openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return inodes;
  procfs::visit_numbers(folder.get(), [&](uint32_t, const char* name) {
    const auto link = procfs::read_link(folder.get(), name);
    if (const auto inode = link ? procfs::parse_inode_link(*link, "socket") : std::nullopt)
      inodes.insert(*inode);
    return inodes.size() < kSocketsMax;
  });
  return inodes;
}

void gather_sockets(int process, SampleFacts& facts) {
  using event::Transport;
  using sensor::fallback::DiagQuery;
  const std::set<uint64_t> inodes = socket_inodes(process);
  for (const auto& [protocol, transport] :
       {std::pair<uint8_t, Transport>{IPPROTO_TCP, Transport::kTcp},
        {IPPROTO_UDP, Transport::kUdp},
        {IPPROTO_RAW, Transport::kRaw}})
    for (const uint8_t family : {uint8_t{AF_INET}, uint8_t{AF_INET6}}) {
      const DiagQuery query{family, protocol, transport};
      const std::string name = std::string("net/") + sensor::fallback::proc_net_name(query);
      const auto text = procfs::read_file(process, name.c_str(), kNetBytesMax);
      std::vector<sensor::fallback::SocketEntry> sockets;
      if (text) sensor::fallback::parse_proc_net(*text, query, kSocketsMax, sockets);
      for (const auto& socket : sockets) {
        if (!inodes.contains(socket.inode)) continue;
        if (facts.connections.size() == SampleFacts::kConnectionsMax) return;
        facts.connections.push_back({std::string(event::text(transport)),
                                     std::string(event::text(socket.state)),
                                     {},
                                     socket.local,
                                     socket.remote,
                                     {},
                                     {}});
      }
    }
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace

Result<Gathered> gather_process(const respond::HeldProcess& process) {
  const uint32_t pid = process.found().key.pid;
  Gathered out;
  const UniqueFd directory = procfs::open_process("/proc", pid);
  out.file =
      UniqueFd(::openat(directory.get(), "exe", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat facts {};
  if (!out.file || process.ended() || ::fstat(out.file.get(), &facts) != 0)
    return system_failure("open the program of process " + std::to_string(pid), errno,
                          errno == EACCES ? "It is another user's: this takes root." : "");
  out.facts.host = host_name();
  out.facts.sample.path = process.found().executable;
  if (facts.st_nlink == 0)
    out.facts.sample.note = out.facts.sample.path.starts_with("memfd:") ? "it is in memory only"
                                                                        : "the file was deleted";
  out.facts.lineage = lineage_of(pid);
  gather_libraries(directory.get(), facts, out);
  gather_sockets(directory.get(), out.facts);
  return out;
}

Result<Gathered> gather_file(const std::string& path) {
  TRY_ASSIGN(respond::ExactFile file, respond::open_exactly(path));
  Gathered out;
  out.facts.host = host_name();
  out.facts.sample.path = file.path;
  out.file = std::move(file.file);
  return out;
}

void gather_history(const std::string& key, const std::string& state, SampleFacts& facts) {
  auto reader = store::Reader::open(state);
  const auto query =
      search::parse_query("process.id:\"" + key + "\" (kind:flow OR kind:alert)", {});
  if (!reader || !query) return;
  using schema::Field;
  reader->select(*query, false, [&](const schema::Record& record) {
    if (record.kind == schema::Kind::kAlert) {
      if (facts.rules.size() < SampleFacts::kRulesMax)
        facts.rules.push_back({std::string(record.text_of(Field::kRuleId)),
                               std::string(record.text_of(Field::kRuleName)),
                               std::string(record.text_of(Field::kReason)),
                               {},
                               record.time});
      return true;
    }
    respond::SampleConnection one;
    const auto endpoint = [&](Field address, Field port) {
      const schema::Value* value = record.find(address);
      const auto* ip = value ? std::get_if<IpAddress>(value) : nullptr;
      return Endpoint{ip ? *ip : IpAddress(), static_cast<uint16_t>(record.number_of(port))};
    };
    one.local = endpoint(Field::kLocalIp, Field::kLocalPort);
    one.remote = endpoint(Field::kRemoteIp, Field::kRemotePort);
    one.name = record.text_of(Field::kRemoteName);
    one.time = record.time;
    facts.connections.push_back(std::move(one));
    return facts.connections.size() < SampleFacts::kConnectionsMax;
  });
}

Result<void> judge_sample(Gathered& gathered) {
  SampleFacts& facts = gathered.facts;
  struct stat status {};
  if (::fstat(gathered.file.get(), &status) != 0) return system_failure("look at the sample");
  facts.sample.size = static_cast<uint64_t>(status.st_size);
  TRY_ASSIGN(const process::FileDigest digest, process::digest_file(gathered.file.get()));
  facts.sample.sha256 = digest.sha256;
  facts.sample.md5 = digest.md5;
  process::DpkgDatabase packages;
  if (const auto owner = packages.find_owner(facts.sample.path, digest.md5); owner)
    facts.package = owner->package;
  scan::ScanContent content;
  TRY_ASSIGN(content.yara, scan::YaraRules::compile({}));
  TRY_ASSIGN(const auto scanner, ScannerProcess::start(content));
  const auto report = scanner->judge(gathered.file.get(), facts.sample.size,
                                     {facts.sample.path, status.st_mode, false, {}});
  if (!report) {
    facts.sample.note += (facts.sample.note.empty() ? "" : "; ") + report.error().message;
    return {};
  }
  for (const scan::Finding& finding : report->findings)
    facts.rules.push_back({finding.rule_id,
                           finding.rule_name,
                           finding.reason,
                           std::string(event::text(finding.severity)),
                           {}});
  return {};
}

std::string strings_of(int file) {
  respond::Strings strings;
  std::vector<uint8_t> piece(256 * 1024);
  off_t at = 0;
  ssize_t count = 0;
  while ((count = ::pread(file, piece.data(), piece.size(), at)) > 0) {
    strings.feed({piece.data(), static_cast<size_t>(count)});
    at += count;
  }
  return strings.finish();
}

}  // namespace picket::app::response
