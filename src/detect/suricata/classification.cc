// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/classification.h"

#include "detect/suricata/text.h"

namespace picket::detect::suricata {
namespace {

struct Usual {
  const char* name;
  const char* description;
  uint8_t priority;
};
// The names that public rule sets use.
constexpr Usual kUsual[] = {
    {"not-suspicious", "Not Suspicious Traffic", 3},
    {"unknown", "Unknown Traffic", 3},
    {"bad-unknown", "Potentially Bad Traffic", 2},
    {"attempted-recon", "Attempted Information Leak", 2},
    {"successful-recon-limited", "Information Leak", 2},
    {"successful-recon-largescale", "Large Scale Information Leak", 2},
    {"attempted-dos", "Attempted Denial of Service", 2},
    {"successful-dos", "Denial of Service", 2},
    {"attempted-user", "Attempted User Privilege Gain", 1},
    {"unsuccessful-user", "Unsuccessful User Privilege Gain", 1},
    {"successful-user", "Successful User Privilege Gain", 1},
    {"attempted-admin", "Attempted Administrator Privilege Gain", 1},
    {"successful-admin", "Successful Administrator Privilege Gain", 1},
    {"rpc-portmap-decode", "Decode of an RPC Query", 2},
    {"shellcode-detect", "Executable code was detected", 1},
    {"string-detect", "A suspicious string was detected", 3},
    {"suspicious-filename-detect", "A suspicious filename was detected", 2},
    {"suspicious-login", "An attempted login using a suspicious username was detected", 2},
    {"system-call-detect", "A system call was detected", 2},
    {"tcp-connection", "A TCP connection was detected", 4},
    {"trojan-activity", "A Network Trojan was detected", 1},
    {"unusual-client-port-connection", "A client was using an unusual port", 2},
    {"network-scan", "Detection of a Network Scan", 3},
    {"denial-of-service", "Detection of a Denial of Service Attack", 2},
    {"non-standard-protocol", "Detection of a non-standard protocol or event", 2},
    {"protocol-command-decode", "Generic Protocol Command Decode", 3},
    {"web-application-activity", "access to a potentially vulnerable web application", 2},
    {"web-application-attack", "Web Application Attack", 1},
    {"misc-activity", "Misc activity", 3},
    {"misc-attack", "Misc Attack", 2},
    {"icmp-event", "Generic ICMP event", 3},
    {"policy-violation", "Potential Corporate Privacy Violation", 1},
    {"default-login-attempt", "Attempt to login by a default username and password", 2},
    {"targeted-activity", "Targeted Malicious Activity was Detected", 1},
    {"exploit-kit", "Exploit Kit Activity Detected", 1},
    {"external-ip-check", "Device Retrieving External IP Address Detected", 2},
    {"domain-c2", "Domain Observed Used for C2 Detected", 1},
    {"pup-activity", "Possibly Unwanted Program Detected", 2},
    {"credential-theft", "Successful Credential Theft Detected", 1},
    {"social-engineering", "Possible Social Engineering Attempted", 2},
    {"coin-mining", "Crypto Currency Mining Activity Detected", 2},
    {"command-and-control", "Malware Command and Control Activity Detected", 1},
    {"client-side-exploit", "Known client side exploit attempt", 1},
    {"file-format", "Known malicious file or file based exploit", 1},
    {"malware-cnc", "Known malware command and control traffic", 1},
};

template <typename Visit>
void for_each_line(std::string_view content, Visit visit) {
  while (!content.empty()) {
    size_t end = content.find('\n');
    visit(trimmed(content.substr(0, end)));
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
  }
}

bool take(std::string_view& line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return false;
  line = trimmed(line.substr(prefix.size()));
  return true;
}

}  // namespace

Classifications::Classifications() {
  for (const Usual& usual : kUsual) classes_[usual.name] = {usual.description, usual.priority};
}

void Classifications::read(std::string_view content) {
  for_each_line(content, [&](std::string_view line) {
    if (!take(line, "config") || !take(line, "classification:")) return;
    size_t first = line.find(','), last = line.rfind(',');
    if (first == std::string_view::npos || first == last) return;
    auto priority = parse_number<uint8_t>(line.substr(last + 1));
    if (!priority) return;
    classes_[std::string(trimmed(line.substr(0, first)))] = {
        std::string(trimmed(line.substr(first + 1, last - first - 1))), *priority};
  });
}

ReferenceSystems::ReferenceSystems() {
  prefixes_ = {{"bugtraq", "http://www.securityfocus.com/bid/"},
               {"bid", "http://www.securityfocus.com/bid/"},
               {"cve", "https://cve.mitre.org/cgi-bin/cvename.cgi?name="},
               {"secunia", "http://www.secunia.com/advisories/"},
               {"arachNIDS", "http://www.whitehats.com/info/IDS"},
               {"McAfee", "http://vil.nai.com/vil/content/v_"},
               {"nessus", "http://cgi.nessus.org/plugins/dump.php3?id="},
               {"url", "https://"},
               {"et", "http://doc.emergingthreats.net/"},
               {"etpro", "http://doc.emergingthreatspro.com/"},
               {"telus", "http://"},
               {"osvdb", "http://osvdb.org/show/osvdb/"},
               {"threatexpert", "http://www.threatexpert.com/report.aspx?md5="},
               {"md5", "http://www.threatexpert.com/report.aspx?md5="},
               {"exploitdb", "http://www.exploit-db.com/exploits/"},
               {"openpacket", "https://www.openpacket.org/capture/grab/"},
               {"securitytracker", "http://securitytracker.com/id?"},
               {"msft", "http://technet.microsoft.com/security/bulletin/"},
               {"xforce", "http://xforce.iss.net/xforce/xfdb/"}};
}

void ReferenceSystems::read(std::string_view content) {
  for_each_line(content, [&](std::string_view line) {
    if (!take(line, "config") || !take(line, "reference:")) return;
    size_t space = line.find_first_of(" \t");
    if (space == std::string_view::npos) return;
    prefixes_[std::string(line.substr(0, space))] = std::string(trimmed(line.substr(space)));
  });
}

}  // namespace picket::detect::suricata
