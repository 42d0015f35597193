// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/geo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/counter.h"
#include "detect/intel/mmdb_for_tests.h"

namespace picket::detect::intel {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A folder of its own, removed at the end.
class GeoTest : public testing::Test {
 protected:
  GeoTest() {
    std::string name = std::filesystem::temp_directory_path() / "picket_geo_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~GeoTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const MmdbBytes& bytes) const {
    const std::string path = folder_ / name;
    std::filesystem::remove(
        path);  // file systems flush a file that is overwritten; a new one, later
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path;
  }
  std::string write(const std::string& name, const MmdbWriter& writer) const {
    return write(name, writer.file());
  }
  static Geo look(GeoDatabase& database, const char* address) {
    return database.lookup(*IpAddress::parse(address));
  }

  std::filesystem::path folder_;
};

MmdbBytes country_record(std::string_view code) {
  return mmdb::map(
      {{"continent", mmdb::map({{"code", mmdb::text("EU")}})},
       {"country", mmdb::map({{"geoname_id", mmdb::u32(2921044)},
                              {"iso_code", mmdb::text(code)},
                              {"names", mmdb::map({{"en", mmdb::text("Somewhere")}})}})}});
}
MmdbBytes as_record(uint32_t number, std::string_view organization) {
  return mmdb::map({{"autonomous_system_number", mmdb::u32(number)},
                    {"autonomous_system_organization", mmdb::text(organization)}});
}
MmdbWriter countries() {
  MmdbWriter writer("GeoLite2-Country");
  writer.add("192.0.2.0/24", country_record("DE"));
  writer.add("2001:db8::/32", country_record("FR"));
  writer.add("198.51.100.0/25",
             mmdb::map({{"registered_country", mmdb::map({{"iso_code", mmdb::text("NL")}})}}));
  return writer;
}

TEST_F(GeoTest, CountryAndAsFromTwoFiles) {
  MmdbWriter numbers("GeoLite2-ASN");
  numbers.add("192.0.2.0/25", as_record(64500, "Example GmbH"));
  auto database = GeoDatabase::open({write("c.mmdb", countries()), write("a.mmdb", numbers)});
  ASSERT_TRUE(database) << database.error().text();
  EXPECT_TRUE(database->has_country());
  EXPECT_TRUE(database->has_as());
  EXPECT_EQ(database->describe(), "GeoLite2-Country 2026-10-01, GeoLite2-ASN 2026-10-01");
  for (int twice = 0; twice < 2; ++twice) {  // the second answers come from the cache
    EXPECT_EQ(look(*database, "192.0.2.1"), (Geo{"DE", 64500, "Example GmbH"}));
    EXPECT_EQ(look(*database, "192.0.2.129"), (Geo{"DE", 0, ""}));
    EXPECT_EQ(look(*database, "::ffff:192.0.2.1"), (Geo{"DE", 64500, "Example GmbH"}));
    EXPECT_EQ(look(*database, "2001:db8::9"), (Geo{"FR", 0, ""}));
    EXPECT_EQ(look(*database, "198.51.100.7"), (Geo{"NL", 0, ""}));
    EXPECT_EQ(look(*database, "198.51.100.128"), Geo{});
    EXPECT_EQ(look(*database, "203.0.113.1"), Geo{});
  }
}

TEST_F(GeoTest, OnlyGlobalAddressesAreLookedUp) {
  MmdbWriter writer("GeoLite2-Country");
  writer.add("10.0.0.0/8", country_record("XX"));
  writer.add("127.0.0.0/8", country_record("XX"));
  auto database = GeoDatabase::open({write("c.mmdb", writer)});
  EXPECT_EQ(look(*database, "10.0.0.1"), Geo{});
  EXPECT_EQ(look(*database, "127.0.0.1"), Geo{});
  EXPECT_EQ(look(*database, "0.0.0.0"), Geo{});
}

TEST_F(GeoTest, Ipv4DatabaseKnowsNothingOfIpv6) {
  MmdbWriter writer("GeoLite2-Country", 4);
  writer.add("192.0.2.0/24", country_record("DE"));
  auto database = GeoDatabase::open({write("c.mmdb", writer)});
  ASSERT_TRUE(database) << database.error().text();
  EXPECT_EQ(look(*database, "192.0.2.1").country, "DE");
  EXPECT_EQ(look(*database, "2001:db8::9"), Geo{});
}

TEST_F(GeoTest, OtherMakersAreToldByContent) {
  MmdbWriter writer("somebody_lite.mmdb");
  writer.add("192.0.2.0/24", mmdb::map({{"as_name", mmdb::text("Example")},
                                        {"asn", mmdb::text("AS64501")},
                                        {"country_code", mmdb::text("SE")}}));
  auto database = GeoDatabase::open({write("x.mmdb", writer)});
  ASSERT_TRUE(database) << database.error().text();
  EXPECT_TRUE(database->has_country() && database->has_as());
  EXPECT_EQ(look(*database, "192.0.2.1"), (Geo{"SE", 64501, "Example"}));
  MmdbWriter none("somebody_domains");
  none.add("192.0.2.0/24", mmdb::map({{"domain", mmdb::text("example.com")}}));
  const auto refused = GeoDatabase::open({write("n.mmdb", none)});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("\"somebody_domains\" tells neither country nor AS"));
}

TEST_F(GeoTest, PointersAreFollowedAndBounded) {
  MmdbWriter writer("GeoLite2-Country");
  const size_t shared = writer.add("192.0.2.0/24", country_record("DE"));
  writer.add("198.51.100.0/24", mmdb::pointer(shared));
  MmdbWriter loop("GeoLite2-Country");
  loop.add("192.0.2.0/24", mmdb::pointer(0));
  loop.add("203.0.113.0/24", mmdb::pointer(2047));
  auto database = GeoDatabase::open({write("c.mmdb", writer)});
  EXPECT_EQ(look(*database, "198.51.100.1").country, "DE");
  auto looping = GeoDatabase::open({write("l.mmdb", loop)});
  ASSERT_TRUE(looping) << looping.error().text();
  EXPECT_EQ(look(*looping, "192.0.2.1"), Geo{});
  EXPECT_EQ(look(*looping, "203.0.113.1"), Geo{});
}

TEST_F(GeoTest, RecordsThatMakeNoSenseAreCounted) {
  uint64_t before = 0, after = 0;
  MmdbWriter writer("GeoIP2-Enterprise");
  writer.add("192.0.2.0/26", country_record("\x1b["));
  writer.add("192.0.2.64/26", mmdb::map({{"country", mmdb::map({{"iso_code", mmdb::u16(7)}})}}));
  writer.add("192.0.2.128/26", mmdb::map({{"autonomous_system_number", mmdb::text("x")}}));
  writer.add("192.0.2.192/26", mmdb::text("no map"));
  auto database = GeoDatabase::open({write("c.mmdb", writer)});
  before = Counter::value_of("detect.geo_bad_records");
  for (const char* address : {"192.0.2.1", "192.0.2.65", "192.0.2.129", "192.0.2.193"})
    EXPECT_EQ(look(*database, address), Geo{}) << address;
  after = Counter::value_of("detect.geo_bad_records");
  EXPECT_EQ(after, before + 4);
}

TEST_F(GeoTest, OrganizationIsPrintableAndBounded) {
  MmdbWriter writer("GeoLite2-ASN");
  writer.add("192.0.2.0/25", as_record(1, "evil\x1b[31m"));
  std::string long_name;
  while (long_name.size() < 200) long_name += "\xc3\xbc";
  writer.add("192.0.2.128/25", as_record(2, "x" + long_name));
  auto database = GeoDatabase::open({write("a.mmdb", writer)});
  EXPECT_THAT(look(*database, "192.0.2.1").as_organization, testing::Not(HasSubstr("\x1b")));
  const std::string cut = look(*database, "192.0.2.200").as_organization;
  EXPECT_EQ(cut, "x" + long_name.substr(0, kGeoOrganizationMax - 2));  // not inside a character
}

TEST_F(GeoTest, ErrorsNameTheFileAndTheWayOut) {
  const auto message = [](const std::vector<std::string>& paths) {
    const auto opened = GeoDatabase::open(paths);
    return opened ? std::string("opened") : opened.error().text();
  };
  const std::string missing = folder_ / "missing.mmdb";
  EXPECT_THAT(message({missing}), StartsWith("open " + missing + ": No such file"));
  EXPECT_THAT(message({missing}), HasSubstr("\n  give a file in MaxMind format"));
  EXPECT_THAT(message({folder_}), HasSubstr("not a regular file"));
  const std::string fifo = folder_ / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(message({fifo}), HasSubstr(fifo + ": not a regular file"));
  const std::string text = write("text", MmdbBytes{'n', 'o', 'p', 'e'});
  EXPECT_THAT(message({text}), StartsWith("not a usable MaxMind database: " + text));
  EXPECT_THAT(message({write("empty", MmdbBytes{})}), HasSubstr("no metadata"));
  EXPECT_THAT(message({}), HasSubstr("no country or AS database given"));
  EXPECT_THAT(message(std::vector<std::string>(kGeoFilesMax + 1, text)), HasSubstr("more than 8"));
}

TEST_F(GeoTest, DeepNestingIsRefusedAndNotFollowed) {
  MmdbBytes deep;
  for (int i = 0; i < 20000; ++i) deep.insert(deep.end(), {1, 4});  // arrays of one
  deep.push_back(0x40);
  MmdbWriter metadata = countries();
  metadata.set_extra_metadata(deep);
  const auto refused = GeoDatabase::open({write("m.mmdb", metadata)});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("metadata is damaged"));

  MmdbWriter data("GeoLite2-Country");
  MmdbBytes record = mmdb::header(7, 2);
  record = mmdb::joined({record, mmdb::text("a"), deep, mmdb::text("country"), mmdb::text("DE")});
  data.add("192.0.2.0/24", record);
  auto database = GeoDatabase::open({write("d.mmdb", data)});
  ASSERT_TRUE(database);
  EXPECT_EQ(look(*database, "192.0.2.1"), Geo{});
}

TEST_F(GeoTest, EveryTruncationAndFlippedByteIsSurvived) {
  const MmdbBytes good = countries().file();
  size_t opened = 0;
  const auto try_file = [&](const MmdbBytes& bytes) {
    auto database = GeoDatabase::open({write("broken.mmdb", bytes)});
    if (!database) {
      EXPECT_THAT(database.error().message, HasSubstr("broken.mmdb"));
      return;
    }
    ++opened;
    for (const char* address : {"192.0.2.1", "198.51.100.7", "2001:db8::9", "203.0.113.1"}) {
      const std::string country = look(*database, address).country;
      EXPECT_TRUE(country.empty() || country.size() == 2);
    }
  };
  for (size_t size = 0; size < good.size(); size += 7)
    try_file(MmdbBytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(size)));
  EXPECT_EQ(opened, 0u);
  const size_t behind_the_tree = good.size() - 600;  // data and metadata
  size_t tried = 0;
  for (size_t at = 0; at < good.size(); at += at < behind_the_tree ? 5 : 1) {
    ++tried;
    MmdbBytes flipped = good;
    flipped[at] ^= static_cast<uint8_t>(at % 2 == 0 ? 0xff : 0x20);
    try_file(flipped);
  }
  EXPECT_GT(opened, tried / 2);  // what is not metadata is noticed only when looked at
}

}  // namespace
}  // namespace picket::detect::intel
