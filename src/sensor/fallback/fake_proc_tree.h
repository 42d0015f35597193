// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

// For tests: a made-up /proc in a directory of its own, removed at the end.
namespace picket::sensor::fallback {

class FakeProcTree {
 public:
  FakeProcTree() {
    std::string pattern = (std::filesystem::temp_directory_path() / "picket-proc-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directories(root_ / "self/ns");
    link("self/ns/pid", "pid:[4026531836]");
    capabilities(~uint64_t{0});
  }
  ~FakeProcTree() { std::filesystem::remove_all(root_); }
  FakeProcTree(const FakeProcTree&) = delete;
  FakeProcTree& operator=(const FakeProcTree&) = delete;

  std::string path() const { return root_.string(); }
  void file(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  void link(const std::string& name, const std::string& target) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::filesystem::remove(root_ / name);
    std::filesystem::create_symlink(target, root_ / name);
  }
  void remove(const std::string& name) { std::filesystem::remove_all(root_ / name); }
  void capabilities(uint64_t held) {
    char text[128];
    std::snprintf(text, sizeof text,
                  "Name:\tx\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nCapEff:\t%016llx\n",
                  static_cast<unsigned long long>(held));
    file("self/status", text);
  }
  // A process with an empty descriptor table.
  void process(uint32_t pid, uint32_t parent, uint64_t start_ticks, const std::string& command) {
    std::string folder = std::to_string(pid) + "/";
    file(folder + "stat", std::to_string(pid) + " (" + command + ") S " + std::to_string(parent) +
                              " 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " +
                              std::to_string(start_ticks) + " 0 0\n");
    file(folder + "status", "Name:\t" + command + "\nUid:\t7\t7\t7\t7\nGid:\t8\t8\t8\t8\n");
    std::filesystem::create_directories(root_ / folder / "fd");
  }
  void descriptor(uint32_t pid, int fd, const std::string& target) {
    link(std::to_string(pid) + "/fd/" + std::to_string(fd), target);
  }

 private:
  std::filesystem::path root_;
};

}  // namespace picket::sensor::fallback
