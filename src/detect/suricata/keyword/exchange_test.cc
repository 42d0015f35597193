// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/suricata/engine_for_tests.h"

namespace picket::detect::suricata {
namespace {

using for_tests::Feed;
using inspect::AppProtocol;
using inspect::FieldId;

std::string called(char major) {
  std::string out("\xe1\xaf\x83\x08\x5d\x1f\x11\xc9\x91\xa4\x08\x00\x2b\x14\xa0\xfa", 16);
  return out + '\0' + major;
}
bool interface_matches(const std::string& value, char major) {
  Feed feed("alert dcerpc any any -> any any (dcerpc.iface:" + value + "; sid:1;)");
  EXPECT_TRUE(feed.report.errors.empty()) << feed.report.errors[0].text();
  feed.transaction(AppProtocol::kDcerpc).put("dcerpc.iface", called(major)).done();
  return feed.look() == Feed::Sids{1};
}

TEST(SuricataExchange, InterfacesByUuidAndVersion) {
  const std::string uuid = "e1af8308-5d1f-11c9-91a4-08002b14a0fa";
  EXPECT_TRUE(interface_matches(uuid, 3));
  EXPECT_TRUE(interface_matches(uuid + ",=3", 3));
  EXPECT_TRUE(interface_matches(uuid + ",>2,any_frag", 3));
  EXPECT_FALSE(interface_matches(uuid + ",<3", 3));
  EXPECT_FALSE(interface_matches("f1af8308-5d1f-11c9-91a4-08002b14a0fa", 3));
}

TEST(SuricataExchange, WhatIsWrittenWrongIsRefused) {
  for (const char* bad :
       {"dcerpc.iface:e1af8308", "dcerpc.iface:g1af8308-5d1f-11c9-91a4-08002b14a0fa", "dnp3_obj:12",
        "dnp3_obj:12,300", "cip_service:1,2,3,4", "cip_service:x"}) {
    Feed feed("alert tcp any any -> any any (" + std::string(bad) + "; sid:1;)");
    EXPECT_EQ(feed.report.errors.size(), 1u) << bad;
  }
}

TEST(SuricataExchange, ObjectsAndServicesInAnyPlace) {
  Feed feed(
      "alert dnp3 any any -> any any (dnp3_obj:60,2; sid:1;)\n"
      "alert dnp3 any any -> any any (dnp3_obj:60,3; sid:2;)\n"
      "alert enip any any -> any any (cip_service:76,107; sid:3;)\n"
      "alert enip any any -> any any (cip_service:76,108; sid:4;)\n");
  feed.transaction(AppProtocol::kDnp3).done().fields[FieldId::k_dnp3_obj] = {0x3c01, 0x3c02};
  EXPECT_EQ(feed.look(), Feed::Sids{1});
  auto& cip = feed.transaction(AppProtocol::kEnip).done();
  cip.fields[FieldId::k_cip_service] = {10, 76};
  cip.fields[FieldId::k_cip_class] = {2, 107};
  EXPECT_EQ(feed.look(), Feed::Sids{3});
}

bool modbus_matches(const std::string& value) {
  Feed feed("alert modbus any any -> any any (modbus:" + value + "; sid:1;)");
  EXPECT_TRUE(feed.report.errors.empty()) << value << ": " << feed.report.errors[0].text();
  auto& fields = feed.transaction(AppProtocol::kModbus).done().fields;
  fields[FieldId::k_modbus_function] = {16};
  fields[FieldId::k_modbus_unit] = {10};
  fields[FieldId::k_modbus_category] = {1};
  fields[FieldId::k_modbus_access] = {2 | 32 | 128};
  fields[FieldId::k_modbus_address] = {7, 8};
  fields[FieldId::k_modbus_value] = {5, 256};
  return feed.look() == Feed::Sids{1};
}

TEST(SuricataExchange, ModbusOrders) {
  for (const char* good :
       {"function 16", "function assigned", "function !reserved", "unit 10, function public",
        "access write", "access write holding, address 8", "access write, address >7, value 256",
        "unit >9, access write holding, address 6<>8, value 4<>6"})
    EXPECT_TRUE(modbus_matches(good)) << good;
  for (const char* bad :
       {"function 6", "function user", "function !assigned", "unit 9, access write", "access read",
        "access write coils", "access write, address 9", "access write, address 7, value 256"})
    EXPECT_FALSE(modbus_matches(bad)) << bad;
}

TEST(SuricataExchange, BitsHaveNames) {
  Feed feed(
      "alert dnp3 any any -> any any (dnp3.ind:device_restart,!need_time; sid:1;)\n"
      "alert dnp3 any any -> any any (dnp3.ind:need_time; sid:2;)\n"
      "alert dnp3 any any -> any any (dnp3.ind:!0; sid:3;)\n"
      "alert dnp3 any any -> any any (dnp3.ind:0x8000; sid:4;)\n");
  ASSERT_TRUE(feed.report.errors.empty()) << feed.report.errors[0].text();
  feed.transaction(AppProtocol::kDnp3).done().fields[FieldId::k_dnp3_ind] = {0x8000};
  EXPECT_EQ(feed.look(inspect::Direction::kToClient), (Feed::Sids{1, 3, 4}));
}

}  // namespace
}  // namespace picket::detect::suricata
