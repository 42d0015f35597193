// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/uri.h"

#include <gtest/gtest.h>

namespace picket::inspect::http {
namespace {

std::string normalised(std::string_view target, const UriSettings& how = {}) {
  std::string out;
  append_normalised_uri(split_uri(target), how, out);
  return out;
}

TEST(HttpUri, PathsAreWhatAServerMakesOfThem) {
  EXPECT_EQ(normalised("/a/./b/../../c"), "/c");
  EXPECT_EQ(normalised("/a/.."), "/");
  EXPECT_EQ(normalised("/../../etc"), "/etc");
  EXPECT_EQ(normalised("/a\\\\b//c"), "/a/b/c");
  EXPECT_EQ(normalised("/%2e%2e/%41"), "/A");
  EXPECT_EQ(normalised("/a%2fb"), "/a/b");
  EXPECT_EQ(normalised("/%"), "/%");
  EXPECT_EQ(normalised("/%4"), "/%4");
  EXPECT_EQ(normalised("/%zz%41"), "/%zzA");
  EXPECT_EQ(normalised("/%u0041%uff0fx%u20ac%u12"), "/A/x?%u12");
  EXPECT_EQ(normalised("/%c0%afx"), "/x");
  EXPECT_EQ(normalised("/\xc3\xa9"), "/\xe9");
  EXPECT_EQ(normalised("/\xff\x80"), "/\xff\x80");
  EXPECT_EQ(normalised("*"), "*");
}

TEST(HttpUri, QueriesAreDecodedOnceAndKeepTheirDots) {
  EXPECT_EQ(normalised("/p?a=%41+b//../c"), "/p?a=A+b//../c");
  EXPECT_EQ(normalised("/p?a=%2541"), "/p?a=%41");
  EXPECT_EQ(normalised("/p?a=%2541+b", {.decode_plus_in_query = true, .double_decode = true}),
            "/p?a=A b");
  EXPECT_EQ(normalised("/p?"), "/p?");
  EXPECT_EQ(normalised("/p#f%41"), "/p#f%41");
}

TEST(HttpUri, AbsoluteTargetsComeApart) {
  const UriParts parts = split_uri("http://u:p@Host.example:81/x?y=http://z/");
  EXPECT_EQ(parts.scheme, "http");
  EXPECT_EQ(parts.user, "u:p");
  EXPECT_EQ(parts.host, "Host.example");
  EXPECT_EQ(parts.port, "81");
  EXPECT_EQ(parts.path, "/x");
  EXPECT_EQ(parts.query, "y=http://z/");
  EXPECT_FALSE(split_uri("/x://y").has_host);
  EXPECT_FALSE(split_uri("x?y://z").has_host);
}

TEST(HttpUri, HostsAreFolded) {
  EXPECT_EQ(normalised_host(" WWW.Example.COM.:8080 ").name, "www.example.com");
  EXPECT_EQ(normalised_host("a:8080").port, 8080);
  EXPECT_EQ(normalised_host("[2001:DB8::1]:1").name, "[2001:db8::1]");
  EXPECT_EQ(normalised_host("[2001:DB8::1]:1").port, 1);
  EXPECT_FALSE(normalised_host("a:99999").port_valid);
  EXPECT_FALSE(normalised_host("a:x").port_valid);
  EXPECT_TRUE(normalised_host("a:x").valid);
  EXPECT_FALSE(normalised_host("a b").valid);
  EXPECT_FALSE(normalised_host("").valid);
}

}  // namespace
}  // namespace picket::inspect::http
