// SPDX-License-Identifier: Apache-2.0
// Well-known RPC interfaces and the names of their operations, as Microsoft's open specifications
// (MS-NRPC, MS-SAMR, MS-LSAT, MS-SCMR, MS-RRP, MS-TSCH, MS-SRVS, MS-WKST, MS-DRSR, MS-DCOM, MS-EPM
// ...) number them. An operation that is not in a list has no name here.
#include <algorithm>
#include <iterator>
#include <span>

#include "inspect/proto/dcerpc/rpc_call.h"

namespace picket::inspect::dcerpc {
namespace {

struct Operation {
  uint16_t number;
  std::string_view name;
};
struct Service {
  std::string_view uuid, name;
  std::span<const Operation> operations;
};

constexpr Operation kEpmapper[] = {{0, "ept_insert"},
                                   {1, "ept_delete"},
                                   {2, "ept_lookup"},
                                   {3, "ept_map"},
                                   {4, "ept_lookup_handle_free"},
                                   {5, "ept_inq_object"},
                                   {6, "ept_mgmt_delete"}};
constexpr Operation kMgmt[] = {{0, "inq_if_ids"},
                               {1, "inq_stats"},
                               {2, "is_server_listening"},
                               {3, "stop_server_listening"},
                               {4, "inq_princ_name"}};
constexpr Operation kNetlogon[] = {{0, "NetrLogonUasLogon"},
                                   {1, "NetrLogonUasLogoff"},
                                   {2, "NetrLogonSamLogon"},
                                   {3, "NetrLogonSamLogoff"},
                                   {4, "NetrServerReqChallenge"},
                                   {5, "NetrServerAuthenticate"},
                                   {6, "NetrServerPasswordSet"},
                                   {7, "NetrDatabaseDeltas"},
                                   {8, "NetrDatabaseSync"},
                                   {11, "NetrGetDCName"},
                                   {12, "NetrLogonControl"},
                                   {13, "NetrGetAnyDCName"},
                                   {14, "NetrLogonControl2"},
                                   {15, "NetrServerAuthenticate2"},
                                   {16, "NetrDatabaseSync2"},
                                   {17, "NetrDatabaseRedo"},
                                   {18, "NetrLogonControl2Ex"},
                                   {19, "NetrEnumerateTrustedDomains"},
                                   {20, "DsrGetDcName"},
                                   {21, "NetrLogonGetCapabilities"},
                                   {24, "NetrLogonComputeClientDigest"},
                                   {26, "NetrServerAuthenticate3"},
                                   {27, "DsrGetDcNameEx"},
                                   {28, "DsrGetSiteName"},
                                   {29, "NetrLogonGetDomainInfo"},
                                   {30, "NetrServerPasswordSet2"},
                                   {31, "NetrServerPasswordGet"},
                                   {34, "DsrGetDcNameEx2"},
                                   {39, "NetrLogonSamLogonEx"},
                                   {40, "DsrEnumerateDomainTrusts"},
                                   {45, "NetrLogonSamLogonWithFlags"},
                                   {46, "NetrServerGetTrustInfo"}};
constexpr Operation kDrsuapi[] = {{0, "DRSBind"},
                                  {1, "DRSUnbind"},
                                  {2, "DRSReplicaSync"},
                                  {3, "DRSGetNCChanges"},
                                  {4, "DRSUpdateRefs"},
                                  {5, "DRSReplicaAdd"},
                                  {6, "DRSReplicaDel"},
                                  {7, "DRSReplicaModify"},
                                  {8, "DRSVerifyNames"},
                                  {9, "DRSGetMemberships"},
                                  {10, "DRSInterDomainMove"},
                                  {11, "DRSGetNT4ChangeLog"},
                                  {12, "DRSCrackNames"},
                                  {13, "DRSWriteSPN"},
                                  {14, "DRSRemoveDsServer"},
                                  {15, "DRSRemoveDsDomain"},
                                  {16, "DRSDomainControllerInfo"},
                                  {17, "DRSAddEntry"},
                                  {18, "DRSExecuteKCC"},
                                  {19, "DRSGetReplInfo"},
                                  {20, "DRSAddSidHistory"}};
constexpr Operation kSamr[] = {{0, "SamrConnect"},
                               {1, "SamrCloseHandle"},
                               {3, "SamrQuerySecurityObject"},
                               {5, "SamrLookupDomainInSamServer"},
                               {6, "SamrEnumerateDomainsInSamServer"},
                               {7, "SamrOpenDomain"},
                               {8, "SamrQueryInformationDomain"},
                               {11, "SamrEnumerateGroupsInDomain"},
                               {12, "SamrCreateUserInDomain"},
                               {13, "SamrEnumerateUsersInDomain"},
                               {15, "SamrEnumerateAliasesInDomain"},
                               {16, "SamrGetAliasMembership"},
                               {17, "SamrLookupNamesInDomain"},
                               {18, "SamrLookupIdsInDomain"},
                               {19, "SamrOpenGroup"},
                               {25, "SamrGetMembersInGroup"},
                               {27, "SamrOpenAlias"},
                               {31, "SamrAddMemberToAlias"},
                               {33, "SamrGetMembersInAlias"},
                               {34, "SamrOpenUser"},
                               {35, "SamrDeleteUser"},
                               {36, "SamrQueryInformationUser"},
                               {37, "SamrSetInformationUser"},
                               {38, "SamrChangePasswordUser"},
                               {39, "SamrGetGroupsForUser"},
                               {40, "SamrQueryDisplayInformation"},
                               {46, "SamrQueryInformationDomain2"},
                               {47, "SamrQueryInformationUser2"},
                               {50, "SamrCreateUser2InDomain"},
                               {55, "SamrUnicodeChangePasswordUser2"},
                               {57, "SamrConnect2"},
                               {58, "SamrSetInformationUser2"},
                               {62, "SamrConnect4"},
                               {64, "SamrConnect5"}};
constexpr Operation kLsarpc[] = {{0, "LsarClose"},
                                 {2, "LsarEnumeratePrivileges"},
                                 {6, "LsarOpenPolicy"},
                                 {7, "LsarQueryInformationPolicy"},
                                 {11, "LsarEnumerateAccounts"},
                                 {13, "LsarEnumerateTrustedDomains"},
                                 {14, "LsarLookupNames"},
                                 {15, "LsarLookupSids"},
                                 {28, "LsarOpenSecret"},
                                 {30, "LsarQuerySecret"},
                                 {43, "LsarRetrievePrivateData"},
                                 {44, "LsarOpenPolicy2"},
                                 {45, "LsarGetUserName"},
                                 {46, "LsarQueryInformationPolicy2"},
                                 {50, "LsarEnumerateTrustedDomainsEx"},
                                 {57, "LsarLookupSids2"},
                                 {58, "LsarLookupNames2"},
                                 {68, "LsarLookupNames3"},
                                 {76, "LsarLookupSids3"},
                                 {77, "LsarLookupNames4"}};
constexpr Operation kSvcctl[] = {{0, "RCloseServiceHandle"},
                                 {1, "RControlService"},
                                 {2, "RDeleteService"},
                                 {3, "RLockServiceDatabase"},
                                 {4, "RQueryServiceObjectSecurity"},
                                 {5, "RSetServiceObjectSecurity"},
                                 {6, "RQueryServiceStatus"},
                                 {7, "RSetServiceStatus"},
                                 {8, "RUnlockServiceDatabase"},
                                 {11, "RChangeServiceConfigW"},
                                 {12, "RCreateServiceW"},
                                 {13, "REnumDependentServicesW"},
                                 {14, "REnumServicesStatusW"},
                                 {15, "ROpenSCManagerW"},
                                 {16, "ROpenServiceW"},
                                 {17, "RQueryServiceConfigW"},
                                 {19, "RStartServiceW"},
                                 {20, "RGetServiceDisplayNameW"},
                                 {24, "RCreateServiceA"},
                                 {27, "ROpenSCManagerA"},
                                 {28, "ROpenServiceA"},
                                 {31, "RStartServiceA"},
                                 {37, "RChangeServiceConfig2W"},
                                 {39, "RQueryServiceConfig2W"},
                                 {40, "RQueryServiceStatusEx"},
                                 {42, "REnumServicesStatusExW"}};
constexpr Operation kWinreg[] = {{0, "OpenClassesRoot"},
                                 {1, "OpenCurrentUser"},
                                 {2, "OpenLocalMachine"},
                                 {3, "OpenPerformanceData"},
                                 {4, "OpenUsers"},
                                 {5, "BaseRegCloseKey"},
                                 {6, "BaseRegCreateKey"},
                                 {7, "BaseRegDeleteKey"},
                                 {8, "BaseRegDeleteValue"},
                                 {9, "BaseRegEnumKey"},
                                 {10, "BaseRegEnumValue"},
                                 {11, "BaseRegFlushKey"},
                                 {12, "BaseRegGetKeySecurity"},
                                 {13, "BaseRegLoadKey"},
                                 {15, "BaseRegOpenKey"},
                                 {16, "BaseRegQueryInfoKey"},
                                 {17, "BaseRegQueryValue"},
                                 {18, "BaseRegReplaceKey"},
                                 {19, "BaseRegRestoreKey"},
                                 {20, "BaseRegSaveKey"},
                                 {21, "BaseRegSetKeySecurity"},
                                 {22, "BaseRegSetValue"},
                                 {23, "BaseRegUnLoadKey"},
                                 {26, "BaseRegGetVersion"},
                                 {29, "BaseRegQueryMultipleValues"},
                                 {31, "BaseRegSaveKeyEx"}};
constexpr Operation kAtsvc[] = {
    {0, "NetrJobAdd"}, {1, "NetrJobDel"}, {2, "NetrJobEnum"}, {3, "NetrJobGetInfo"}};
constexpr Operation kTaskScheduler[] = {
    {0, "SchRpcHighestVersion"}, {1, "SchRpcRegisterTask"},    {2, "SchRpcRetrieveTask"},
    {3, "SchRpcCreateFolder"},   {6, "SchRpcEnumFolders"},     {7, "SchRpcEnumTasks"},
    {8, "SchRpcEnumInstances"},  {11, "SchRpcStop"},           {12, "SchRpcRun"},
    {13, "SchRpcDelete"},        {16, "SchRpcGetLastRunInfo"}, {17, "SchRpcGetTaskInfo"}};
constexpr Operation kSrvsvc[] = {
    {8, "NetrConnectionEnum"},   {9, "NetrFileEnum"},         {12, "NetrSessionEnum"},
    {14, "NetrShareAdd"},        {15, "NetrShareEnum"},       {16, "NetrShareGetInfo"},
    {17, "NetrShareSetInfo"},    {18, "NetrShareDel"},        {21, "NetrServerGetInfo"},
    {23, "NetrServerDiskEnum"},  {28, "NetrRemoteTOD"},       {31, "NetprPathCanonicalize"},
    {36, "NetrShareEnumSticky"}, {39, "NetrpGetFileSecurity"}};
constexpr Operation kWkssvc[] = {{0, "NetrWkstaGetInfo"},  {1, "NetrWkstaSetInfo"},
                                 {2, "NetrWkstaUserEnum"}, {5, "NetrWkstaTransportEnum"},
                                 {8, "NetrUseAdd"},        {11, "NetrUseEnum"},
                                 {22, "NetrJoinDomain2"},  {23, "NetrUnjoinDomain2"}};
constexpr Operation kRemUnknown[] = {{0, "QueryInterface"},    {1, "AddRef"},    {2, "Release"},
                                     {3, "RemQueryInterface"}, {4, "RemAddRef"}, {5, "RemRelease"},
                                     {6, "RemQueryInterface2"}};
constexpr Operation kActivator[] = {{3, "RemoteGetClassObject"}, {4, "RemoteCreateInstance"}};
constexpr Operation kActivation[] = {{0, "RemoteActivation"}};
constexpr Operation kExporter[] = {{0, "ResolveOxid"}, {1, "SimplePing"},   {2, "ComplexPing"},
                                   {3, "ServerAlive"}, {4, "ResolveOxid2"}, {5, "ServerAlive2"}};
constexpr Operation kDssetup[] = {{0, "DsRolerGetPrimaryDomainInformation"},
                                  {1, "DsRolerDnsNameToFlatName"},
                                  {2, "DsRolerDcAsDc"},
                                  {3, "DsRolerDcAsReplica"},
                                  {4, "DsRolerDemoteDc"},
                                  {5, "DsRolerGetDcOperationProgress"},
                                  {6, "DsRolerGetDcOperationResults"},
                                  {7, "DsRolerCancel"},
                                  {8, "DsRolerServerSaveStateForUpgrade"},
                                  {9, "DsRolerUpgradeDownlevelServer"},
                                  {10, "DsRolerAbortDownlevelServerUpgrade"}};
constexpr Operation kSpoolss[] = {{0, "RpcEnumPrinters"},
                                  {1, "RpcOpenPrinter"},
                                  {10, "RpcGetPrinterDriver"},
                                  {29, "RpcClosePrinter"},
                                  {65, "RpcRemoteFindFirstPrinterChangeNotificationEx"},
                                  {69, "RpcOpenPrinterEx"},
                                  {70, "RpcAddPrinterEx"},
                                  {89, "RpcAddPrinterDriverEx"}};
constexpr Operation kEfsr[] = {{0, "EfsRpcOpenFileRaw"},
                               {4, "EfsRpcEncryptFileSrv"},
                               {5, "EfsRpcDecryptFileSrv"},
                               {6, "EfsRpcQueryUsersOnFile"},
                               {7, "EfsRpcQueryRecoveryAgents"}};

constexpr Service kServices[] = {
    {"e1af8308-5d1f-11c9-91a4-08002b14a0fa", "epmapper", kEpmapper},
    {"afa8bd80-7d8a-11c9-bef4-08002b102989", "mgmt", kMgmt},
    {"12345678-1234-abcd-ef00-01234567cffb", "netlogon", kNetlogon},
    {"e3514235-4b06-11d1-ab04-00c04fc2dcd2", "drsuapi", kDrsuapi},
    {"12345778-1234-abcd-ef00-0123456789ac", "samr", kSamr},
    {"12345778-1234-abcd-ef00-0123456789ab", "lsarpc", kLsarpc},
    {"367abb81-9844-35f1-ad32-98f038001003", "svcctl", kSvcctl},
    {"338cd001-2244-31f1-aaaa-900038001003", "winreg", kWinreg},
    {"1ff70682-0a51-30e8-076d-740be8cee98b", "atsvc", kAtsvc},
    {"86d35949-83c9-4044-b424-db363231fd0c", "ITaskSchedulerService", kTaskScheduler},
    {"4b324fc8-1670-01d3-1278-5a47bf6ee188", "srvsvc", kSrvsvc},
    {"6bffd098-a112-3610-9833-46c3f87e345a", "wkssvc", kWkssvc},
    {"00000131-0000-0000-c000-000000000046", "IRemUnknown", kRemUnknown},
    {"00000143-0000-0000-c000-000000000046", "IRemUnknown2", kRemUnknown},
    {"000001a0-0000-0000-c000-000000000046", "IRemoteSCMActivator", kActivator},
    {"4d9f4ab8-7d1c-11cf-861e-0020af6e7c57", "IActivation", kActivation},
    {"99fcfec4-5260-101b-bbcb-00aa0021347a", "IObjectExporter", kExporter},
    {"3919286a-b10c-11d0-9ba8-00c04fd92ef5", "dssetup", kDssetup},
    {"12345678-1234-abcd-ef00-0123456789ab", "spoolss", kSpoolss},
    {"c681d488-d850-11d0-8c52-00c04fd90f7e", "efsrpc", kEfsr},
    {"00020400-0000-0000-c000-000000000046", "IDispatch", {}},
};

const Service* find(const Uuid& uuid) {
  const std::string text = uuid_text(uuid);
  const auto at = std::ranges::find(kServices, std::string_view(text), &Service::uuid);
  return at == std::end(kServices) ? nullptr : at;
}

}  // namespace

std::string_view service_name(const Uuid& uuid) {
  const Service* service = find(uuid);
  return service == nullptr ? std::string_view() : service->name;
}

std::string_view procedure_name(const Uuid& uuid, uint16_t opnum) {
  const Service* service = find(uuid);
  if (service == nullptr) return {};
  const auto at = std::ranges::find(service->operations, opnum, &Operation::number);
  return at == service->operations.end() ? std::string_view() : at->name;
}

}  // namespace picket::inspect::dcerpc
