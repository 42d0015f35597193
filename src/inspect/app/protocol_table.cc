// SPDX-License-Identifier: Apache-2.0
// The order is that of asking: those whose first bytes say most come first.
#include "inspect/app/app_parser.h"
#include "inspect/proto/dcerpc/descriptor.h"
#include "inspect/proto/dhcp/descriptor.h"
#include "inspect/proto/dnp3/descriptor.h"
#include "inspect/proto/dns/descriptor.h"
#include "inspect/proto/enip/descriptor.h"
#include "inspect/proto/ftp/descriptor.h"
#include "inspect/proto/http/descriptor.h"
#include "inspect/proto/http2/descriptor.h"
#include "inspect/proto/ike/descriptor.h"
#include "inspect/proto/imap/descriptor.h"
#include "inspect/proto/krb5/descriptor.h"
#include "inspect/proto/ldap/descriptor.h"
#include "inspect/proto/llmnr/descriptor.h"
#include "inspect/proto/mdns/descriptor.h"
#include "inspect/proto/modbus/descriptor.h"
#include "inspect/proto/mqtt/descriptor.h"
#include "inspect/proto/nfs/descriptor.h"
#include "inspect/proto/ntp/descriptor.h"
#include "inspect/proto/pgsql/descriptor.h"
#include "inspect/proto/pop3/descriptor.h"
#include "inspect/proto/quic/descriptor.h"
#include "inspect/proto/rdp/descriptor.h"
#include "inspect/proto/rfb/descriptor.h"
#include "inspect/proto/sip/descriptor.h"
#include "inspect/proto/smb/descriptor.h"
#include "inspect/proto/smtp/descriptor.h"
#include "inspect/proto/snmp/descriptor.h"
#include "inspect/proto/ssh/descriptor.h"
#include "inspect/proto/tftp/descriptor.h"
#include "inspect/proto/tls/descriptor.h"
#include "inspect/proto/websocket/descriptor.h"

namespace picket::inspect {
namespace {

const ProtocolDescriptor kTable[] = {
    smtp::kDescriptor,   http2::kDescriptor,     http::kDescriptor,    tls::kDescriptor,
    quic::kDescriptor,   websocket::kDescriptor, ftp::kDescriptor,     ftp::kDataDescriptor,
    ssh::kDescriptor,    smb::kDescriptor,       dcerpc::kDescriptor,  mqtt::kDescriptor,
    sip::kDescriptor,    sip::kTcpDescriptor,    ldap::kDescriptor,    snmp::kDescriptor,
    dhcp::kDescriptor,   krb5::kDescriptor,      krb5::kTcpDescriptor, pop3::kDescriptor,
    dnp3::kDescriptor,   enip::kDescriptor,      enip::kUdpDescriptor, rfb::kDescriptor,
    ntp::kDescriptor,    pgsql::kDescriptor,     ike::kDescriptor,     nfs::kDescriptor,
    nfs::kUdpDescriptor, modbus::kDescriptor,    tftp::kDescriptor,    imap::kDescriptor,
    rdp::kDescriptor,    mdns::kDescriptor,      llmnr::kDescriptor,   llmnr::kTcpDescriptor,
    dns::kDescriptor,    dns::kTcpDescriptor,
};

}  // namespace

std::span<const ProtocolDescriptor> protocol_table() { return kTable; }

}  // namespace picket::inspect
