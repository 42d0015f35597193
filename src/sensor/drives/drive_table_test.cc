// SPDX-License-Identifier: Apache-2.0
#include "sensor/drives/drive_table.h"

#include <gtest/gtest.h>

namespace picket::sensor::drives {
namespace {

bool sdb(uint32_t major, uint32_t minor) { return major == 8 && minor >= 16 && minor < 32; }

TEST(DriveTable, TellsDrivesFromTheRest) {
  const auto drives = find_drives(
      "22 1 0:21 / /proc rw - proc proc rw\n"
      "30 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "31 30 8:17 / /media/eve/STICK\\040A rw shared:9 - vfat /dev/sdb1 rw\n"
      "32 30 11:0 / /media/cd ro - iso9660 /dev/sr0 ro\n"
      "33 30 7:3 / /mnt/image rw - vfat /dev/loop3 rw\n"
      "34 30 7:4 / /snap/core/1 ro - squashfs /dev/loop4 ro\n"
      "40 30 7:5 / /media/eve/disk rw - ext4 /dev/loop5 rw\n"
      "41 30 7:6 / /srv/vm rw - ext4 /dev/loop6 rw\n"
      "35 30 0:55 / /mnt/share rw - cifs //files/public rw\n"
      "36 30 8:17 / /srv/again rw - vfat /dev/sdb1 rw\n"
      "37 30 8:18 /sub /srv/part rw - ext4 /dev/sdb2 rw\n"
      "broken line\n",
      sdb);
  ASSERT_EQ(drives.size(), 5u);
  EXPECT_EQ(drives[0].mount_id, 31u);
  EXPECT_EQ(drives[0].mount_point, "/media/eve/STICK A");
  EXPECT_EQ(drives[0].kind, DriveKind::kRemovable);
  EXPECT_EQ(drives[1].kind, DriveKind::kOptical);
  EXPECT_EQ(drives[2].kind, DriveKind::kImage);
  EXPECT_EQ(drives[3].mount_point, "/media/eve/disk");
  EXPECT_EQ(drives[4].kind, DriveKind::kNetwork);
  EXPECT_EQ(drives[4].source, "//files/public");
}

TEST(DriveTable, IsBounded) {
  std::string mounts;
  for (unsigned i = 0; i < kDrivesMax + 5; ++i)
    mounts += std::to_string(100 + i) + " 1 7:" + std::to_string(i) + " / /mnt/" +
              std::to_string(i) + " rw - vfat /dev/loop rw\n";
  EXPECT_EQ(find_drives(mounts, sdb).size(), kDrivesMax);
}

}  // namespace
}  // namespace picket::sensor::drives
