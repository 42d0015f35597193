// SPDX-License-Identifier: Apache-2.0
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "process/test_folder.h"
#include "respond/sample/sample_facts.h"
#include "respond/sample/sealed_zip.h"
#include "respond/sample/strings.h"
#include "respond/sample/upload.h"

namespace picket::respond {
namespace {

using nlohmann::json;

std::string member(const std::string& path, const std::string& name, const char* password) {
  archive* reader = archive_read_new();
  archive_read_support_format_zip(reader);
  if (password) archive_read_add_passphrase(reader, password);
  EXPECT_EQ(archive_read_open_filename(reader, path.c_str(), 10240), ARCHIVE_OK);
  archive_entry* entry = nullptr;
  std::string content = "(none)";
  while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
    if (name != archive_entry_pathname(entry)) continue;
    content.resize(static_cast<size_t>(archive_entry_size(entry)));
    if (archive_read_data(reader, content.data(), content.size()) < 0) content = "(refused)";
    break;
  }
  archive_read_free(reader);
  return content;
}

TEST(SealedZip, OpensWithTheUsualWordOnly) {
  process::TestFolder folder;
  const std::string path = folder.path() + "/s.zip";
  const std::string bytes = "MZ" + std::string(300'000, 'q');
  const UniqueFd file(::open(folder.write("evil", bytes).c_str(), O_RDONLY | O_CLOEXEC));
  auto zip = SealedZip::create(path);
  ASSERT_TRUE(zip) << zip.error().text();
  ASSERT_TRUE(zip->add("manifest.json", "{}"));
  ASSERT_TRUE(zip->add_file("sample.bin", file.get()));
  ASSERT_TRUE(zip->finish());
  EXPECT_EQ(member(path, "sample.bin", "infected"), bytes);
  EXPECT_EQ(member(path, "sample.bin", nullptr), "(refused)");
  EXPECT_EQ(member(path, "sample.bin", "other"), "(refused)");
  EXPECT_FALSE(SealedZip::create(path)) << "replaced a file";
}

TEST(SealedZip, WhatIsNotFinishedIsNotLeft) {
  process::TestFolder folder;
  const std::string path = folder.path() + "/s.zip";
  { auto zip = SealedZip::create(path); }
  EXPECT_FALSE(std::filesystem::exists(path));
}

std::string strings(std::string_view bytes, size_t piece) {
  Strings out;
  for (size_t at = 0; at < bytes.size(); at += piece) out.feed(as_bytes(bytes.substr(at, piece)));
  return out.finish();
}

TEST(Strings, NarrowAndWideWhateverThePieces) {
  using namespace std::string_view_literals;
  constexpr auto kBytes = "\1hello world\0short\1h\0t\0t\0p\0:\0/\0/\0x\0\0\0tail end"sv;
  for (const size_t piece : {size_t{1}, size_t{3}, kBytes.size()})
    EXPECT_EQ(strings(kBytes, piece), "hello world\nhttp://x\ntail end\n") << piece;
}

TEST(Strings, AreBounded) {
  const std::string out = strings(std::string(Strings::kBytesMax + 5000, 'x'), 4096);
  EXPECT_LE(out.size(), Strings::kBytesMax + 100);
  EXPECT_TRUE(out.ends_with("(more were left out)\n"));
}

SampleFacts facts() {
  SampleFacts out;
  out.host = "host";
  out.made = WallTime{1'767'323'045'000'000'000};
  out.sample = {"/tmp/ev\"il", std::string(64, 'a'), "", std::string(32, 'b'), 5, "deleted"};
  out.lineage = {{77, 88, "evil", "/tmp/evil", "evil -d", "eve"}, {1, 1, "init", "", "", "root"}};
  SampleConnection connection;
  connection.transport = "tcp";
  connection.remote = {*IpAddress::parse("203.0.113.7"), 443};
  connection.name = "bad.example";
  out.connections = {connection};
  out.rules = {{"yara.x", "X", "because", "high", {}}};
  return out;
}

TEST(Manifest, SaysWhatIsKnown) {
  const json manifest = json::parse(manifest_json(facts()), nullptr, false);
  ASSERT_TRUE(manifest.is_object());
  EXPECT_EQ(manifest["format"], "picket sample 1");
  EXPECT_EQ(manifest["sample"]["path"], "/tmp/ev\"il");
  EXPECT_EQ(manifest["lineage"].size(), 2u);
  EXPECT_EQ(manifest["connections"][0]["remote"], "203.0.113.7:443");
  EXPECT_EQ(manifest["rules"][0]["id"], "yara.x");
}

TEST(Stix, ReferencesOnlyWhatIsInTheBundle) {
  const json bundle = json::parse(stix_json(facts()), nullptr, false);
  ASSERT_EQ(bundle["type"], "bundle");
  std::set<std::string> ids, types;
  for (const json& object : bundle["objects"]) {
    EXPECT_EQ(object["spec_version"], "2.1");
    EXPECT_TRUE(ids.insert(object["id"]).second) << object["id"];
    types.insert(object["type"]);
    const std::string id = object["id"], type = object["type"];
    EXPECT_TRUE(id.starts_with(type + "--"));
    EXPECT_EQ(id.size(), type.size() + 38);
  }
  for (const json& object : bundle["objects"])
    for (const auto& [name, value] : object.items()) {
      if (name.ends_with("_ref")) {
        EXPECT_TRUE(ids.contains(value)) << name;
      }
      if (name.ends_with("_refs")) {
        for (const json& one : value) EXPECT_TRUE(ids.contains(one)) << name;
      }
    }
  EXPECT_EQ(types, (std::set<std::string>{"domain-name", "file", "identity", "indicator",
                                          "ipv4-addr", "observed-data", "process", "sighting"}));
}

// The id that the specification's own rule gives for this address.
TEST(Stix, IdsOfObservablesAreThoseOfTheStandard) {
  SampleFacts one = facts();
  one.connections[0].remote.address = *IpAddress::parse("198.51.100.3");
  EXPECT_NE(stix_json(one).find("ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"),
            std::string::npos);
}

TEST(Upload, TakesHttpsOnly) {
  const auto url = parse_https_url("https://lab.example:8443/intake?x=1#part");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "lab.example");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(url->path, "/intake?x=1");
  EXPECT_EQ(parse_https_url("https://[::1]:1/")->host, "::1");
  EXPECT_EQ(parse_https_url("https://h")->path, "/");
  for (const char* bad : {"http://h/", "https://", "https://u@h/", "https://h:x/", "https://h/a b",
                          "https://h/\r\nX: y", "h"})
    EXPECT_FALSE(parse_https_url(bad)) << bad;
}

}  // namespace
}  // namespace picket::respond
