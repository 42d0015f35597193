// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/log_source.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include "base/ascii.h"
#include "detect/sigma/fold.h"

namespace picket::detect::sigma {
namespace {

constexpr std::string_view kSysmon = "Microsoft-Windows-Sysmon/Operational";
constexpr std::string_view kLinuxSysmon = "Linux-Sysmon/Operational";
constexpr std::string_view kPowerShell = "Microsoft-Windows-PowerShell/Operational";
constexpr std::string_view kPowerShellCore = "PowerShellCore/Operational";

struct SourceRow {
  std::string_view name;                       // the category or service
  std::string_view product;                    // of the origin; empty: any
  std::string_view channel;                    // empty: any
  std::string_view provider;                   // empty: any
  std::array<uint32_t, 4> ids = {};            // event ids; none: any
  SourceTable table = SourceTable::kStandard;  // the least table that has the row
};

constexpr auto kCategories = std::to_array<SourceRow>({
    {"process_creation", "windows", kSysmon, "", {1}},
    {"process_creation", "windows", "Security", "", {4688}},
    {"file_change", "windows", kSysmon, "", {2}},
    {"network_connection", "windows", kSysmon, "", {3}},
    {"network_connection", "windows", "Security", "", {5156}, SourceTable::kWithFilteringPlatform},
    {"sysmon_status", "windows", kSysmon, "", {4, 16}},
    {"process_termination", "windows", kSysmon, "", {5}},
    {"process_termination", "windows", "Security", "", {4689}},
    {"driver_load", "windows", kSysmon, "", {6}},
    {"image_load", "windows", kSysmon, "", {7}},
    {"create_remote_thread", "windows", kSysmon, "", {8}},
    {"raw_access_thread", "windows", kSysmon, "", {9}},
    {"process_access", "windows", kSysmon, "", {10}},
    {"file_event", "windows", kSysmon, "", {11}},
    {"registry_event", "windows", kSysmon, "", {12, 13, 14}},
    {"registry_add", "windows", kSysmon, "", {12}},
    {"registry_delete", "windows", kSysmon, "", {12}},
    {"registry_set", "windows", kSysmon, "", {13}},
    {"registry_rename", "windows", kSysmon, "", {14}},
    {"create_stream_hash", "windows", kSysmon, "", {15}},
    {"pipe_created", "windows", kSysmon, "", {17, 18}},
    {"wmi_event", "windows", kSysmon, "", {19, 20, 21}},
    {"dns_query", "windows", kSysmon, "", {22}},
    {"file_delete", "windows", kSysmon, "", {23}},
    {"clipboard_capture", "windows", kSysmon, "", {24}},
    {"process_tampering", "windows", kSysmon, "", {25}},
    {"file_delete_detected", "windows", kSysmon, "", {26}},
    {"file_block_executable", "windows", kSysmon, "", {27}},
    {"file_block_shredding", "windows", kSysmon, "", {28}},
    {"file_executable_detected", "windows", kSysmon, "", {29}},
    {"sysmon_error", "windows", kSysmon, "", {255}},
    {"file_access", "windows", "", "Microsoft-Windows-Kernel-File", {}},
    {"file_rename", "windows", "", "Microsoft-Windows-Kernel-File", {}},
    {"ps_classic_start", "windows", "Windows PowerShell", "", {400}},
    {"ps_classic_provider_start", "windows", "Windows PowerShell", "", {600}},
    {"ps_classic_script", "windows", "Windows PowerShell", "", {800}},
    {"ps_module", "windows", kPowerShell, "", {4103}},
    {"ps_module", "windows", kPowerShellCore, "", {4103}},
    {"ps_script", "windows", kPowerShell, "", {4104}},
    {"ps_script", "windows", kPowerShellCore, "", {4104}},
    {"antivirus",
     "windows",
     "Microsoft-Windows-Windows Defender/Operational",
     "",
     {1006, 1015, 1116, 1117}},
    {"process_creation", "linux", kLinuxSysmon, "", {1}},
    {"network_connection", "linux", kLinuxSysmon, "", {3}},
    {"process_termination", "linux", kLinuxSysmon, "", {5}},
    {"raw_access_thread", "linux", kLinuxSysmon, "", {9}},
    {"process_access", "linux", kLinuxSysmon, "", {10}},
    {"file_event", "linux", kLinuxSysmon, "", {11}},
    {"file_delete", "linux", kLinuxSysmon, "", {23}},
    {"dns", "zeek", "dns", "", {}},
    {"proxy", "zeek", "http", "", {}},
    {"webserver", "zeek", "http", "", {}},
    {"firewall", "zeek", "conn", "", {}},
    {"dns", "suricata", "dns", "", {}},
    {"proxy", "suricata", "http", "", {}},
    {"webserver", "suricata", "http", "", {}},
    {"firewall", "suricata", "flow", "", {}},
    // picket's own sensor (evidence/native_record.h)
    {"dns", "linux", "dns", "picket", {}},
    {"firewall", "linux", "connection", "picket", {}},
    // The taxonomy gives these two to whole products; they say nothing beyond the product.
    {"application", "", "", "", {}},
    {"appliance", "", "", "", {}},
});

constexpr auto kServices = std::to_array<SourceRow>({
    {"application-experience",
     "windows",
     "Microsoft-Windows-Application-Experience/Program-Telemetry",
     "",
     {}},
    {"application-experience",
     "windows",
     "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant",
     "",
     {}},
    {"applocker", "windows", "Microsoft-Windows-AppLocker/MSI and Script", "", {}},
    {"applocker", "windows", "Microsoft-Windows-AppLocker/EXE and DLL", "", {}},
    {"applocker", "windows", "Microsoft-Windows-AppLocker/Packaged app-Deployment", "", {}},
    {"applocker", "windows", "Microsoft-Windows-AppLocker/Packaged app-Execution", "", {}},
    {"appmodel-runtime", "windows", "Microsoft-Windows-AppModel-Runtime/Admin", "", {}},
    {"appxdeployment-server",
     "windows",
     "Microsoft-Windows-AppXDeploymentServer/Operational",
     "",
     {}},
    {"appxpackaging-om", "windows", "Microsoft-Windows-AppxPackaging/Operational", "", {}},
    {"bitlocker", "windows", "Microsoft-Windows-BitLocker/BitLocker Management", "", {}},
    {"bits-client", "windows", "Microsoft-Windows-Bits-Client/Operational", "", {}},
    {"capi2", "windows", "Microsoft-Windows-CAPI2/Operational", "", {}},
    {"certificateservicesclient-lifecycle-system",
     "windows",
     "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational",
     "",
     {}},
    {"codeintegrity-operational", "windows", "Microsoft-Windows-CodeIntegrity/Operational", "", {}},
    {"dhcp", "windows", "Microsoft-Windows-DHCP-Server/Operational", "", {}},
    {"diagnosis-scripted", "windows", "Microsoft-Windows-Diagnosis-Scripted/Operational", "", {}},
    {"dns-client", "windows", "Microsoft-Windows-DNS Client Events/Operational", "", {}},
    {"dns-client", "windows", "Microsoft-Windows-DNS-Client/Operational", "", {}},
    {"dns-server", "windows", "DNS Server", "", {}},
    {"dns-server-analytic", "windows", "Microsoft-Windows-DNS-Server/Analytical", "", {}},
    {"dns-server-audit", "windows", "Microsoft-Windows-DNS-Server/Audit", "", {}},
    {"driver-framework",
     "windows",
     "Microsoft-Windows-DriverFrameworks-UserMode/Operational",
     "",
     {}},
    {"firewall-as",
     "windows",
     "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall",
     "",
     {}},
    {"hyper-v-worker", "windows", "Microsoft-Windows-Hyper-V-Worker", "", {}},
    {"iis-configuration", "windows", "Microsoft-IIS-Configuration/Operational", "", {}},
    {"kernel-event-tracing", "windows", "Microsoft-Windows-Kernel-EventTracing", "", {}},
    {"kernel-shimengine", "windows", "Microsoft-Windows-Kernel-ShimEngine/Operational", "", {}},
    {"kernel-shimengine", "windows", "Microsoft-Windows-Kernel-ShimEngine/Diagnostic", "", {}},
    {"ldap", "windows", "Microsoft-Windows-LDAP-Client/Debug", "", {}},
    {"lsa-server", "windows", "Microsoft-Windows-LSA/Operational", "", {}},
    {"microsoft-servicebus-client", "windows", "Microsoft-ServiceBus-Client/Operational", "", {}},
    {"microsoft-servicebus-client", "windows", "Microsoft-ServiceBus-Client/Admin", "", {}},
    {"servicebus-client", "windows", "Microsoft-ServiceBus-Client/Operational", "", {}},
    {"servicebus-client", "windows", "Microsoft-ServiceBus-Client/Admin", "", {}},
    {"msexchange-management", "windows", "MSExchange Management", "", {}},
    {"ntfs", "windows", "Microsoft-Windows-Ntfs/Operational", "", {}},
    {"ntlm", "windows", "Microsoft-Windows-NTLM/Operational", "", {}},
    {"openssh", "windows", "OpenSSH/Operational", "", {}},
    {"powershell", "windows", kPowerShell, "", {}},
    {"powershell", "windows", kPowerShellCore, "", {}},
    {"powershell-classic", "windows", "Windows PowerShell", "", {}},
    {"printservice-admin", "windows", "Microsoft-Windows-PrintService/Admin", "", {}},
    {"printservice-operational", "windows", "Microsoft-Windows-PrintService/Operational", "", {}},
    {"security-mitigations",
     "windows",
     "Microsoft-Windows-Security-Mitigations/Kernel Mode",
     "",
     {}},
    {"security-mitigations", "windows", "Microsoft-Windows-Security-Mitigations/User Mode", "", {}},
    {"sense", "windows", "Microsoft-Windows-SENSE/Operational", "", {}},
    {"shell-core", "windows", "Microsoft-Windows-Shell-Core/Operational", "", {}},
    {"smbclient-connectivity", "windows", "Microsoft-Windows-SmbClient/Connectivity", "", {}},
    {"smbclient-security", "windows", "Microsoft-Windows-SmbClient/Security", "", {}},
    {"smbserver-connectivity", "windows", "Microsoft-Windows-SMBServer/Connectivity", "", {}},
    {"sysmon", "windows", kSysmon, "", {}},
    {"sysmon", "linux", kLinuxSysmon, "", {}},
    {"taskscheduler", "windows", "Microsoft-Windows-TaskScheduler/Operational", "", {}},
    {"terminalservices-localsessionmanager",
     "windows",
     "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
     "",
     {}},
    {"vhdmp", "windows", "Microsoft-Windows-VHDMP/Operational", "", {}},
    {"windefend", "windows", "Microsoft-Windows-Windows Defender/Operational", "", {}},
    {"wmi", "windows", "Microsoft-Windows-WMI-Activity/Operational", "", {}},
    {"netflow", "zeek", "conn", "", {}},
    {"netflow", "suricata", "flow", "", {}},
});

bool same_or_any(std::string_view wanted, std::string_view has) {
  return wanted.empty() || same_ignoring_case(wanted, has);
}

bool fits(const SourceRow& row, const event::LogOrigin& origin, SourceTable table) {
  if (row.table > table) return false;
  if (!same_or_any(row.product, origin.product) || !same_or_any(row.channel, origin.channel) ||
      !same_or_any(row.provider, origin.provider)) {
    return false;
  }
  if (row.ids[0] == 0) return true;
  return origin.event_id != 0 && std::ranges::find(row.ids, origin.event_id) != row.ids.end();
}

template <size_t N>
bool any_row(const std::array<SourceRow, N>& rows, std::string_view name,
             const event::LogOrigin& origin, SourceTable table) {
  return std::ranges::any_of(
      rows, [&](const SourceRow& row) { return row.name == name && fits(row, origin, table); });
}

}  // namespace

bool belongs(const event::LogOrigin& origin, const LogSource& source, SourceTable table) {
  if (!same_or_any(source.product, origin.product)) return false;
  if (!source.category.empty() && !same_ignoring_case(source.category, origin.category) &&
      !any_row(kCategories, source.category, origin, table)) {
    return false;
  }
  return source.service.empty() || same_ignoring_case(source.service, origin.channel) ||
         same_ignoring_case(source.service, origin.provider) ||
         any_row(kServices, source.service, origin, table);
}

}  // namespace picket::detect::sigma
