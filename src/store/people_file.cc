// SPDX-License-Identifier: Apache-2.0
#include "store/people_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace picket::store {

Result<std::optional<Database>> open_people_file_to_read(const std::string& folder,
                                                         const std::string& name) {
  const std::string path = folder + "/" + name;
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
  TRY_ASSIGN(Database database, Database::open(path, Database::Mode::kRead));
  return std::optional<Database>(std::move(database));
}

Result<Database> open_people_file(const std::string& folder, const std::string& name,
                                  const char* tables, mode_t mode) {
  const std::string path = folder + "/" + name;
  // Before SQLite would make it, with another mode.
  const UniqueFd made(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!made) return system_failure("open " + path);
  TRY_ASSIGN(Database database, Database::open(path, Database::Mode::kAppend));
  TRY(database.run(tables));
  struct stat facts {};
  if (::geteuid() == 0 && ::stat(folder.c_str(), &facts) == 0 && facts.st_uid != 0)
    for (const char* beside : {"", "-wal", "-shm"})
      if (::lchown((path + beside).c_str(), facts.st_uid, facts.st_gid) != 0 && errno != ENOENT)
        return system_failure("give away " + path);
  return database;
}

}  // namespace picket::store
