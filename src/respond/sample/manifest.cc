// SPDX-License-Identifier: Apache-2.0
#include "base/json_writer.h"
#include "respond/sample/sample_facts.h"
#include "respond/sample/sealed_zip.h"

namespace picket::respond {
namespace {

void append(JsonWriter& out, const SampleFile& file) {
  out.begin_object().member("path", file.path).member_if("sha256", file.sha256);
  out.member_if("sha1", file.sha1).member_if("md5", file.md5).member("size", file.size);
  out.member_if("note", file.note).end_object();
}

void append(JsonWriter& out, const SampleProcess& process) {
  out.begin_object().member("pid", process.pid).member("start_ns", process.start_ns);
  out.member("name", process.name).member_if("executable", process.executable);
  out.member_if("command_line", process.command_line).member_if("user", process.user);
  out.end_object();
}

void append(JsonWriter& out, const SampleConnection& one) {
  out.begin_object().member_if("transport", one.transport).member_if("state", one.state);
  out.member_if("direction", one.direction).member("local", one.local.text());
  if (one.remote != Endpoint{}) out.member("remote", one.remote.text());
  out.member_if("name", one.name);
  if (one.time.ns != 0) out.member("time", rfc3339(one.time));
  out.end_object();
}

void append(JsonWriter& out, const SampleFacts::Rule& rule) {
  out.begin_object().member("id", rule.id).member_if("name", rule.name);
  out.member_if("severity", rule.severity).member_if("reason", rule.reason);
  if (rule.time.ns != 0) out.member("time", rfc3339(rule.time));
  out.end_object();
}

template <typename T>
void append_list(JsonWriter& out, std::string_view name, const std::vector<T>& items) {
  out.key(name).begin_array();
  for (const T& item : items) append(out, item);
  out.end_array();
}

}  // namespace

std::string manifest_json(const SampleFacts& facts) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().member("format", "picket sample 1").member("made_by", facts.made_by);
  out.member("made", rfc3339(facts.made)).member("host", facts.host);
  out.member_if("reason", facts.reason).member_if("alert", facts.alert_id);
  out.member("password", SealedZip::kPassword);
  out.key("sample");
  append(out, facts.sample);
  out.member_if("package", facts.package);
  append_list(out, "lineage", facts.lineage);
  append_list(out, "libraries", facts.libraries);
  append_list(out, "connections", facts.connections);
  append_list(out, "rules", facts.rules);
  out.end_object();
  return text + "\n";
}

}  // namespace picket::respond
