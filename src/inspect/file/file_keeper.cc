// SPDX-License-Identifier: Apache-2.0
#include "inspect/file/file_keeper.h"

#include "base/counter.h"

namespace picket::inspect {
namespace {

Counter kept_late{"inspect.file.kept_late",
                  "files not kept: their start had been let go when a rule asked for them"};

}  // namespace

void follow(FileBody& file, const AppSettings& settings) {
  if (settings.file_md5) file.want(FileHash::kMd5);
  if (settings.file_sha1) file.want(FileHash::kSha1);
  if (settings.file_sha256) file.want(FileHash::kSha256);
  if (settings.keep_every_file) keep(file, settings);
}

bool keep(FileBody& file, const AppSettings& settings) {
  if (file.stored()) return true;
  if (settings.file_keeper == nullptr) return false;
  if (file.window_offset() > 0) {
    kept_late.add();
    return false;
  }
  uint64_t id = 0;
  auto sink = settings.file_keeper->begin(id);
  if (!sink) return false;
  file.store_id = id;
  return file.store_to(std::move(sink));
}

}  // namespace picket::inspect
