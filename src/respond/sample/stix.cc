// SPDX-License-Identifier: Apache-2.0
#include <openssl/sha.h>

#include <cstring>
#include <set>

#include "base/hex.h"
#include "base/json_writer.h"
#include "respond/sample/sample_facts.h"

namespace picket::respond {
namespace {

// STIX 2.1, 2.9: the namespace for ids of cyber-observable objects.
constexpr uint8_t kObservableNamespace[16] = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                              0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};

// UUID version 5 (RFC 9562 5.5).
std::string uuid_of(std::string_view name) {
  std::string input(reinterpret_cast<const char*>(kObservableNamespace), 16);
  input += name;
  uint8_t hash[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const uint8_t*>(input.data()), input.size(), hash);
  hash[6] = static_cast<uint8_t>((hash[6] & 0x0f) | 0x50);
  hash[8] = static_cast<uint8_t>((hash[8] & 0x3f) | 0x80);
  std::string hex = hex_of({hash, 16});
  for (const size_t at : {8, 13, 18, 23}) hex.insert(at, "-");
  return hex;
}

// The properties that an observable's id is made from, as canonical JSON (RFC 8785).
std::string id_of(std::string_view type, const std::string& properties) {
  return std::string(type) + "--" + uuid_of(properties);
}

std::string property(std::string_view name, std::string_view value) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().member(name, value).end_object();
  return text;
}

class Bundle {
 public:
  explicit Bundle(const SampleFacts& facts) : facts_(facts), json_(text_) {
    json_.begin_object().member("type", "bundle");
    json_.member("id", "bundle--" + uuid_of("bundle " + key()));
    json_.key("objects").begin_array();
  }

  std::string finish() {
    const std::string file = add_file();
    for (const SampleConnection& one : facts_.connections) add_remote(one);
    if (!facts_.lineage.empty()) add_process(file);
    add_conclusions();
    json_.end_array().end_object();
    return text_ + "\n";
  }

 private:
  std::string key() const {
    return facts_.host + " " + facts_.sample.sha256 + " " + rfc3339(facts_.made);
  }
  void begin(std::string_view type, const std::string& id) {
    json_.begin_object().member("type", type).member("spec_version", "2.1").member("id", id);
  }
  // Domain objects say when and by whom they were made.
  void begin_domain(std::string_view type, const std::string& id) {
    begin(type, id);
    json_.member("created", rfc3339(facts_.made)).member("modified", rfc3339(facts_.made));
    if (type != "identity") json_.member("created_by_ref", identity());
  }
  std::string identity() const { return "identity--" + uuid_of("picket " + facts_.host); }

  std::string add_file() {
    const SampleFile& sample = facts_.sample;
    const std::string name = sample.path.substr(sample.path.rfind('/') + 1);
    std::string properties;
    JsonWriter canonical(properties);
    canonical.begin_object().key("hashes").begin_object();
    canonical.member(sample.md5.empty() ? "SHA-256" : "MD5",
                     sample.md5.empty() ? sample.sha256 : sample.md5);
    canonical.end_object().member("name", name).end_object();
    const std::string id = id_of("file", properties);
    begin("file", id);
    json_.key("hashes").begin_object().member_if("MD5", sample.md5);
    json_.member_if("SHA-1", sample.sha1).member_if("SHA-256", sample.sha256).end_object();
    json_.member("name", name).member("size", sample.size).end_object();
    observed_.push_back(id);
    return id;
  }

  void add_value(std::string_view type, const std::string& value) {
    const std::string id = id_of(type, property("value", value));
    if (!told_.insert(id).second) return;
    begin(type, id);
    json_.member("value", value).end_object();
    observed_.push_back(id);
  }

  void add_remote(const SampleConnection& one) {
    const IpAddress& address = one.remote.address;
    if (!address.is_unspecified() && !address.is_loopback())
      add_value(address.is_v4() ? "ipv4-addr" : "ipv6-addr", address.text());
    if (!one.name.empty()) add_value("domain-name", one.name);
  }

  void add_process(const std::string& file) {
    const SampleProcess& process = facts_.lineage.front();
    const std::string id = "process--" + uuid_of(facts_.host + " " + std::to_string(process.pid) +
                                                 "@" + std::to_string(process.start_ns));
    begin("process", id);
    json_.member("pid", process.pid).member_if("command_line", process.command_line);
    json_.member("image_ref", file).end_object();
    observed_.push_back(id);
  }

  void add_conclusions() {
    begin_domain("identity", identity());
    json_.member("name", "picket on " + facts_.host).member("identity_class", "system");
    json_.end_object();
    const std::string data = "observed-data--" + uuid_of("observed " + key());
    begin_domain("observed-data", data);
    json_.member("first_observed", rfc3339(facts_.made));
    json_.member("last_observed", rfc3339(facts_.made)).member("number_observed", 1);
    list("object_refs", observed_);
    json_.end_object();
    const std::string indicator = "indicator--" + uuid_of("indicator " + facts_.sample.sha256);
    begin_domain("indicator", indicator);
    json_.member("name", "Sample of " + facts_.sample.path);
    list("indicator_types", {"unknown"});
    json_.member("pattern", "[file:hashes.'SHA-256' = '" + facts_.sample.sha256 + "']");
    json_.member("pattern_type", "stix").member("valid_from", rfc3339(facts_.made)).end_object();
    begin_domain("sighting", "sighting--" + uuid_of("sighting " + key()));
    json_.member("sighting_of_ref", indicator);
    list("observed_data_refs", {data});
    list("where_sighted_refs", {identity()});
    json_.member("count", 1).end_object();
  }

  void list(std::string_view name, const std::vector<std::string>& values) {
    json_.key(name).begin_array();
    for (const std::string& value : values) json_.value(value);
    json_.end_array();
  }

  const SampleFacts& facts_;
  std::string text_;
  JsonWriter json_;
  std::vector<std::string> observed_;
  std::set<std::string> told_;
};

}  // namespace

std::string stix_json(const SampleFacts& facts) { return Bundle(facts).finish(); }

}  // namespace picket::respond
