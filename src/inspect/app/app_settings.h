// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace picket::inspect {

class FileKeeper;

// What a user may set about application protocols. The values here are Suricata's shipped ones, so
// that rules see the same bytes. A FlowContext points to one; it outlives all flows. Read-only once
// packets flow, so any thread may read it.
struct AppSettings {
  // Bytes of one HTTP body that are looked at; 0: all. The rest passes uninspected and unhashed.
  uint64_t http_request_body_max = 100 * 1024;
  uint64_t http_response_body_max = 100 * 1024;
  uint64_t http2_body_max = 0;       // of HTTP/2
  uint32_t http_field_max = 18'000;  // bytes of a header line or request line
  // Codings of one body that are undone. No browser is sent more than one; more is evasion.
  uint32_t http_decompress_layers_max = 4;
  // Decompressed bytes from which on a body may be called a bomb.
  uint64_t http_bomb_from = 1 << 20;
  bool http_decode_plus_in_query = false;
  bool http_double_decode = false;
  // Files: hashes that are wanted of every file. A rule that needs another asks FileBody::want().
  bool file_md5 = false, file_sha1 = false, file_sha256 = false;
  // Who keeps files that rules ask for (filestore), or all of them; nullptr: none is kept.
  FileKeeper* file_keeper = nullptr;
  bool keep_every_file = false;
  // Bytes of a file that are followed although the protocol's body limit is passed (file-store's
  // stream-depth); 0 while `file_follow_all` is unset: the protocol's own limit.
  bool file_follow_all = false;
  uint64_t file_follow_max = 0;
  bool tls_ja3 = true, tls_ja4 = true;
};

inline const AppSettings& default_app_settings() {
  static const AppSettings settings;
  return settings;
}

}  // namespace picket::inspect
