// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "inspect/app/app_settings.h"
#include "inspect/app/settings.h"
#include "inspect/stream/stream_options.h"
#include "packet/decode.h"

namespace picket::app::capture {

// Whether packets with wrong checksums are left out of streams. kAuto: yes, until a good part of
// the first packets has wrong ones, as in captures made where the network card computes them.
enum class ChecksumMode : uint8_t { kAuto, kAll, kNone };

// What the user asked of captures; read-only once reading begins, shared by all threads.
struct CaptureSettings {
  inspect::Settings settings;
  inspect::AppSettings app;
  inspect::stream::StreamOptions stream;
  packet::DecodeOptions decode;
  ChecksumMode checksums = ChecksumMode::kAuto;
  bool ips = false;

  // EVE's records of files say their MD5 and SHA-256: costly, so only for whoever writes them.
  void hash_files() { app.file_md5 = app.file_sha256 = true; }

  // `assignments` are "key=value", `checksums` is all, none, auto or empty. An error names what is
  // not understood.
  static Result<std::unique_ptr<CaptureSettings>> create(
      const std::vector<std::string>& assignments, const std::string& checksums, bool ips);
};

}  // namespace picket::app::capture
