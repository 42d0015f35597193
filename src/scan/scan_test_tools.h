// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "base/counter.h"
#include "base/unique_fd.h"
#include "process/test_folder.h"
#include "scan/file_judge.h"

// For tests only.
namespace picket::scan {

// A zip file made of names and contents.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string out(1u << 20, '\0');
  size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  EXPECT_EQ(archive_write_open_memory(writer, out.data(), out.size(), &used), ARCHIVE_OK);
  for (const auto& [name, content] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_free(writer);
  out.resize(used);
  return out;
}

inline bool has(const FileReport& report, std::string_view rule, std::string_view member = {}) {
  for (const Finding& finding : report.findings)
    if (finding.rule_id == rule && finding.member == member) return true;
  return false;
}

// Judges files that a test writes.
class JudgeTest : public testing::Test {
 protected:
  void SetUp() override {
    auto rules = YaraRules::compile({});
    ASSERT_TRUE(rules) << rules.error().text();
    content_.yara = std::move(*rules);
  }
  FileReport judge(const std::string& name, std::string_view bytes, JudgeLimits limits = {}) {
    FileJudge judge(content_, limits);
    return judge_with(judge, name, bytes, false);
  }
  FileReport judge_with(FileJudge& judge, const std::string& name, std::string_view bytes,
                        bool remember) {
    const std::string path = folder_.write(name, bytes);
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const Subject subject{path, 0755, false, folder_.path()};
    return remember ? judge.remember(file.get(), subject) : judge.judge(file.get(), subject);
  }
  process::TestFolder folder_;
  ScanContent content_;
};

}  // namespace picket::scan
