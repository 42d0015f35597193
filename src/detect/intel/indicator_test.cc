// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/indicator.h"

#include <gtest/gtest.h>

#include "base/counter.h"
#include "detect/intel/indicator_list.h"
#include "detect/intel/indicator_set.h"
#include "detect/intel/indicator_stix.h"

namespace picket::detect::intel {
namespace {

std::string value_of(IndicatorKind kind, std::string_view text) {
  const auto indicator = make_indicator(kind, text);
  return indicator ? indicator->value +
                         (indicator->port == 0 ? "" : " port " + std::to_string(indicator->port))
                   : "none";
}

TEST(Indicator, BringsValuesToOneForm) {
  EXPECT_EQ(value_of(IndicatorKind::kAddress, " 203[.]0[.]113[.]9 "), "203.0.113.9");
  EXPECT_EQ(value_of(IndicatorKind::kAddress, "203.0.113.9:443"), "203.0.113.9 port 443");
  EXPECT_EQ(value_of(IndicatorKind::kAddress, "[2001:DB8::1]:443"), "2001:db8::1 port 443");
  EXPECT_EQ(value_of(IndicatorKind::kAddress, "203.0.113.77/24"), "203.0.113.0/24");
  EXPECT_EQ(value_of(IndicatorKind::kDomain, "*.Evil.Example."), "evil.example");
  EXPECT_EQ(value_of(IndicatorKind::kUrl, "hxxps://user@Evil[.]example:443/A?b#c"),
            "evil.example/A?b");
  EXPECT_EQ(value_of(IndicatorKind::kUrl, "http://evil.example"), "evil.example/");
  EXPECT_EQ(value_of(IndicatorKind::kCertificateSha1,
                     "01:23:45:67:89:AB:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67"),
            "0123456789abcdef0123456789abcdef01234567");
  EXPECT_EQ(value_of(IndicatorKind::kJa4, "t13d1516h2_8daaf6152771_02713d6af862"),
            "t13d1516h2_8daaf6152771_02713d6af862");
}

TEST(Indicator, RefusesWhatWouldMatchEverythingOrNothing) {
  for (const char* wrong : {"0.0.0.0", "127.0.0.1", "0.0.0.0/0", "10.0.0.0/7", "::/8",
                            "203.0.113.9:", "203.0.113.9:70000", "203.0.113.256"})
    EXPECT_EQ(value_of(IndicatorKind::kAddress, wrong), "none") << wrong;
  for (const char* wrong :
       {"com", "evil..example", "evil example", "", "evil.example/x", "1.2.3.4.5", "a.b.."})
    EXPECT_EQ(value_of(IndicatorKind::kDomain, wrong), "none") << wrong;
  EXPECT_EQ(value_of(IndicatorKind::kSha256, "abcd"), "none");
  EXPECT_EQ(value_of(IndicatorKind::kMd5, std::string(32, 'g')), "none");
  EXPECT_EQ(value_of(IndicatorKind::kUrl, "http:///path"), "none");
  EXPECT_EQ(value_of(IndicatorKind::kUrl, "http://evil.examplehxxp://e/a"), "none");
  EXPECT_EQ(value_of(IndicatorKind::kUrl, "http://evil.example:port/a"), "none");
  EXPECT_EQ(value_of(IndicatorKind::kUrl, "http://[2001:db8::1]:8080/a"), "[2001:db8::1]:8080/a");
  EXPECT_EQ(value_of(IndicatorKind::kUrl, "http://a/" + std::string(kIndicatorValueMax, 'x')),
            "none");
}

TEST(Indicator, GuessesByForm) {
  EXPECT_EQ(guess_indicator("203.0.113.0/24")->kind, IndicatorKind::kPrefix);
  EXPECT_EQ(guess_indicator("evil.example")->kind, IndicatorKind::kDomain);
  EXPECT_EQ(guess_indicator("evil.example/x")->kind, IndicatorKind::kUrl);
  EXPECT_EQ(guess_indicator(std::string(40, 'a'))->kind, IndicatorKind::kSha1);
  EXPECT_FALSE(guess_indicator("just words"));
}

class Lists : public testing::Test {
 protected:
  ListReport read(std::string_view content) {
    found_.clear();
    auto report = read_list(content, "list", [&](const Indicator& indicator) {
      return found_.push_back(indicator), true;
    });
    EXPECT_TRUE(report) << report.error().text();
    return report ? *report : ListReport{};
  }
  std::string told(const ListReport& report) {
    std::string lines;
    for (const ListProblem& problem : report.listed)
      lines += problem.place + ": " + problem.what + "\n";
    return lines;
  }
  std::vector<Indicator> found_;
};

TEST_F(Lists, Plain) {
  const ListReport report = read("# bad things\nevil.example\n203.0.113.9 # seen\nja3 " +
                                 std::string(32, 'a') + "\n0.0.0.0 sink.example\nwhat is this\n");
  EXPECT_EQ(report.format, ListFormat::kPlain);
  ASSERT_EQ(found_.size(), 4u);
  EXPECT_EQ(found_[2].kind, IndicatorKind::kJa3);
  EXPECT_EQ(found_[3].value, "sink.example");
  EXPECT_EQ(told(report), "line 6: no indicator: what is this\n");
}

TEST_F(Lists, CsvWithItsHeaderInAComment) {
  const ListReport report = read(
      "# some words, and more\n# id,dateadded,url,threat\n\"1\",\"2026-01-02 "
      "03:04:05\",\"http://evil.example/a,b\",\"malware_download\"\n\"2\",\"x\",\"\"\n\"3\"\n");
  EXPECT_EQ(report.format, ListFormat::kCsv);
  ASSERT_EQ(found_.size(), 1u) << told(report);
  EXPECT_EQ(found_[0].value, "evil.example/a,b");
  EXPECT_EQ(found_[0].about, "malware_download");
  EXPECT_EQ(rfc3339(*found_[0].seen), "2026-01-02T03:04:05.000000Z");
  EXPECT_EQ(told(report), "line 5: has no column 3\n");
}

TEST_F(Lists, CsvThatNamesEachKind) {
  read(
      "first_seen_utc,ioc_value,ioc_type,malware_printable\n2026-01-02 "
      "03:04:05,203.0.113.9:443,ip:port,Loader\nx,evil.example,domain,None\nx,a@b.example,email,"
      "x\n");
  ASSERT_EQ(found_.size(), 2u);
  EXPECT_EQ(found_[0].port, 443);
  EXPECT_EQ(found_[0].about, "Loader");
  EXPECT_EQ(found_[1].about, "");
}

TEST_F(Lists, CsvOfCertificatesAndOfAddressesWithPorts) {
  read("# Listingdate,SHA1,Listingreason\n2026-01-02 03:04:05," + std::string(40, 'a') + ",C&C\n");
  ASSERT_EQ(found_.size(), 1u);
  EXPECT_EQ(found_[0].kind, IndicatorKind::kCertificateSha1);
  read("first_seen_utc,dst_ip,dst_port,malware\n2026-01-02 03:04:05,203.0.113.9,8080,Loader\n");
  ASSERT_EQ(found_.size(), 1u);
  EXPECT_EQ(found_[0].port, 8080);
}

TEST_F(Lists, CsvOfSamplesHasSeveralHashesARow) {
  read("\"first_seen_utc\",\"sha256_hash\",\"md5_hash\",\"signature\"\n\"x\", \"" +
       std::string(64, 'a') + "\", \"" + std::string(32, 'b') + "\", \"Loader\"\n");
  ASSERT_EQ(found_.size(), 2u);
  EXPECT_EQ(found_[1].kind, IndicatorKind::kMd5);
}

TEST_F(Lists, StixBundle) {
  const ListReport report = read(R"({"type":"bundle","id":"bundle--1","objects":[
    {"type":"indicator","pattern_type":"stix","name":"Loader","pattern":"[ipv4-addr:value = '203.0.113.9'] OR [domain-name:value IN ('a.example', 'b.example')]","valid_until":"2026-06-01T00:00:00Z"},
    {"type":"indicator","pattern_type":"stix","pattern":"[ipv4-addr:value = '203.0.113.9' AND file:name = 'x']"},
    {"type":"indicator","pattern_type":"yara","pattern":"rule x {}"},
    {"type":"indicator","pattern_type":"stix","revoked":true,"pattern":"[url:value = 'http://a.example']"},
    {"type":"malware"}]})");
  EXPECT_EQ(report.format, ListFormat::kStix);
  ASSERT_EQ(found_.size(), 3u);
  EXPECT_EQ(found_[0].about, "Loader");
  EXPECT_TRUE(found_[0].expires);
  EXPECT_EQ(report.skipped, 2u);
  EXPECT_EQ(told(report), "objects[1].pattern at 33: AND narrows the value: not supported\n");
}

TEST_F(Lists, MispEvent) {
  const ListReport report = read(R"({"response":[{"Event":{"info":"Campaign","Attribute":[
    {"type":"ip-dst|port","to_ids":true,"value":"203.0.113.9|443","timestamp":"1767323045"},
    {"type":"filename|md5","to_ids":true,"value":"a.exe|00112233445566778899aabbccddeeff"},
    {"type":"domain","to_ids":false,"value":"fine.example"},
    {"type":"domain","to_ids":true,"value":"not a domain"}],
    "Object":[{"Attribute":[{"type":"ja3-fingerprint-md5","to_ids":true,"value":"00112233445566778899aabbccddeeff"}]}]}}]})");
  EXPECT_EQ(report.format, ListFormat::kMisp);
  ASSERT_EQ(found_.size(), 3u);
  EXPECT_EQ(found_[0].port, 443);
  EXPECT_EQ(found_[0].about, "Campaign");
  EXPECT_TRUE(found_[0].seen);
  EXPECT_EQ(found_[1].kind, IndicatorKind::kMd5);
  EXPECT_EQ(found_[2].kind, IndicatorKind::kJa3);
  EXPECT_EQ(told(report), "response[0].Event.Attribute[3].value: not a usable domain\n");
}

TEST_F(Lists, BrokenJsonIsAnError) {
  EXPECT_FALSE(read_list(R"({"objects":[)", "list", [](const Indicator&) { return true; }));
  EXPECT_FALSE(read_list(R"({"to_ids":1})", "list", [](const Indicator&) { return true; }));
  EXPECT_FALSE(read_list_file("/nonexistent/list", [](const Indicator&) { return true; }));
}

TEST_F(Lists, ProblemsAreBounded) {
  std::string list;
  for (size_t i = 0; i < kListProblemsMax + 50; ++i) list += "no indicator at all\n";
  const ListReport report = read(list);
  EXPECT_EQ(report.problems, kListProblemsMax + 50);
  EXPECT_EQ(report.listed.size(), kListProblemsMax);
}

TEST(StixPattern, ErrorsNameTheByte) {
  const auto error = [](std::string_view pattern) {
    const auto read = read_stix_pattern(pattern);
    return read ? "fine" : std::to_string(read.error().offset) + " " + read.error().what;
  };
  EXPECT_EQ(error("([url:value = 'http://a.example'])"), "fine");
  EXPECT_EQ(error("[ipv4-addr:value ISSUBSET '203.0.113.0/24']"), "fine");
  EXPECT_TRUE(error("[url:value = 'http://a.example'").starts_with("31 "));
  EXPECT_TRUE(error("[process:name = 'x']").starts_with("1 an object path"));
  EXPECT_TRUE(error("[url:value LIKE 'x%']").starts_with("11 an operator"));
  EXPECT_TRUE(
      error("[domain-name:value = 'a.example'] FOLLOWEDBY [url:value = 'http://a.example/']")
          .starts_with("34 only OR"));
  EXPECT_TRUE(error("[domain-name:value = 'a.example] ").ends_with("a text that does not end"));
  EXPECT_TRUE(error("[domain-name:value = 'com']").starts_with("21 not a usable domain"));
}

TEST(StixPattern, TooManyComparisonsAreRefused) {
  std::string pattern = "[url:value = 'http://a.example'";
  for (size_t i = 0; i < kPatternComparisonsMax; ++i)
    pattern += " OR url:value = 'http://a.example'";
  EXPECT_FALSE(read_stix_pattern(pattern + "]"));
}

IndicatorSet set_of(std::initializer_list<std::string_view> values) {
  IndicatorSet set;
  for (const std::string_view value : values)
    EXPECT_TRUE(set.add(*guess_indicator(value), "list")) << value;
  set.seal();
  return set;
}

TEST(IndicatorSet, FindsAddressesPrefixesAndPorts) {
  const IndicatorSet set =
      set_of({"203.0.113.9", "198.51.100.0/24", "192.0.2.5:443", "2001:db8:1::/48"});
  const auto hit = [&](const char* address, uint16_t port) {
    return set.find_address(*IpAddress::parse(address), port).has_value();
  };
  EXPECT_TRUE(hit("203.0.113.9", 80));
  EXPECT_FALSE(hit("203.0.113.10", 80));
  EXPECT_TRUE(hit("198.51.100.77", 1));
  EXPECT_FALSE(hit("198.51.101.77", 1));
  EXPECT_TRUE(hit("192.0.2.5", 443));
  EXPECT_FALSE(hit("192.0.2.5", 80));
  EXPECT_TRUE(hit("2001:db8:1:2::3", 1));
  EXPECT_FALSE(hit("2001:db8:2::3", 1));
}

TEST(IndicatorSet, FindsNamesBelowButNotBeside) {
  const IndicatorSet set =
      set_of({"evil.example", "http://evil.test/a?b=c", "http://evil.test/whole"});
  EXPECT_TRUE(set.find_domain("evil.example"));
  EXPECT_TRUE(set.find_domain("a.b.evil.example"));
  EXPECT_FALSE(set.find_domain("notevil.example"));
  EXPECT_FALSE(set.find_domain("example"));
  EXPECT_TRUE(set.find_url("https://EVIL.test/a?b=c"));
  EXPECT_FALSE(set.find_url("https://evil.test/a?b=d"));
  EXPECT_TRUE(set.find_url("https://evil.test/whole?any=thing"));
}

TEST(IndicatorSet, StopsAtItsBound) {
  const auto refused = [] { return Counter::value_of("intel.indicator_over_bound"); };
  const uint64_t before = refused();
  IndicatorSet set;
  Indicator indicator{IndicatorKind::kDomain, {}, 0, "family", {}, {}};
  for (size_t i = 0; i < IndicatorSet::kEntriesMax + 5; ++i) {
    indicator.value = "host" + std::to_string(i) + ".example.org";
    set.add(indicator, "list");
  }
  set.seal();
  EXPECT_EQ(set.size(), IndicatorSet::kEntriesMax);
  EXPECT_EQ(refused() - before, 5u);
  EXPECT_LT(set.memory_bytes(), size_t{100} * 1024 * 1024);
  EXPECT_TRUE(set.find_domain("www.host999999.example.org"));
  EXPECT_FALSE(set.find_domain("host1000000.example.org"));
}

}  // namespace
}  // namespace picket::detect::intel
