// SPDX-License-Identifier: Apache-2.0
#include "process/dpkg_database.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <utime.h>

#include "base/counter.h"
#include "base/unique_fd.h"
#include "process/file_digest.h"
#include "process/test_folder.h"

namespace picket::process {
namespace {

using event::PackageMatch;

const std::string kGood(32, 'a'), kOther(32, 'b');

// A machine with four packages and /bin merged into /usr/bin.
class DpkgDatabaseTest : public testing::Test {
 protected:
  DpkgDatabaseTest() {
    write("info/coreutils.list", "/.\n/bin\n/bin/ls\n/usr/bin/env\n/etc/ls.conf\n");
    write("info/coreutils.md5sums", kGood + "  bin/ls\n" + kOther + "  usr/bin/env\n");
    write("info/libc6:amd64.list", "/.\n/usr/lib/ld.so\n/usr/share/doc/x\n");
    write("info/libc6:amd64.md5sums", kGood + "  usr/lib/ld.so\n");
    write("info/libc6:i386.list", "/.\n/usr/lib32/ld.so\n/usr/share/doc/x\n");
    write("info/libc6:i386.md5sums",
          kOther + "  usr/lib32/ld.so\n" + kGood + "  usr/share/doc/x\n");
    write("info/plain.list", "/.\n/opt/plain\n/sbin/real\n");
    write("status",
          "Package: coreutils\nStatus: install ok installed\nArchitecture: amd64\nVersion: 9.1-1\n"
          "Description: x\n Package: not this\n\n"
          "Package: libc6\nArchitecture: amd64\nVersion: 2.36-9\n\n"
          "Package: libc6\nArchitecture: i386\nVersion: 2.36-8\n\n"
          "Package: plain\nArchitecture: all\nVersion: 1:0~x");
    root_.folder("usr/bin");
    root_.link("usr/bin", "bin");
    root_.folder("sbin");
  }
  void write(const std::string& name, const std::string& text) {
    root_.write("var/lib/dpkg/" + name, text);
  }
  DpkgDatabase::Owner owner(const std::string& path, const std::string& md5 = kGood) {
    const auto found = database_.find_owner(path, md5);
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(DpkgDatabase::Owner());
  }
  TestFolder root_;
  DpkgDatabase database_{root_.path()};
};

TEST_F(DpkgDatabaseTest, FindsTheOwnerThroughTheMergedFolders) {
  for (const char* path : {"/bin/ls", "/usr/bin/ls"}) {
    const auto found = owner(path);
    EXPECT_EQ(found.package, "coreutils");
    EXPECT_EQ(found.version, "9.1-1");
    EXPECT_EQ(found.match, PackageMatch::kMatches) << path;
  }
  EXPECT_EQ(owner("/bin/env", kOther).match, PackageMatch::kMatches);
  // /sbin is a folder of its own here, so /usr/sbin/real is another file.
  EXPECT_EQ(owner("/usr/sbin/real").match, PackageMatch::kUnpackaged);
  EXPECT_EQ(owner("/sbin/real").package, "plain");
}

TEST_F(DpkgDatabaseTest, TellsWhetherTheContentMatches) {
  EXPECT_EQ(owner("/bin/ls", kOther).match, PackageMatch::kDiffers);
  EXPECT_EQ(owner("/bin/ls", "").match, PackageMatch::kUnknown);
  EXPECT_EQ(owner("/etc/ls.conf").match, PackageMatch::kNoChecksum);  // a configuration file
  EXPECT_EQ(owner("/opt/plain").match, PackageMatch::kNoChecksum);    // no md5sums at all
  EXPECT_EQ(owner("/opt/plain").version, "1:0~x");
  EXPECT_EQ(owner("/opt/plainer").match, PackageMatch::kUnpackaged);
  EXPECT_EQ(owner("/opt/plainer").package, "");
  EXPECT_FALSE(database_.find_owner("memfd:x", kGood));
}

TEST_F(DpkgDatabaseTest, ArchitecturesHaveVersionsOfTheirOwn) {
  EXPECT_EQ(owner("/usr/lib/ld.so").package, "libc6");
  EXPECT_EQ(owner("/usr/lib/ld.so").version, "2.36-9");
  EXPECT_EQ(owner("/usr/lib32/ld.so", kOther).version, "2.36-8");
  // Listed by both, matching in one.
  EXPECT_EQ(owner("/usr/share/doc/x").match, PackageMatch::kMatches);
  EXPECT_EQ(owner("/usr/share/doc/x").version, "2.36-8");
}

TEST_F(DpkgDatabaseTest, DivertedFilesKeepTheirOwners) {
  write("info/better.list", "/.\n/usr/bin/ls\n");
  write("info/better.md5sums", kOther + "  usr/bin/ls\n");
  write("diversions", "/bin/ls\n/bin/ls.orig\nbetter\n");
  EXPECT_EQ(owner("/usr/bin/ls", kOther).package, "better");
  EXPECT_EQ(owner("/usr/bin/ls", kOther).match, PackageMatch::kMatches);
  EXPECT_EQ(owner("/usr/bin/ls.orig", kGood).package, "coreutils");
  EXPECT_EQ(owner("/usr/bin/ls.orig", kGood).match, PackageMatch::kMatches);
}

TEST_F(DpkgDatabaseTest, WhatTheAdministratorPutThereIsUnpackaged) {
  write("diversions", "/bin/ls\n/bin/ls.distrib\n:\n");
  EXPECT_EQ(owner("/bin/ls").match, PackageMatch::kUnpackaged);
  EXPECT_EQ(owner("/bin/ls.distrib").package, "coreutils");
}

TEST_F(DpkgDatabaseTest, NoticesChanges) {
  EXPECT_EQ(owner("/opt/new").match, PackageMatch::kUnpackaged);
  write("info/new.list", "/opt/new\n");  // changes the folder's time
  EXPECT_EQ(owner("/opt/new").package, "new");
  EXPECT_EQ(owner("/opt/new").version, "");
  write("status", "Package: new\nArchitecture: all\nVersion: 3\n");
  EXPECT_EQ(owner("/opt/new").version, "3");
}

TEST_F(DpkgDatabaseTest, HashCollisionsAreNotBelieved) {
  // A list that changed without the folder's time changing stands for a hash that hits wrongly.
  EXPECT_EQ(owner("/opt/plain").package, "plain");
  write("info/plain.list", "/opt/other\n");
  EXPECT_EQ(owner("/opt/plain").match, PackageMatch::kUnpackaged);
}

TEST_F(DpkgDatabaseTest, PathsAreBounded) {
  DpkgDatabase small(root_.path(), 2);
  const uint64_t before = Counter::value_of("process.package_paths_bounded");
  EXPECT_TRUE(small.find_owner("/bin/ls", kGood));
  EXPECT_EQ(small.paths(), 2u);
  EXPECT_GT(Counter::value_of("process.package_paths_bounded"), before);
}

TEST(DpkgDatabase, SaysWhenThereIsNone) {
  TestFolder empty;
  DpkgDatabase database(empty.path());
  const auto found = database.find_owner("/bin/ls", kGood);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message, "no dpkg database on this machine");
}

TEST(DpkgDatabaseReal, KnowsThisMachinesShell) {
  struct stat status {};
  if (::stat("/var/lib/dpkg/status", &status) != 0) GTEST_SKIP() << "no dpkg on this machine";
  const std::string shell = std::filesystem::canonical("/bin/sh").string();
  const UniqueFd file(::open(shell.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(file);
  const auto digest = digest_file(file.get());
  ASSERT_TRUE(digest);
  DpkgDatabase database;
  const auto found = database.find_owner(shell, digest->md5);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_NE(found->package, "");
  EXPECT_NE(found->version, "");
  EXPECT_EQ(found->match, PackageMatch::kMatches) << shell << " of " << found->package;
  // 8 bytes a path and little per package.
  EXPECT_LE(database.index_bytes(), database.paths() * 8 + (1u << 20));
  RecordProperty("paths", std::to_string(database.paths()));
  RecordProperty("index_bytes", std::to_string(database.index_bytes()));
}

}  // namespace
}  // namespace picket::process
