// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/odd_ports.h"

#include <algorithm>
#include <array>

namespace picket::detect::behavior {
namespace {

constexpr auto kTls = std::to_array<uint16_t>(
    {443,  465,  563,  587,  636,  853,  989,  990,  992,  993,  995,  1433, 2083,
     2087, 2096, 3128, 3269, 3306, 3389, 4433, 5061, 5223, 5228, 5229, 5230, 5349,
     5432, 5671, 5986, 6443, 6514, 8080, 8443, 8530, 8531, 8883, 9443});
constexpr auto kTools =
    std::to_array<uint16_t>({1337, 4444, 4445, 5552, 6606, 7707, 8808, 12345, 31337, 50050, 54321});
constexpr auto kHttp = std::to_array<uint16_t>(
    {80,   81,   88,   591,  631,  2375, 3000, 3128, 5000, 5357, 5985, 7547,  8000,
     8008, 8080, 8081, 8088, 8090, 8118, 8530, 8888, 9000, 9090, 9200, 10080, 47001});
constexpr auto kSelf = std::to_array<uint16_t>({53,   123,   500,   853,   1194,  3074, 3478, 3479,
                                                3480, 3481,  4500,  5349,  6881,  6882, 6883, 6889,
                                                8333, 19302, 30303, 41641, 51413, 51820});

template <size_t N>
bool among(uint16_t port, const std::array<uint16_t, N>& ports) {
  return std::ranges::find(ports, port) != ports.end();
}

}  // namespace

bool usual_tls_port(uint16_t port) { return among(port, kTls); }

bool tool_port(uint16_t port) { return among(port, kTools); }

bool misplaced_service(std::string_view service, uint16_t port) {
  if (service == "http") return !among(port, kHttp);
  if (service == "ssl" || service == "tls") return !usual_tls_port(port);
  if (service == "ssh") return port != 22 && port != 2222 && port != 443;
  if (service == "smtp") return port != 25 && port != 465 && port != 587 && port != 2525;
  if (service == "ftp") return port != 21 && port != 990 && port != 2121;
  if (service == "rdp") return port != 3389;
  if (service == "dns")
    return port != 53 && port != 5353 && port != 5355 && port != 853 && port != 137;
  return false;
}

bool finds_peers_itself(uint16_t port) { return among(port, kSelf); }

}  // namespace picket::detect::behavior
