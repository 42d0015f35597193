// SPDX-License-Identifier: Apache-2.0
// Names of record types and response codes (IANA, Domain Name System Parameters).
#include <algorithm>
#include <iterator>

#include "inspect/proto/dns/shown_message.h"

namespace picket::inspect::dns {
namespace {

struct NumberName {
  uint16_t number;
  std::string_view name;
};
constexpr NumberName kTypes[] = {
    {1, "A"},       {2, "NS"},        {3, "MD"},          {4, "MF"},     {5, "CNAME"},
    {6, "SOA"},     {7, "MB"},        {8, "MG"},          {9, "MR"},     {10, "NULL"},
    {11, "WKS"},    {12, "PTR"},      {13, "HINFO"},      {14, "MINFO"}, {15, "MX"},
    {16, "TXT"},    {17, "RP"},       {18, "AFSDB"},      {19, "X25"},   {20, "ISDN"},
    {21, "RT"},     {22, "NSAP"},     {23, "NSAPPTR"},    {24, "SIG"},   {25, "KEY"},
    {26, "PX"},     {27, "GPOS"},     {28, "AAAA"},       {29, "LOC"},   {30, "NXT"},
    {33, "SRV"},    {34, "ATMA"},     {35, "NAPTR"},      {36, "KX"},    {37, "CERT"},
    {38, "A6"},     {39, "DNAME"},    {41, "OPT"},        {42, "APL"},   {43, "DS"},
    {44, "SSHFP"},  {45, "IPSECKEY"}, {46, "RRSIG"},      {47, "NSEC"},  {48, "DNSKEY"},
    {49, "DHCID"},  {50, "NSEC3"},    {51, "NSEC3PARAM"}, {52, "TLSA"},  {55, "HIP"},
    {59, "CDS"},    {60, "CDNSKEY"},  {64, "SVCB"},       {65, "HTTPS"}, {99, "SPF"},
    {249, "TKEY"},  {250, "TSIG"},    {251, "IXFR"},      {252, "AXFR"}, {253, "MAILB"},
    {254, "MAILA"}, {255, "ANY"},     {256, "URI"},       {257, "CAA"},
};
constexpr NumberName kRcodes[] = {
    {0, "NOERROR"},  {1, "FORMERR"},  {2, "SERVFAIL"},  {3, "NXDOMAIN"}, {4, "NOTIMP"},
    {5, "REFUSED"},  {6, "YXDOMAIN"}, {7, "YXRRSET"},   {8, "NXRRSET"},  {9, "NOTAUTH"},
    {10, "NOTZONE"}, {16, "BADVERS"}, {17, "BADKEY"},   {18, "BADTIME"}, {19, "BADMODE"},
    {20, "BADNAME"}, {21, "BADALG"},  {22, "BADTRUNC"},
};

template <typename Table>
std::string name_in(const Table& table, uint16_t number, std::string_view prefix) {
  for (const NumberName& entry : table)
    if (entry.number == number) return std::string(entry.name);
  return std::string(prefix) + std::to_string(number);
}

}  // namespace

std::string type_text(uint16_t type) { return name_in(kTypes, type, "TYPE"); }
std::string rcode_text(uint16_t rcode) { return name_in(kRcodes, rcode, "RCODE"); }

}  // namespace picket::inspect::dns
