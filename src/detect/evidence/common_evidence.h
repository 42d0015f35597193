// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "event/activity.h"
#include "event/log_record.h"

// What the translations of process logs share.
namespace picket::detect::evidence {

// Empties `out` and fills in time, host, platform and the source in words ("Sysmon 3").
void begin_activity(const event::LogRecord& record, std::string_view source, event::Activity& out);

// Id, pid and executable as a source names them. System and Registry run no file: they are the
// kernel, and so is pid 4 of Windows. An executable that the source could not tell stays empty.
void set_process(event::Actor& actor, std::string_view id, std::string_view pid_text,
                 std::string_view image);

// "SHA1=0B,MD5=2A,SHA256=C1,IMPHASH=A7", in lower case; empty: not told.
struct FileHashes {
  std::string sha256, sha1, md5, imphash;
};
FileHashes file_hashes(std::string_view text);

}  // namespace picket::detect::evidence
