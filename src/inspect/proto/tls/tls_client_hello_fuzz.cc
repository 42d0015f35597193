// SPDX-License-Identifier: Apache-2.0
// Reads the input as the first bytes of a TLS client. What is said of a prefix must not contradict
// what is said of the whole: once complete, malformed or no TLS, more bytes change nothing.
#include <cstdlib>

#include "inspect/host_name.h"
#include "inspect/proto/tls/client_hello.h"

using namespace picket;
using namespace picket::inspect;

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

void look_at(const tls::ClientHello& hello) {
  require(hello.extensions.size() <= tls::kExtensionsMax);
  require(hello.protocols.size() <= tls::kProtocolsMax);
  require(hello.server_name.empty() || is_host_name(hello.server_name));
  unsigned sum = 0;
  for (const auto* list : {&hello.cipher_suites, &hello.groups, &hello.signature_algorithms,
                           &hello.supported_versions})
    for (size_t i = 0; i < list->size(); ++i) sum += (*list)[i];
  for (const auto& extension : hello.extensions) {
    require(extension.grease == tls::is_grease(extension.type));
    for (const uint8_t byte : extension.body) sum += byte;
  }
  for (const auto& protocol : hello.protocols)
    for (const char c : protocol) sum += static_cast<unsigned char>(c);
  for (const Bytes bytes : {hello.random, hello.session_id, hello.compression_methods,
                            hello.server_name_raw, hello.point_formats})
    for (const uint8_t byte : bytes) sum += byte;
  volatile unsigned read_all = sum;
  (void)read_all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static tls::ClientHelloReader reader, prefix_reader;
  static tls::ClientHello hello, prefix_hello;
  const Bytes bytes(data, size);
  const tls::Status whole = reader.read(bytes, hello);
  look_at(hello);
  const tls::Status half = prefix_reader.read(bytes.first(size / 2), prefix_hello);
  look_at(prefix_hello);
  if (half == tls::Status::kComplete || half == tls::Status::kNotTls) require(whole == half);
  if (half == tls::Status::kComplete) require(hello.server_name == prefix_hello.server_name);
  return 0;
}
