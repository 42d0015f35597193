// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/variables.h"

namespace picket::detect::suricata {

Variables::Variables() {
  addresses_ = {{"HOME_NET", "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]"},
                {"EXTERNAL_NET", "!$HOME_NET"}};
  for (const char* server : {"HTTP_SERVERS", "SMTP_SERVERS", "SQL_SERVERS", "DNS_SERVERS",
                             "TELNET_SERVERS", "DC_SERVERS", "DNP3_SERVER", "DNP3_CLIENT",
                             "MODBUS_CLIENT", "MODBUS_SERVER", "ENIP_CLIENT", "ENIP_SERVER"})
    addresses_[server] = "$HOME_NET";
  addresses_["AIM_SERVERS"] = "$EXTERNAL_NET";
  ports_ = {{"HTTP_PORTS", "80"},         {"SHELLCODE_PORTS", "!80"},
            {"ORACLE_PORTS", "1521"},     {"SSH_PORTS", "22"},
            {"DNP3_PORTS", "20000"},      {"MODBUS_PORTS", "502"},
            {"FTP_PORTS", "21"},          {"GENEVE_PORTS", "6081"},
            {"VXLAN_PORTS", "4789"},      {"TEREDO_PORTS", "3544"},
            {"SIP_PORTS", "[5060,5061]"}, {"FILE_DATA_PORTS", "[$HTTP_PORTS,110,143]"}};
}

}  // namespace picket::detect::suricata
