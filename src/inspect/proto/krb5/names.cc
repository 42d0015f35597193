// SPDX-License-Identifier: Apache-2.0
// Kerberos numbers in words (RFC 4120 7.5, RFC 3961, 3962, 4757, 6803, 8009).
#include "inspect/proto/krb5/krb5_parser.h"

namespace picket::inspect::krb5 {
namespace {

struct NumberName {
  int64_t number;
  std::string_view name;
};
constexpr NumberName kEncryptions[] = {{0, "null"},
                                       {1, "des-cbc-crc"},
                                       {2, "des-cbc-md4"},
                                       {3, "des-cbc-md5"},
                                       {5, "des3-cbc-md5"},
                                       {7, "des3-cbc-sha1"},
                                       {16, "des3-cbc-sha1-kd"},
                                       {17, "aes128-cts-hmac-sha1-96"},
                                       {18, "aes256-cts-hmac-sha1-96"},
                                       {19, "aes128-cts-hmac-sha256-128"},
                                       {20, "aes256-cts-hmac-sha384-192"},
                                       {23, "rc4-hmac"},
                                       {24, "rc4-hmac-exp"},
                                       {25, "camellia128-cts-cmac"},
                                       {26, "camellia256-cts-cmac"}};
constexpr NumberName kErrors[] = {{0, "KDC_ERR_NONE"},
                                  {1, "KDC_ERR_NAME_EXP"},
                                  {2, "KDC_ERR_SERVICE_EXP"},
                                  {3, "KDC_ERR_BAD_PVNO"},
                                  {4, "KDC_ERR_C_OLD_MAST_KVNO"},
                                  {5, "KDC_ERR_S_OLD_MAST_KVNO"},
                                  {6, "KDC_ERR_C_PRINCIPAL_UNKNOWN"},
                                  {7, "KDC_ERR_S_PRINCIPAL_UNKNOWN"},
                                  {8, "KDC_ERR_PRINCIPAL_NOT_UNIQUE"},
                                  {9, "KDC_ERR_NULL_KEY"},
                                  {10, "KDC_ERR_CANNOT_POSTDATE"},
                                  {11, "KDC_ERR_NEVER_VALID"},
                                  {12, "KDC_ERR_POLICY"},
                                  {13, "KDC_ERR_BADOPTION"},
                                  {14, "KDC_ERR_ETYPE_NOSUPP"},
                                  {15, "KDC_ERR_SUMTYPE_NOSUPP"},
                                  {16, "KDC_ERR_PADATA_TYPE_NOSUPP"},
                                  {17, "KDC_ERR_TRTYPE_NOSUPP"},
                                  {18, "KDC_ERR_CLIENT_REVOKED"},
                                  {19, "KDC_ERR_SERVICE_REVOKED"},
                                  {20, "KDC_ERR_TGT_REVOKED"},
                                  {21, "KDC_ERR_CLIENT_NOTYET"},
                                  {22, "KDC_ERR_SERVICE_NOTYET"},
                                  {23, "KDC_ERR_KEY_EXPIRED"},
                                  {24, "KDC_ERR_PREAUTH_FAILED"},
                                  {25, "KDC_ERR_PREAUTH_REQUIRED"},
                                  {26, "KDC_ERR_SERVER_NOMATCH"},
                                  {27, "KDC_ERR_MUST_USE_USER2USER"},
                                  {28, "KDC_ERR_PATH_NOT_ACCEPTED"},
                                  {29, "KDC_ERR_SVC_UNAVAILABLE"},
                                  {31, "KRB_AP_ERR_BAD_INTEGRITY"},
                                  {32, "KRB_AP_ERR_TKT_EXPIRED"},
                                  {33, "KRB_AP_ERR_TKT_NYV"},
                                  {34, "KRB_AP_ERR_REPEAT"},
                                  {35, "KRB_AP_ERR_NOT_US"},
                                  {36, "KRB_AP_ERR_BADMATCH"},
                                  {37, "KRB_AP_ERR_SKEW"},
                                  {38, "KRB_AP_ERR_BADADDR"},
                                  {39, "KRB_AP_ERR_BADVERSION"},
                                  {40, "KRB_AP_ERR_MSG_TYPE"},
                                  {41, "KRB_AP_ERR_MODIFIED"},
                                  {42, "KRB_AP_ERR_BADORDER"},
                                  {44, "KRB_AP_ERR_BADKEYVER"},
                                  {45, "KRB_AP_ERR_NOKEY"},
                                  {46, "KRB_AP_ERR_MUT_FAIL"},
                                  {47, "KRB_AP_ERR_BADDIRECTION"},
                                  {48, "KRB_AP_ERR_METHOD"},
                                  {49, "KRB_AP_ERR_BADSEQ"},
                                  {50, "KRB_AP_ERR_INAPP_CKSUM"},
                                  {51, "KRB_AP_PATH_NOT_ACCEPTED"},
                                  {52, "KRB_ERR_RESPONSE_TOO_BIG"},
                                  {60, "KRB_ERR_GENERIC"},
                                  {61, "KRB_ERR_FIELD_TOOLONG"},
                                  {68, "KDC_ERR_WRONG_REALM"}};

template <typename Table>
std::string name_in(const Table& table, int64_t number) {
  for (const NumberName& entry : table)
    if (entry.number == number) return std::string(entry.name);
  return std::to_string(number);
}

}  // namespace

std::string type_text(uint8_t type) {
  switch (type) {
    case kAsRequest: return "KRB_AS_REQ";
    case kAsReply: return "KRB_AS_REP";
    case kTgsRequest: return "KRB_TGS_REQ";
    case kTgsReply: return "KRB_TGS_REP";
    case kApRequest: return "KRB_AP_REQ";
    case kApReply: return "KRB_AP_REP";
    case kError: return "KRB_ERROR";
    default: return std::to_string(type);
  }
}

std::string encryption_text(int64_t number) { return name_in(kEncryptions, number); }
std::string error_text(int64_t code) { return name_in(kErrors, code); }
bool is_weak(int64_t encryption) {
  return (encryption >= 0 && encryption <= 7) || encryption == 16 || encryption == 23 ||
         encryption == 24;
}

}  // namespace picket::inspect::krb5
