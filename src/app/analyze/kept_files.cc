// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/kept_files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "app/warden/agent_process.h"
#include "base/counter.h"
#include "base/hex.h"
#include "base/utf8.h"

namespace picket::app::analyze {
namespace {

Counter not_kept{"capture.files_not_kept",
                 "files not kept: a bound was reached or the disk is full"};

struct DigestFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::string part_name(uint64_t id) {
  return ".part-" + std::to_string(::getpid()) + "-" + std::to_string(id);
}

}  // namespace

const int KeptFiles::kCreateFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;

// One file on its way: it has its name once it is all there.
class KeptFiles::Sink final : public inspect::FileSink {
 public:
  Sink(KeptFiles& of, uint64_t id) : of_(of), name_(part_name(id)), digest_(EVP_MD_CTX_new()) {
    file_.reset(::openat(of_.folder_fd(), name_.c_str(), kCreateFlags, 0400));
    good_ = file_ && digest_ && EVP_DigestInit_ex(digest_.get(), EVP_sha256(), nullptr) == 1;
  }
  ~Sink() override {
    if (!closed_) drop();
  }

  void write(Bytes bytes) override {
    if (!good_) return;
    good_ = of_.bytes_.fetch_add(bytes.size()) + bytes.size() <= kBytesMax &&
            EVP_DigestUpdate(digest_.get(), bytes.data(), bytes.size()) == 1;
    while (good_ && !bytes.empty()) {
      const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      good_ = written > 0;
      if (good_) bytes = bytes.subspan(static_cast<size_t>(written));
    }
  }

  void close(bool) override {
    closed_ = true;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    good_ = good_ && EVP_DigestFinal_ex(digest_.get(), digest.data(), &length) == 1;
    const std::string name = hex_of(Bytes(digest.data(), length));
    if (!good_ || ::renameat(of_.folder_fd(), name_.c_str(), of_.folder_fd(), name.c_str()) != 0)
      return drop();
    file_.reset();
    --of_.open_;
    ++of_.kept_;
  }

 private:
  void drop() {
    closed_ = true;
    if (file_) ::unlinkat(of_.folder_fd(), name_.c_str(), 0);
    file_.reset();
    --of_.open_;
    of_.miss();
  }

  KeptFiles& of_;
  const std::string name_;
  UniqueFd file_;
  std::unique_ptr<EVP_MD_CTX, DigestFree> digest_;
  bool good_ = false, closed_ = false;
};

Result<std::unique_ptr<KeptFiles>> KeptFiles::open(const std::string& folder) {
  const bool made = ::mkdir(folder.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return system_failure("make the folder " + printable(folder));
  UniqueFd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!opened) return system_failure("open the folder " + printable(folder));
  if (made && ::geteuid() == 0) {
    TRY_ASSIGN(const warden::Account account, warden::find_account(""));
    if (::fchown(opened.get(), account.uid, account.gid) != 0)
      return system_failure("give the folder " + printable(folder) + " to " + account.name);
  }
  return std::unique_ptr<KeptFiles>(new KeptFiles(std::move(opened), folder));
}

Result<void> KeptFiles::check() const {
  const std::string name = part_name(0);
  const UniqueFd file(::openat(folder_.get(), name.c_str(), kCreateFlags, 0400));
  if (file && ::unlinkat(folder_.get(), name.c_str(), 0) == 0) return {};
  return system_failure("keep files in " + printable(path_), errno,
                        "Captures are read by an account without rights: name a folder that is not "
                        "there yet, and it is made for it.");
}

void KeptFiles::miss() {
  ++missed_;
  not_kept.add();
}

std::unique_ptr<inspect::FileSink> KeptFiles::begin(uint64_t& id) {
  const bool full = kept_ >= kFilesMax || bytes_ >= kBytesMax;
  if (full || open_.fetch_add(1) >= kOpenMax) {
    if (!full) --open_;
    miss();
    return nullptr;
  }
  id = next_++;
  return std::make_unique<Sink>(*this, id);
}

}  // namespace picket::app::analyze
