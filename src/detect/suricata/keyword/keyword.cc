// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/keyword/keyword.h"

#include <algorithm>
#include <unordered_map>

#include "base/ascii.h"
#include "detect/suricata/keyword/named_fields.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

using Index = std::unordered_map<std::string_view, const Keyword*>;

const Index& index() {
  static const Index built = [] {
    Index result;
    for (auto table : {meta_keywords,          content_keywords,    legacy_buffer_keywords,
                       pcre_keywords,          byte_keywords,       base64_keywords,
                       flow_keywords,          flow_count_keywords, bits_keywords,
                       threshold_keywords,     ip_keywords,         tcp_keywords,
                       icmp_keywords,          event_keywords,      file_keywords,
                       dataset_keywords,       iprep_keywords,      transform_keywords,
                       packet_buffer_keywords, asn1_keywords,       misc_keywords,
                       refused_keywords,       protocol_keywords,   exchange_keywords})
      for (const Keyword& keyword : table()) {
        result[keyword.name] = &keyword;
        for (std::string_view other : split(keyword.also, ' '))
          if (!other.empty()) result[other] = &keyword;
      }
    return result;
  }();
  return built;
}

struct Renamed {
  std::string_view old_name, name;
};
constexpr Renamed kRenamed[] = {
    {"dns_query", "dns.query"},
    {"dns.query.name", "dns.queries.rrname"},
    {"dns.answer.name", "dns.answers.rrname"},
    {"file_data", "file.data"},
    {"filemagic", "file.magic"},
    {"tls_sni", "tls.sni"},
    {"tls_cert_issuer", "tls.cert_issuer"},
    {"tls_cert_subject", "tls.cert_subject"},
    {"tls_cert_serial", "tls.cert_serial"},
    {"tls_cert_fingerprint", "tls.cert_fingerprint"},
    {"ja3_hash", "ja3.hash"},
    {"ja3_string", "ja3.string"},
    {"ja3s.string", "ja3s.string"},
    {"ssh_proto", "ssh.proto"},
    {"ssh_software", "ssh.software"},
    {"smb_named_pipe", "smb.named_pipe"},
    {"smb_share", "smb.share"},
    {"dce_stub_data", "dcerpc.stub_data"},
    {"dce_opnum", "dcerpc.opnum"},
    {"krb5_cname", "krb5.cname"},
    {"krb5_sname", "krb5.sname"},
    {"http_header_names", "http.header_names"},
    {"http_accept", "http.accept"},
    {"http_accept_enc", "http.accept_enc"},
    {"http_accept_lang", "http.accept_lang"},
    {"http_connection", "http.connection"},
    {"http_content_len", "http.content_len"},
    {"http_content_type", "http.content_type"},
    {"http_protocol", "http.protocol"},
    {"http_referer", "http.referer"},
    {"http_start", "http.start"},
    {"http_request_line", "http.request_line"},
    {"http_response_line", "http.response_line"},
    {"dnp3_data", "dnp3.data"},
    {"dnp3_func", "dnp3.func"},
    {"dnp3_ind", "dnp3.ind"},
    {"nfs_version", "nfs.version"},
    {"enip.command", "enip_command"},
    {"enip.product_name", "enip.product_name"},
};

Result<void> read_sticky(RuleBuilder& rule, const RuleOption& option, inspect::BufferId buffer) {
  std::optional<inspect::Direction> direction;
  if (option.has_value && !option.value.empty()) {
    if (option.value == "to_server" || option.value == "toserver" || option.value == "request")
      direction = inspect::Direction::kToServer;
    else if (option.value == "to_client" || option.value == "toclient" ||
             option.value == "response")
      direction = inspect::Direction::kToClient;
    else
      return failure(std::string(option.name) + " takes no value but to_server or to_client");
  }
  const inspect::BufferInfo& info = inspect::info(buffer);
  TRY(rule.require_app(info.protocol));
  rule.select({BufferSlot::Source::kTransaction, 0, buffer}, direction);
  return {};
}

}  // namespace

std::string_view todays_name(std::string_view name) {
  for (const Renamed& renamed : kRenamed)
    if (renamed.old_name == name) return renamed.name;
  return name;
}

const Keyword* find_keyword(std::string_view name) {
  auto found = index().find(name);
  return found == index().end() ? nullptr : found->second;
}

std::vector<const Keyword*> all_keywords() {
  std::vector<const Keyword*> all;
  for (auto& [name, keyword] : index())
    if (name == keyword->name) all.push_back(keyword);
  std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->name < b->name; });
  return all;
}

Result<void> read_option(RuleBuilder& rule, const RuleOption& written) {
  const std::string small = ascii_lowered(written.name);  // case does not matter
  RuleOption option = written;
  option.name = small;
  if (const Keyword* keyword = find_keyword(option.name)) {
    if (keyword->parse == nullptr) return failure("refused: " + std::string(keyword->note));
    return keyword->parse(rule, option);
  }
  std::string_view name = todays_name(option.name);
  if (auto buffer = inspect::find_buffer(name)) return read_sticky(rule, option, *buffer);
  if (auto field = inspect::find_field(name)) return read_field(rule, option, *field);
  if (name != small || option.name.find('.') != std::string_view::npos)
    return failure("buffer or field \"" + std::string(name) +
                   "\" is not known to any protocol here");
  return failure("unknown keyword \"" + std::string(option.name) + "\"");
}

}  // namespace picket::detect::suricata::keyword
