// SPDX-License-Identifier: Apache-2.0
#include "view/filter.h"

#include <gtest/gtest.h>

namespace picket::view {
namespace {

Endpoint endpoint(std::string_view address, uint16_t port) {
  return {IpAddress::parse(address).value(), port};
}

FilterSubject curl() {
  FilterSubject subject;
  subject.protocol = 6;
  subject.role = event::Role::kClient;
  subject.state = event::FlowState::kEstablished;
  subject.local = endpoint("10.0.0.5", 41822);
  subject.remote = endpoint("203.0.113.9", 443);
  subject.pid = 4122;
  subject.uid = 33;
  subject.process = "curl";
  subject.executable = "/usr/bin/curl";
  subject.user = "www-data";
  subject.unit = "nginx.service";
  subject.container = "docker:0123456789ab";
  subject.remote_name = "update.Example.com";
  subject.network_namespace = 4026531840;
  subject.place = {"NL", 64496, "Example Networks"};
  return subject;
}

FilterSubject listening() {
  FilterSubject subject;
  subject.role = event::Role::kListener;
  subject.state = event::FlowState::kListen;
  subject.local = endpoint("0.0.0.0", 22);
  subject.process = "sshd";
  return subject;
}

bool matches(std::string_view text, const FilterSubject& subject = curl()) {
  const auto filter = Filter::parse(text);
  EXPECT_TRUE(filter) << text << ": " << (filter ? "" : filter.error().text());
  return filter && filter->matches(subject);
}

TEST(Filter, MatchesEachTerm) {
  for (const std::string_view text : {"",
                                      "  ",
                                      "curl",
                                      "CURL",
                                      "/usr/bin",
                                      "example",
                                      "www",
                                      "nginx",
                                      "docker",
                                      "203.0.113.9:443",
                                      "10.0",
                                      "process:curl",
                                      "process:/usr/bin/curl",
                                      "process:cur?",
                                      "process:ssh,curl",
                                      "pid:4122",
                                      "pid:4000-5000",
                                      "user:www-data",
                                      "user:33",
                                      "uid:0-99",
                                      "port:443",
                                      "port:80,443",
                                      "port:1-1024",
                                      "lport:41822",
                                      "rport:443",
                                      "addr:203.0.113.0/24",
                                      "addr:10.0.0.5",
                                      "local:10.0.0.0/8",
                                      "remote:203.0.113.9:443",
                                      "remote:203.*",
                                      "proto:tcp",
                                      "proto:6",
                                      "state:established",
                                      "state:ESTAB,listen",
                                      "dir:outbound",
                                      "dir:out",
                                      "name:*.example.com",
                                      "name:update.example.com",
                                      "unit:nginx",
                                      "unit:nginx.service",
                                      "container:0123",
                                      "container:docker:0123456789ab",
                                      "country:nl",
                                      "asn:64496",
                                      "asn:AS64496",
                                      "asn:networks",
                                      "owner:process",
                                      "netns:4026531840",
                                      "open",
                                      "-closed",
                                      "not listening",
                                      "-port:22",
                                      "curl port:443 -user:root",
                                      "fire*x,c*l",
                                      "\"curl\""})
    EXPECT_TRUE(matches(text)) << text;
}

TEST(Filter, DoesNotMatchNearMisses) {
  for (const std::string_view text : {"curly",
                                      "process:cur",
                                      "process:/usr/bin",
                                      "pid:412",
                                      "pid:41220",
                                      "user:www",
                                      "user:3",
                                      "uid:34",
                                      "port:44",
                                      "port:444-1000",
                                      "lport:443",
                                      "rport:41822",
                                      "addr:203.0.114.0/24",
                                      "local:203.0.113.9",
                                      "remote:10.0.0.5",
                                      "remote:203.0.113.9:80",
                                      "remote:20?.0.113",
                                      "proto:udp",
                                      "proto:17",
                                      "state:listen",
                                      "dir:inbound",
                                      "name:example.com",
                                      "name:*.example",
                                      "unit:ngin",
                                      "container:123",
                                      "country:n",
                                      "asn:6449",
                                      "owner:kernel",
                                      "netns:1",
                                      "closed",
                                      "listening",
                                      "-open",
                                      "not curl",
                                      "curl port:80",
                                      "\"curl port\""})
    EXPECT_FALSE(matches(text)) << text;
}

TEST(Filter, ListenersHaveNoRemote) {
  EXPECT_TRUE(matches("listening", listening()));
  EXPECT_TRUE(matches("port:22", listening()));
  EXPECT_FALSE(matches("rport:0-65535", listening()));
  EXPECT_FALSE(matches("remote:0.0.0.0/0", listening()));
  EXPECT_FALSE(matches("pid:0-4294967295", listening()));
  FilterSubject gone = listening();
  gone.closed = true;
  EXPECT_FALSE(matches("listening", gone));
  EXPECT_TRUE(matches("closed", gone));
}

TEST(Filter, WordsThatLookLikeTermsButAreAddresses) {
  FilterSubject six = curl();
  six.remote = endpoint("dead::1", 443);
  EXPECT_TRUE(matches("dead::1", six));
  EXPECT_TRUE(matches("[dead::1]:443", six));
  EXPECT_TRUE(matches("remote:dead::/16", six));
  EXPECT_TRUE(matches("remote:[dead::1]:443", six));
  EXPECT_FALSE(matches("dead::2", six));
}

TEST(Filter, QuotesKeepBlanksCommasAndColons) {
  FilterSubject subject = curl();
  subject.process = "Web Content, not:x";
  EXPECT_TRUE(matches("process:\"web content, not:x\"", subject));
  EXPECT_TRUE(matches("\"content, not:\"", subject));
  EXPECT_TRUE(matches("process:\"a,b\",\"web content*\"", subject));
  EXPECT_FALSE(matches("\"closed\"", subject)) << "a quoted flag is a word";
}

std::string error_of(std::string_view text) {
  const auto filter = Filter::parse(text);
  return filter ? "none" : filter.error().message + " | " + filter.error().next;
}

TEST(Filter, ErrorsSayWhatWhereAndWhatToDo) {
  EXPECT_EQ(error_of("curl port:abc"),
            "filter, character 11: expected a port or a range of ports, found \"abc\" | "
            "as in port:443, port:80,443 or port:1-1024");
  EXPECT_EQ(error_of("prot:tcp"),
            "filter, character 1: there is no term prot: | did you mean port:?");
  EXPECT_EQ(error_of("  colour:red").substr(0, 46),
            "filter, character 3: there is no term colour: ");
  EXPECT_EQ(error_of("a \"b"),
            "filter, character 3: expected a closing quote | add \" at the end of the phrase");
  EXPECT_EQ(
      error_of("port:"),
      "filter, character 6: expected a value for port: | write one, as in port:443 or port:80,443");
  for (const std::string_view bad :
       {"-", "not", "port:65536", "port:9-8", "port:80,", "pid:x", "addr:example.com",
        "addr:10.0.0.0/33", "proto:tpc", "state:open-ish", "dir:up", "owner:me", ",", "pid:-1"})
    EXPECT_NE(error_of(bad), "none") << bad;
}

TEST(Filter, IsBounded) {
  EXPECT_NE(error_of(std::string(kFilterBytesMax + 1, 'a')), "none");
  std::string many;
  for (size_t i = 0; i < kFilterTermsMax; ++i) many += "a ";
  EXPECT_EQ(error_of(many), "none");
  EXPECT_NE(error_of(many + "a"), "none");
  std::string values = "a";
  for (size_t i = 1; i < kFilterAlternativesMax; ++i) values += ",a";
  EXPECT_EQ(error_of(values), "none");
  EXPECT_NE(error_of(values + ",a"), "none");
}

TEST(Filter, KnowsWhatItNeeds) {
  EXPECT_TRUE(Filter::parse(" ")->matches_all());
  EXPECT_FALSE(Filter::parse("a")->matches_all());
  EXPECT_TRUE(Filter::parse("a country:nl")->wants_place());
  EXPECT_FALSE(Filter::parse("a")->wants_place());
}

TEST(Filter, FactsAndRowsAreTheSameToIt) {
  event::FlowFacts facts;
  facts.process = "curl";
  facts.remote = endpoint("203.0.113.9", 443);
  facts.country = "NL";
  facts.closed = WallTime{1};
  EXPECT_TRUE(matches("curl rport:443 country:nl closed", subject_of(facts)));
}

TEST(Glob, HandlesStarsWithoutBlowingUp) {
  EXPECT_TRUE(glob_matches("a*b*c", "aXXbYYc", false));
  EXPECT_FALSE(glob_matches("a*b*c", "aXXbYYcZ", false));
  EXPECT_TRUE(glob_matches("b*c", "aXXbYYcZ", true));
  EXPECT_TRUE(glob_matches("aab", "aaab", true)) << "a partial match must be taken back";
  EXPECT_TRUE(glob_matches("*", "", false));
  EXPECT_FALSE(glob_matches("?", "", true));
  EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*a*b", std::string(2000, 'a'), false));
}

}  // namespace
}  // namespace picket::view
