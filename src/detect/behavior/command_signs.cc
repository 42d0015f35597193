// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/command_signs.h"

#include <algorithm>
#include <array>

#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view kDocumentPrograms[] = {
    "winword",  "excel",    "powerpnt", "outlook",     "onenote", "msaccess", "mspub",      "visio",
    "eqnedt32", "acrord32", "acrobat",  "foxitreader", "wordpad", "soffice",  "thunderbird"};
constexpr std::string_view kServers[] = {"w3wp",    "httpd",    "nginx",           "apache2",
                                         "tomcat",  "tomcat8",  "tomcat9",         "php-cgi",
                                         "php-fpm", "sqlservr", "mysqld",          "postgres",
                                         "java",    "javaw",    "umworkerprocess", "jboss",
                                         "wildfly", "oracle",   "redis-server",    "lighttpd",
                                         "caddy"};
constexpr std::string_view kBrowsers[] = {
    "iexplore", "msedge",          "chrome",        "firefox",          "opera",
    "brave",    "vivaldi",         "chromium",      "chromium-browser", "google-chrome",
    "safari",   "microsoftedgecp", "microsoftedge", "firefox-esr",      "headless_shell"};
constexpr std::string_view kRunners[] = {
    "mshta", "wscript",          "cscript",     "regsvr32", "rundll32", "wmiprvse",  "scrcons",
    "wmic",  "msbuild",          "installutil", "cmstp",    "hh",       "fodhelper", "eventvwr",
    "sdclt", "computerdefaults", "mmc",         "spoolsv",  "lsass",    "dllhost"};
constexpr std::string_view kAdministration[] = {"ccmexec",
                                                "windowsazureguestagent",
                                                "waappagent",
                                                "gc_worker",
                                                "gc_service",
                                                "healthservice",
                                                "monitoringhost",
                                                "amazon-ssm-agent",
                                                "ssm-agent-worker",
                                                "ec2config",
                                                "puppet",
                                                "chef-client",
                                                "salt-minion",
                                                "ansible",
                                                "senseir",
                                                "mssense",
                                                "sensendr",
                                                "octopus.tentacle",
                                                "agent.worker",
                                                "runner.worker",
                                                "teamcityagentservice-windows-x64"};

bool among(std::string_view name, Names names) {
  const std::string_view bare = stem(base_name(name));
  return std::ranges::any_of(names, [&](std::string_view n) { return equal_folded(bare, n); });
}

struct Phrase {
  std::string_view text, words;
};
constexpr auto kPhrases = std::to_array<Phrase>({
    {" -enc", "an encoded command"},
    {" /enc", "an encoded command"},
    {" -ec ", "an encoded command"},
    {" -e ", "an encoded command"},
    {"frombase64string", "text to be decoded"},
    {"base64 -d", "text to be decoded"},
    {"-w hidden", "a hidden window"},
    {"-windowstyle hidden", "a hidden window"},
    {"-w 1", "a hidden window"},
    {"-win hidden", "a hidden window"},
    {"downloadstring", "fetching"},
    {"downloadfile", "fetching"},
    {"downloaddata", "fetching"},
    {"net.webclient", "fetching"},
    {"invoke-webrequest", "fetching"},
    {"start-bitstransfer", "fetching"},
    {"iwr ", "fetching"},
    {"xmlhttp", "fetching"},
    {"invoke-expression", "running what it fetched"},
    {"iex(", "running what it fetched"},
    {"iex ", "running what it fetched"},
    {"|iex", "running what it fetched"},
    {"tcpclient", "a socket of its own"},
    {"/dev/tcp/", "a socket of its own"},
    {"socket.socket", "a socket of its own"},
    {"| bash", "running what it fetched"},
    {"|bash", "running what it fetched"},
    {"| sh", "running what it fetched"},
    {"-bxor", "text to be decoded"},
    {"[char[]]", "text to be decoded"},
});

// Single letters are switches of PowerShell only; elsewhere they mean something else.
bool for_powershell_only(std::string_view text) {
  return text.starts_with(" -e") || text == " /enc" || text == " -enc" || text.starts_with("-w");
}

}  // namespace

bool is_document_program(std::string_view name) { return among(name, kDocumentPrograms); }
bool is_server_program(std::string_view name) { return among(name, kServers); }
bool is_browser(std::string_view name) { return among(name, kBrowsers); }

void add_command_sign(std::vector<Sign>& signs, std::string_view command_line) {
  if (command_line.empty()) return;
  const std::string line = folded(command_line);
  const bool powershell =
      line.find("powershell") != std::string::npos || line.find("pwsh") != std::string::npos;
  std::string found;
  for (const Phrase& phrase : kPhrases) {
    if (for_powershell_only(phrase.text) && !powershell) continue;
    if (line.find(phrase.text) == std::string::npos) continue;
    if (found.find(phrase.words) != std::string::npos) continue;
    if (!found.empty()) found += ", ";
    found += phrase.words;
  }
  if (!found.empty()) signs.push_back({20, "its command line shows " + found});
}

void add_parent_sign(std::vector<Sign>& signs, const event::Actor& actor) {
  const std::string_view parent = base_name(actor.parent_path);
  if (parent.empty()) return;
  if (is_document_program(parent) || is_server_program(parent) || is_browser(parent) ||
      among(parent, kRunners))
    signs.push_back({20, std::string(parent) + " started it"});
  else if (among(parent, kAdministration))
    signs.push_back({-25, "the administration tool " + std::string(parent) + " started it"});
}

}  // namespace picket::detect::behavior
