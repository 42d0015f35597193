// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "inspect/app/app_settings.h"
#include "inspect/file/file_body.h"

namespace picket::inspect {

// Where files on the wire go that are to be kept. Any thread; each sink belongs to its file's
// thread.
class FileKeeper {
 public:
  virtual ~FileKeeper() = default;
  // nullptr: no more are kept (its bounds). `id`: its number, in EVE's file_id.
  virtual std::unique_ptr<FileSink> begin(uint64_t& id) = 0;
};

// Before a file's first byte: the hashes that the settings want of every file, and that it is kept
// where every file is.
void follow(FileBody& file, const AppSettings& settings);

// Keeps the file where somebody keeps files. False: nobody does, or it is too late to have it
// whole.
bool keep(FileBody& file, const AppSettings& settings);

}  // namespace picket::inspect
