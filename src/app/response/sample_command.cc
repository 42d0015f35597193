// SPDX-License-Identifier: Apache-2.0
// picket sample: one suspect, with all about it, packed for a laboratory.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/response/audit_draft.h"
#include "app/response/response_commands.h"
#include "app/response/sample_gather.h"
#include "base/utf8.h"
#include "process/small_file.h"
#include "respond/quarantine/quarantine.h"
#include "respond/sample/sealed_zip.h"
#include "respond/sample/upload.h"

namespace picket::app::response {
namespace {

constexpr size_t kKeyBytesMax = 4096;

Result<Gathered> gather_kept(const std::string& id, const std::string& responses) {
  TRY_ASSIGN(const respond::Quarantine quarantine, respond::Quarantine::open(responses));
  TRY_ASSIGN(const respond::QuarantineItem item, quarantine.find(id));
  Gathered out;
  out.file = UniqueFd(::memfd_create("sample", MFD_CLOEXEC));
  if (!out.file) return system_failure("make room for the sample");
  TRY(quarantine.copy_out(item, out.file.get()));
  out.facts.sample.path = item.path;
  out.facts.sample.note = "from the quarantine, " + item.id;
  return out;
}

// The process where it still runs, else the file; with what history tells.
Result<Gathered> gather(const Target& target, const cli::SampleOptions& options) {
  if (respond::is_item_id(target.given) && ::access(target.given.c_str(), F_OK) != 0)
    return gather_kept(target.given, responses_folder(options.place));
  if (target.pid == 0 || (target.alert && !target.alert->file.empty()))
    return gather_file(target.path);
  auto held = respond::HeldProcess::hold(target.pid, target.start_ns);
  if (!held && target.path.empty()) return std::unexpected(held.error());
  auto gathered = held ? gather_process(*held) : gather_file(target.path);
  if (!gathered) return gathered;
  const event::ProcessKey key =
      held ? held->found().key : event::ProcessKey{target.pid, target.start_ns};
  gather_history(std::to_string(key.pid) + "@" + std::to_string(key.start_ns), options.place.state,
                 gathered->facts);
  return gathered;
}

Result<void> pack(Gathered& gathered, const Target& target, respond::SealedZip& zip) {
  const respond::SampleFacts& facts = gathered.facts;
  TRY(zip.add("manifest.json", respond::manifest_json(facts)));
  TRY(zip.add("stix.json", respond::stix_json(facts)));
  if (target.alert) {
    std::string alert;
    JsonWriter out(alert);
    event::append_json(out, *target.alert);
    TRY(zip.add("alert.json", alert + "\n"));
  }
  if (!gathered.maps.empty()) TRY(zip.add("maps.txt", gathered.maps));
  TRY(zip.add("strings.txt", strings_of(gathered.file.get())));
  TRY(zip.add_file("sample.bin", gathered.file.get()));
  return zip.finish();
}

Result<void> send(const cli::SampleOptions& options, const std::string& path,
                  const respond::SampleFacts& facts, respond::AuditLog& log, const Target& target) {
  const auto url = respond::parse_https_url(options.upload);
  if (!url)
    return failure("--upload: " + printable(options.upload) + " is no https:// address",
                   "Samples travel encrypted only.");
  respond::UploadTo to;
  to.url = *url;
  to.ca_file = options.ca_file;
  to.misp = options.misp;
  if (!options.key_file.empty()) {
    TRY_ASSIGN(to.key, process::read_small_file(options.key_file, kKeyBytesMax));
    while (!to.key.empty() && (to.key.back() == '\n' || to.key.back() == '\r')) to.key.pop_back();
  }
  respond::AuditRecord record = draft("upload sample", options.reason, target);
  record.target = path;
  return respond::audited(log, record, [&](respond::AuditRecord& after) -> Result<void> {
    TRY_ASSIGN(const std::string status,
               respond::upload(to, path, path.substr(path.rfind('/') + 1),
                               "Sample of " + facts.sample.path + " on " + facts.host));
    after.after = "sent to " + url->host + ": " + status;
    std::fprintf(stderr, "picket: sent to %s: %s\n", printable(url->host).c_str(),
                 printable(status).c_str());
    return {};
  });
}

void tell(const cli::SampleOptions& options, const std::string& path,
          const respond::SampleFacts& facts) {
  if (options.json) {
    std::fputs(respond::manifest_json(facts).c_str(), stdout);
    return;
  }
  std::printf("%s  (password: %s)\n  %s\n  sha256 %s\n", printable(path).c_str(),
              respond::SealedZip::kPassword, printable(facts.sample.path).c_str(),
              facts.sample.sha256.c_str());
  std::printf("  %zu libraries, %zu connections, %zu rules, %zu processes in its line\n",
              facts.libraries.size(), facts.connections.size(), facts.rules.size(),
              facts.lineage.size());
}

}  // namespace

Result<int> run_sample(const cli::SampleOptions& options) {
  TRY_ASSIGN(respond::AuditLog log, open_log(options.place));
  TRY_ASSIGN(const Target target, find_target(options.target, options.place.state));
  respond::AuditRecord record = draft("sample", options.reason, target);
  std::string path = options.out;
  Gathered gathered;
  const auto packed =
      respond::audited(log, record, [&](respond::AuditRecord& after) -> Result<void> {
        TRY_ASSIGN(gathered, gather(target, options));
        TRY(judge_sample(gathered));
        respond::SampleFacts& facts = gathered.facts;
        facts.made = system_clock().wall();
        facts.made_by = "picket " PICKET_VERSION;
        facts.reason = record.reason;
        facts.alert_id = record.alert_id;
        if (path.empty()) path = "picket-sample-" + facts.sample.sha256.substr(0, 12) + ".zip";
        TRY_ASSIGN(respond::SealedZip zip, respond::SealedZip::create(path));
        TRY(pack(gathered, target, zip));
        after.after = "packed as " + path + ", sha256 " + facts.sample.sha256;
        return {};
      });
  TRY(packed);
  tell(options, path, gathered.facts);
  if (!options.upload.empty()) TRY(send(options, path, gathered.facts, log, target));
  return cli::kExitDone;
}

}  // namespace picket::app::response
