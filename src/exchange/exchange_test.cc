// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "exchange/formats.h"
#include "exchange/network_detection.h"
#include "exchange/parts.h"

namespace picket::exchange {
namespace {

using schema::Field;
using schema::Kind;
using schema::Record;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path shared() {
  const char* folder = std::getenv("PICKET_SHARED");
  return folder ? folder : "";
}

// One of each kind, with every field that the kind may have.
Record full(Kind kind) {
  Record record;
  record.kind = kind;
  record.time = WallTime{1'767'225'600'000'000'000};
  for (const schema::FieldInfo& field : schema::fields()) {
    if (field.field == Field::kTime || field.field == Field::kKind ||
        !schema::has(kind, field.field))
      continue;
    switch (field.type) {
      case schema::Type::kWord: record.value(field.field, int64_t{1}); break;
      case schema::Type::kFlag: record.value(field.field, true); break;
      case schema::Type::kReal: record.value(field.field, 1.5); break;
      case schema::Type::kAddress: record.value(field.field, *IpAddress::parse("192.0.2.7")); break;
      case schema::Type::kList: record.text(field.field, "T1071.001\nT1105"); break;
      case schema::Type::kTime:
        record.value(field.field, int64_t{1'767'225'600'000'000'000});
        break;
      case schema::Type::kNumber: record.number(field.field, 200); break;
      default: record.text(field.field, "x|y=z\\ \"1\""); break;
    }
  }
  record.finish();
  return record;
}

constexpr Kind kKinds[] = {Kind::kAlert, Kind::kFlow, Kind::kProcess, Kind::kDns,
                           Kind::kHttp,  Kind::kTls,  Kind::kFile};

// The published OCSF schema, as far as it says which attributes an object may and must have.
class Ocsf {
 public:
  explicit Ocsf(const std::filesystem::path& folder) : folder_(folder) {
    load("objects", objects_);
    load("events", events_);
    dictionary_ = Json::parse(read_file(folder / "dictionary.json"))["attributes"];
  }

  std::vector<std::string> problems(const Json& event) {
    found_.clear();
    for (const auto& [name, type] : events_) {
      if (!type.contains("uid")) continue;
      const int uid = category(type) * 1000 + type["uid"].get<int>();
      if (uid == event["class_uid"]) {
        check(event, attributes(type, events_), name, type.value("constraints", Json()));
        return found_;
      }
    }
    found_.push_back("no class " + event["class_uid"].dump());
    return found_;
  }

 private:
  void load(const char* kind, std::map<std::string, Json>& into) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / kind))
      if (entry.path().extension() == ".json") {
        Json type = Json::parse(read_file(entry.path()));
        const std::string name = type.value("name", entry.path().stem().string());
        into[name] = std::move(type);
      }
  }
  int category(const Json& type) {
    static const std::map<std::string, int> kCategories{
        {"system", 1},    {"findings", 2},    {"iam", 3},        {"network", 4},
        {"discovery", 5}, {"application", 6}, {"remediation", 7}};
    for (const Json* at = &type;;) {
      if (at->contains("category")) {
        const auto known = kCategories.find((*at)["category"]);
        return known == kCategories.end() ? 0 : known->second;
      }
      const auto base = events_.find(at->value("extends", ""));
      if (base == events_.end()) return 0;
      at = &base->second;
    }
  }
  Json attributes(const Json& type, const std::map<std::string, Json>& table) {
    Json all = Json::object();
    if (const auto base = table.find(type.value("extends", "")); base != table.end())
      all = attributes(base->second, table);
    for (const auto& [name, attribute] : type["attributes"].items()) {
      if (name != "$include") {
        for (const auto& [key, value] : attribute.items()) all[name][key] = value;
        continue;
      }
      for (const Json& file : attribute) {
        const Json profile = Json::parse(read_file(folder_ / file.get<std::string>()));
        for (const auto& [other, item] : profile["attributes"].items()) {
          if (other.starts_with('$')) continue;
          for (const auto& [key, value] : item.items()) all[other][key] = value;
          all[other]["requirement"] = "optional";  // unless the profile is on
        }
      }
    }
    return all;
  }
  void check(const Json& value, const Json& allowed, const std::string& at,
             const Json& constraints) {
    for (const auto& [name, member] : value.items()) {
      if (!allowed.contains(name)) {
        found_.push_back(at + "." + name + ": unknown");
        continue;
      }
      check_member(member, name, allowed[name], at + "." + name);
    }
    for (const auto& [name, attribute] : allowed.items())
      if (attribute.value("requirement", "") == "required" && !value.contains(name))
        found_.push_back(at + "." + name + ": missing");
    if (constraints.is_object() && constraints.contains("at_least_one")) {
      bool any = false;
      for (const Json& name : constraints["at_least_one"]) any |= value.contains(name);
      if (!any) found_.push_back(at + ": one of " + constraints["at_least_one"].dump());
    }
  }
  void check_member(const Json& member, const std::string& name, const Json& attribute,
                    const std::string& at) {
    const Json general = dictionary_.value(name, Json::object());
    const std::string type = attribute.value("type", general.value("type", ""));
    const bool list = general.value("is_array", false);
    if (list != member.is_array()) found_.push_back(at + ": array or not");
    Json words = general.value("enum", Json::object());
    if (attribute.contains("enum"))
      for (const auto& [key, item] : attribute["enum"].items()) words[key] = item;
    // Those are filled in when the schema is put together; problems() has found the class.
    if (name == "class_uid" || name == "category_uid" || name == "type_uid") words.clear();
    for (const Json& one : member.is_array() ? member : Json::array({member})) {
      if (one.is_number_integer() && !words.empty() && !words.contains(one.dump()))
        found_.push_back(at + ": no such value " + one.dump());
      if ((type == "integer_t" || type == "long_t" || type == "timestamp_t") &&
          !one.is_number_integer())
        found_.push_back(at + ": a number");
      if ((type == "string_t" || type == "hostname_t" || type == "ip_t") && !one.is_string())
        found_.push_back(at + ": a text");
      const auto object = objects_.find(general.value("type", ""));
      if (object == objects_.end() || general["type"] == "object") continue;
      if (one.is_object())
        check(one, attributes(object->second, objects_), at,
              object->second.value("constraints", Json()));
      else
        found_.push_back(at + ": an object");
    }
  }

  std::filesystem::path folder_;
  std::map<std::string, Json> objects_, events_;
  Json dictionary_;
  std::vector<std::string> found_;
};

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

TEST(OcsfLine, FollowsThePublishedSchema) {
  const auto folder = shared() / "corpus/ocsf";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared corpus: set PICKET_SHARED";
  Ocsf ocsf(folder);
  EXPECT_FALSE(ocsf.problems({{"class_uid", 4001}, {"nonsense", 1}}).empty());
  for (const Kind kind : kKinds) {
    EXPECT_EQ(joined(ocsf.problems(Json::parse(ocsf_line(full(kind))))), "") << text(kind);
    Record bare;
    bare.kind = kind;
    bare.text(Field::kFilePath, "/x");
    bare.text(Field::kDnsName, "x");
    if (kind == Kind::kProcess) continue;
    EXPECT_EQ(joined(ocsf.problems(Json::parse(ocsf_line(bare)))), "") << text(kind);
  }
}

void check_names(const Json& value, const Json& schema, const Json& root, const std::string& at,
                 std::vector<std::string>& found) {
  if (schema.contains("$ref")) {
    const Json* target = &root;
    const std::string path = schema["$ref"].get<std::string>().substr(2);
    for (size_t from = 0; from <= path.size();) {
      const size_t slash = std::min(path.find('/', from), path.size());
      target = &(*target)[path.substr(from, slash - from)];
      from = slash + 1;
    }
    return check_names(value, *target, root, at, found);
  }
  if (value.is_array() && schema.contains("items")) {
    for (const Json& one : value) check_names(one, schema["items"], root, at + "[]", found);
    return;
  }
  const std::string type = schema.value("type", Json()).is_string() ? schema["type"] : "";
  if ((type == "integer" && !value.is_number_integer()) ||
      (type == "string" && !value.is_string()) || (type == "object" && !value.is_object()) ||
      (type == "array" && !value.is_array()))
    found.push_back(at + ": not of type " + type);
  if (!value.is_object()) return;
  for (const Json& name : schema.value("required", Json::array()))
    if (!value.contains(name)) found.push_back(at + ": no " + name.get<std::string>());
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [name, member] : value.items()) {
    if (properties.contains(name))
      check_names(member, properties[name], root, at + "." + name, found);
    else if (schema.contains("additionalProperties") && schema["additionalProperties"] == false)
      found.push_back(at + "." + name + ": unknown");
  }
}

TEST(EveLine, FollowsThePublishedSchema) {
  const auto file = shared() / "corpus/eve/schema.json";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no shared corpus: set PICKET_SHARED";
  const Json schema = Json::parse(read_file(file));
  size_t written = 0;
  for (const Kind kind : kKinds) {
    const std::string line = eve_line(full(kind));
    if (line.empty()) continue;
    ++written;
    std::vector<std::string> found;
    check_names(Json::parse(line), schema, schema, std::string(text(kind)), found);
    EXPECT_EQ(joined(found), "") << line;
  }
  EXPECT_GE(written, 5u);
}

TEST(EcsLine, PutsEachSideWhereItsRoleSays) {
  Record record;
  record.kind = Kind::kFlow;
  record.word(Field::kDirection, "inbound");
  record.endpoint(Field::kLocalIp, Field::kLocalPort, {*IpAddress::parse("10.0.0.1"), 443});
  record.endpoint(Field::kRemoteIp, Field::kRemotePort, {*IpAddress::parse("192.0.2.1"), 50'000});
  record.number(Field::kBytesIn, 10);
  record.number(Field::kBytesOut, 20);
  record.finish();
  const Json line = Json::parse(ecs_line(record));
  EXPECT_EQ(line["source"], (Json{{"ip", "192.0.2.1"}, {"port", 50'000}, {"bytes", 10}}));
  EXPECT_EQ(line["destination"], (Json{{"ip", "10.0.0.1"}, {"port", 443}, {"bytes", 20}}));
  EXPECT_EQ(line["network"]["direction"], "ingress");
  for (const Kind kind : kKinds) EXPECT_TRUE(Json::parse(ecs_line(full(kind))).is_object());
}

TEST(CefLine, EscapesWhatHasMeaning) {
  Record record;
  record.text(Field::kRuleId, "a|b");
  record.text(Field::kRuleName, "n\\m\nx");
  record.text(Field::kReason, "k=v\\w\nz");
  record.word(Field::kSeverity, "high");
  record.finish();
  const std::string line = cef_line(record);
  EXPECT_EQ(line.substr(0, line.find("start=")),
            "CEF:0|picket|picket|" PICKET_VERSION "|a\\|b|n\\\\m x|8|");
  EXPECT_NE(line.find("msg=k\\=v\\\\w\\nz"), std::string::npos);
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

// The 43 fields of a detection, as endpoint products export it.
constexpr std::string_view kDetection = R"(
    app_name     E:/TOMCAT/BIN/TOMCAT7.EXE
    categories     Attack, Malcode, Trojan
    data_source_url_domain https://source.url.example.com
    data_type     event
    deepsight_domain     notavailable
    description     Malicious traffic detected: System Infected: Trojan.Trickybot Activity 15
    device_ip 192.0.2.10
    device_name    <DEVICE_NAME>
    device_time     2021-06-08 20:08:00 UTC
    device_uid     9a52620b-7e80-4e78-bf32-db901c24643c
    domain_name     null
    event_actor.pid     620
    event_id     206: Intrusion detected
    event_log_name     epmp_events-2021-06-08/event
    event_source     1
    event_uuid     39887aa0-c895-11eb-dcee-0000181b4915
    external_ip  192.0.2.100
    external_port     18,878
    host_name    <HOSTNAME>
    incident     32db1930-c884-11eb-c293-000000000273
    incident_priority_level     HIGH
    infected     true
    internal_ip    192.0.2.10
    internal_port     443
    intrusion_url     https://www.example.com:443/intrusion_URL
    local_host_mac     000000000000
    log_time     2021-06-08 20:12:19 UTC
    mitre.tactic     Command and Control
    mitre.technique_id     T1071
    mitre.technique_name     Standard Application Layer Protocol
    network_protocol     2: TCP
    on_premises     true
    remote_host_mac     000000000000
    severity     3: Critical
    sid     32350
    signature_id     32350
    signature_name     System Infected: Trojan.Trickybot Activity 15
    symc_device_action     2: Detected
    time     2021-06-08 20:08:00 UTC
    timezone     UTC
    traffic_direction     2: Outbound
    type_id     4124: Endpoint Detection
    user_name     none
)";

TEST(NetworkDetection, TheSameEventComesBack) {
  const auto read = parse_network_detection(kDetection);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->left.empty());
  const auto fields = network_detection_fields(read->record);
  EXPECT_EQ(fields.size(), 43u);
  std::string text;
  for (const auto& [name, value] : fields) text += name + " " + value + "\n";
  std::string expected;
  for (size_t from = 1; from < kDetection.size();) {
    std::string line(kDetection.substr(from, kDetection.find('\n', from) - from));
    from += line.size() + 1;
    line.erase(0, 4);
    const size_t blank = line.find(' ');
    expected += line.substr(0, blank) + line.substr(line.find_first_not_of(' ', blank) - 1) + "\n";
  }
  EXPECT_EQ(text, expected);
}

TEST(NetworkDetection, ScalesAndDirectionsAreToldApart) {
  const Record record = parse_network_detection(kDetection)->record;
  EXPECT_EQ(word_of(record, Field::kSeverity), "critical");
  EXPECT_EQ(word_of(record, Field::kAction), "detected");
  EXPECT_EQ(word_of(record, Field::kTraffic), "outbound");
  EXPECT_EQ(word_of(record, Field::kDirection), "inbound");
  EXPECT_EQ(word_of(record, Field::kTransport), "tcp");
  EXPECT_EQ(word_of(record, Field::kTactics), "TA0011");
  EXPECT_EQ(word_of(record, Field::kRemotePort), "18878");
  EXPECT_EQ(word_of(record, Field::kProcessName), "TOMCAT7.EXE");
  EXPECT_EQ(record.find(Field::kUser), nullptr);
  EXPECT_EQ(record.find(Field::kLocalMac), nullptr);
  EXPECT_EQ(rfc3339(record.time), "2021-06-08T20:08:00.000000Z");
}

TEST(NetworkDetection, SaysWhatIsOdd) {
  const auto read = parse_network_detection(kDetection);
  EXPECT_EQ(read->title, "Malicious traffic detected");
  const std::string odd = joined(read->odd);
  EXPECT_NE(odd.find("outbound, but the connection is inbound"), std::string::npos) << odd;
  EXPECT_NE(odd.find("4 min 19 s"), std::string::npos);
  EXPECT_NE(odd.find("Application Layer Protocol since"), std::string::npos);
  EXPECT_NE(odd.find("nothing was blocked"), std::string::npos);
}

TEST(NetworkDetection, ReadsJsonAndBareNumbersToo) {
  const auto read = parse_network_detection(
      R"({"time":1623182880000,"signature_id":7,"severity":9,"symc_device_action":1,)"
      R"("network_protocol":3,"traffic_direction":1,"event_actor":{"pid":5},"categories":["a","b"],)"
      R"("external_ip":"192.0.2.1","external_port":53,"internal_port":40000,"surprise":1})");
  ASSERT_TRUE(read) << read.error().message;
  const Record& record = read->record;
  EXPECT_EQ(word_of(record, Field::kSeverity), "medium");
  EXPECT_EQ(word_of(record, Field::kAction), "blocked");
  EXPECT_EQ(word_of(record, Field::kTransport), "udp");
  EXPECT_EQ(word_of(record, Field::kTraffic), "inbound");
  EXPECT_EQ(word_of(record, Field::kDirection), "outbound");
  EXPECT_EQ(word_of(record, Field::kProcessPid), "5");
  EXPECT_EQ(word_of(record, Field::kRuleCategories), "a\nb");
  EXPECT_EQ(read->left, std::vector<std::string>{"surprise"});
  const auto copied = parse_network_detection(
      "time\xc2\xa0 \xc2\xa0 2021-06-08 20:08:00 UTC\r\nsignature_id \xc2\xa0 7\r\n");
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(word_of(copied->record, Field::kRuleId), "7");
  EXPECT_FALSE(parse_network_detection("{nonsense"));
  EXPECT_FALSE(parse_network_detection("just some words\nand more"));
}

}  // namespace
}  // namespace picket::exchange
