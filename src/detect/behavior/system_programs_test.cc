// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/system_programs.h"

#include <gtest/gtest.h>

#include "detect/behavior/places.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

using event::Platform;

TEST(EditDistance, CountsSwapsOnceAndStopsAtTheLimit) {
  EXPECT_EQ(edit_distance("csrss", "csrss", 2), 0u);
  EXPECT_EQ(edit_distance("csrss", "csrcs", 2), 1u);
  EXPECT_EQ(edit_distance("svchost", "scvhost", 2), 1u);
  EXPECT_EQ(edit_distance("svchost", "svch0sts", 2), 2u);
  EXPECT_EQ(edit_distance("svchost", "explorer", 2), 3u);
  EXPECT_EQ(edit_distance("", "ab", 2), 2u);
}

TEST(EditDistance, TextsPastTheBoundAreNeverNear) {
  const std::string longest(kDistanceTextMax, 'a'), longer(kDistanceTextMax + 1, 'a');
  EXPECT_EQ(edit_distance(longest, longest, 2), 0u);
  EXPECT_EQ(edit_distance(longer, longer, 2), 3u);
}

TEST(ResembledSystemProgram, SaysHow) {
  const auto how = [](std::string_view name) {
    const auto found = resembled_system_program(name, Platform::kWindows);
    return found ? found->name + " " + std::string(words(found->likeness)) : std::string();
  };
  EXPECT_EQ(how("scvhost.exe"), "svchost with two letters swapped");
  EXPECT_EQ(how("csrcs.exe"), "csrss with one letter changed");
  EXPECT_EQ(how("1sass.exe"), "lsass written with characters that only look alike");
  EXPECT_EQ(how("lsasss.exe"), "lsass with a letter doubled or left single");
  EXPECT_EQ(how("ехplorer.exe"), "explorer written with characters that only look alike");
  EXPECT_EQ(how("svchost.exe"), "");
  EXPECT_EQ(how("SVCHOST.EXE"), "");
  EXPECT_EQ(how("dllhst3g.exe"), "");
  EXPECT_EQ(how("update.exe"), "");
  EXPECT_EQ(how("ism.exe"), "");
  EXPECT_EQ(how(""), "");
}

TEST(InItsPlace, KnowsVolumesAndStores) {
  const auto place = [](std::string_view path) { return in_its_place(path, Platform::kWindows); };
  EXPECT_EQ(place("C:\\Windows\\System32\\svchost.exe"), true);
  EXPECT_EQ(place("\\device\\harddiskvolume3\\windows\\syswow64\\svchost.exe"), true);
  EXPECT_EQ(place("C:\\Windows\\System32\\en-us\\svchost.exe"), false);
  EXPECT_EQ(place("C:\\Windows\\System32\\explorer.exe"), false);
  EXPECT_EQ(place("D:\\svchost.exe"), false);
  EXPECT_EQ(place("svchost.exe"), std::nullopt);
  EXPECT_EQ(place("C:\\x\\other.exe"), std::nullopt);
}

TEST(PlaceOf, TellsFoldersApart) {
  const auto place = [](std::string_view path) { return place_of(path, Platform::kWindows); };
  EXPECT_EQ(place("C:\\Users\\a\\Downloads\\x.exe"), Place::kUserFolder);
  EXPECT_EQ(place("C:\\Users\\a\\AppData\\Local\\Temp\\x.exe"), Place::kTemporary);
  EXPECT_EQ(place("C:\\Users\\a\\AppData\\Roaming\\x.exe"), Place::kHidden);
  EXPECT_EQ(place("C:\\Users\\a\\AppData\\Local\\Vendor\\app\\x.exe"), Place::kVendorData);
  EXPECT_EQ(place("\\device\\harddiskvolume2\\programdata\\x.exe"), Place::kSharedData);
  EXPECT_EQ(place("C:\\ProgramData\\Vendor\\x.exe"), Place::kUnknownVendorData);
  EXPECT_EQ(place("C:\\ProgramData\\Microsoft\\Windows Defender\\x.exe"), Place::kVendorData);
  EXPECT_EQ(place("C:\\Windows\\Temp\\x.exe"), Place::kTemporary);
  EXPECT_EQ(place("C:\\Windows\\System32\\x.exe"), Place::kSystem);
  EXPECT_EQ(place("\\\\server\\share\\x.exe"), Place::kRemote);
  EXPECT_EQ(place("C:\\x.exe"), Place::kSharedData);
  EXPECT_EQ(place("D:\\apps\\x.exe"), Place::kOtherDrive);
  EXPECT_EQ(place(""), Place::kUnknown);
  EXPECT_EQ(place_of("/dev/shm/x", Platform::kLinux), Place::kTemporary);
  EXPECT_EQ(place_of("/usr/local/bin/x", Platform::kLinux), Place::kPrograms);
  EXPECT_EQ(place_of("/home/a/.cache/x", Platform::kLinux), Place::kHidden);
}

TEST(Words, WildcardsAndCommandWords) {
  EXPECT_TRUE(matches_wildcards("c:\\tools\\*", "C:\\Tools\\a\\b.exe"));
  EXPECT_TRUE(matches_wildcards("*a*b?", "xxaYYabc"));
  EXPECT_FALSE(matches_wildcards("*a*b?", "xxaYYab"));
  EXPECT_EQ(command_words("a \"b c\"  d\"e f\""), (std::vector<std::string>{"a", "b c", "de f"}));
  std::string many;
  for (size_t i = 0; i < kCommandWordsMax * 2; ++i) many += "w ";
  EXPECT_EQ(command_words(many).size(), kCommandWordsMax);
}

}  // namespace
}  // namespace picket::detect::behavior
