// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ike/names.h"

#include <span>

namespace picket::inspect::ike {
namespace {

struct Name {
  uint64_t number;
  std::string_view text;
};
std::string_view name_of(std::span<const Name> names, uint64_t number, std::string_view otherwise) {
  for (const Name& name : names)
    if (name.number == number) return name.text;
  return otherwise;
}

constexpr Name kPayloads[] = {{0, "NoNextPayload"},
                              {1, "SecurityAssociation"},
                              {2, "Proposal"},
                              {3, "Transform"},
                              {4, "KeyExchange"},
                              {5, "Identification"},
                              {6, "Certificate"},
                              {7, "CertificateRequest"},
                              {8, "Hash"},
                              {9, "Signature"},
                              {10, "Nonce"},
                              {11, "Notification"},
                              {12, "Delete"},
                              {13, "VendorID"},
                              {20, "NatDiscovery"},
                              {21, "NatOriginalAddress"},
                              {33, "SecurityAssociation"},
                              {34, "KeyExchange"},
                              {35, "IdentInitiator"},
                              {36, "IdentResponder"},
                              {37, "Certificate"},
                              {38, "CertificateRequest"},
                              {39, "Authentication"},
                              {40, "Nonce"},
                              {41, "Notify"},
                              {42, "Delete"},
                              {43, "VendorID"},
                              {44, "TrafficSelectorInitiator"},
                              {45, "TrafficSelectorResponder"},
                              {46, "EncryptedAndAuthenticated"},
                              {47, "Configuration"},
                              {48, "ExtensibleAuthentication"}};
constexpr Name kAttributes[] = {
    {1, "alg_enc"},       {2, "alg_hash"},       {3, "alg_auth"},       {4, "alg_dh"},
    {5, "sa_group_type"}, {6, "sa_group_prime"}, {11, "sa_life_type"},  {12, "sa_life_duration"},
    {13, "alg_prf"},      {14, "sa_key_length"}, {15, "sa_field_size"}, {16, "sa_group_order"}};
constexpr Name kEncryptionNames[] = {
    {1, "EncDesCbc"},       {2, "EncIdeaCbc"}, {3, "EncBlowfishCbc"}, {4, "EncRc5R16B64Cbc"},
    {5, "EncTripleDesCbc"}, {6, "EncCastCbc"}, {7, "EncAesCbc"},      {8, "EncCamelliaCbc"}};
constexpr Name kHash[] = {{1, "HashMd5"},      {2, "HashSha"},      {3, "HashTiger"},
                          {4, "HashSha2_256"}, {5, "HashSha2_384"}, {6, "HashSha2_512"}};
constexpr Name kAuthentication[] = {{1, "AuthPreSharedKey"},
                                    {2, "AuthDssSignatures"},
                                    {3, "AuthRsaSignatures"},
                                    {4, "AuthEncryptionWithRsa"},
                                    {5, "AuthRevisedEncryptionWithRsa"},
                                    {9, "AuthEcdsaSha256"},
                                    {10, "AuthEcdsaSha384"},
                                    {11, "AuthEcdsaSha512"}};
constexpr Name kGroups[] = {{1, "GroupDefault768BitModp"}, {2, "GroupAlternate1024BitModpGroup"},
                            {3, "GroupEc2nOnGp2p155"},     {4, "GroupEc2nOnGp2p185"},
                            {5, "GroupModp1536Bit"},       {14, "GroupModp2048Bit"},
                            {15, "GroupModp3072Bit"},      {16, "GroupModp4096Bit"},
                            {17, "GroupModp6144Bit"},      {18, "GroupModp8192Bit"},
                            {19, "GroupRandomEcp256"},     {20, "GroupRandomEcp384"},
                            {21, "GroupRandomEcp521"}};
constexpr Name kLifeTypes[] = {{1, "LifeTypeSeconds"}, {2, "LifeTypeKilobytes"}};

}  // namespace

std::string_view payload_text(uint8_t type) { return name_of(kPayloads, type, {}); }
std::string_view attribute_text(uint16_t type) { return name_of(kAttributes, type, "unknown"); }

std::string_view attribute_value_text(uint16_t type, uint64_t value) {
  constexpr std::string_view kUnknown = "Unknown";
  switch (type) {
    case 1: return name_of(kEncryptionNames, value, kUnknown);
    case 2: return name_of(kHash, value, kUnknown);
    case 3: return name_of(kAuthentication, value, kUnknown);
    case 4: return name_of(kGroups, value, kUnknown);
    case 11: return name_of(kLifeTypes, value, kUnknown);
    default: return kUnknown;
  }
}

}  // namespace picket::inspect::ike
