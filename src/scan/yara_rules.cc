// SPDX-License-Identifier: Apache-2.0
#include "scan/yara_rules.h"

#include <yara.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/counter.h"
#include "base/utf8.h"
#include "process/small_file.h"

extern "C" {
extern const char picket_yara_rules_begin[];
extern const char picket_yara_rules_end[];
}

namespace picket::scan {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnNamespace = "picket";
Counter timed_out{"scan.yara_timeouts", "files that the YARA rules took too long for"};

// The first error of a compilation, with its place.
struct Complaint {
  std::string first;
};

void on_compiled(int level, const char* file, int line, const YR_RULE*, const char* message,
                 void* user) {
  auto& complaint = *static_cast<Complaint*>(user);
  if (level != YARA_ERROR_LEVEL_ERROR || !complaint.first.empty()) return;
  complaint.first = (file ? std::string(file) + ":" : std::string("line ")) + std::to_string(line) +
                    ": " + message;
}

struct Matches {
  std::vector<Finding>* out;
  YR_SCAN_CONTEXT* context = nullptr;
};

void read_meta(YR_RULE* rule, Finding& finding) {
  const YR_META* meta = nullptr;
  yr_rule_metas_foreach(rule, meta) {
    if (meta->type != META_TYPE_STRING) continue;
    const std::string_view name = meta->identifier, value = meta->string;
    if (name == "description") finding.rule_name = value;
    if (name == "severity") {
      if (const auto severity = event::parse_severity(value)) finding.severity = *severity;
    }
    if (name == "attack") finding.technique = value;
    if (name == "confidence" && value == "high") finding.confidence = event::Confidence::kHigh;
    if (name == "confidence" && value == "low") finding.confidence = event::Confidence::kLow;
  }
}

void read_strings(YR_SCAN_CONTEXT* context, YR_RULE* rule, Finding& finding) {
  YR_STRING* string = nullptr;
  yr_rule_strings_foreach(rule, string) {
    // The first of each string is enough to judge by. libyara puts matches at any address.
    const void* at = context->matches[string->idx].head;
    if (at == nullptr) continue;
    YR_MATCH match;
    std::memcpy(&match, at, sizeof match);
    if (finding.facts.size() == FileReport::kFactsMax) return;
    const std::string_view bytes(reinterpret_cast<const char*>(match.data),
                                 static_cast<size_t>(std::max(0, match.data_length)));
    finding.facts.push_back(
        {std::string(string->identifier) + " at " + std::to_string(match.base + match.offset),
         printable(bytes.substr(0, 80))});
  }
}

int on_match(YR_SCAN_CONTEXT* context, int message, void* data, void* user) {
  if (message != CALLBACK_MSG_RULE_MATCHING) return CALLBACK_CONTINUE;
  auto& matches = *static_cast<Matches*>(user);
  auto* rule = static_cast<YR_RULE*>(data);
  Finding finding;
  finding.detector = event::Detector::kSignature;
  finding.rule_id = std::string("yara.") + rule->identifier;
  finding.rule_file = rule->ns->name;
  finding.rule_name = rule->identifier;
  read_meta(rule, finding);
  read_strings(context, rule, finding);
  finding.reason =
      "matches the YARA rule " + std::string(rule->identifier) + ": " + finding.rule_name;
  matches.out->push_back(std::move(finding));
  return matches.out->size() >= YaraRules::kMatchesMax ? CALLBACK_ABORT : CALLBACK_CONTINUE;
}

Result<std::vector<std::string>> rule_files(const std::vector<std::string>& given) {
  std::vector<std::string> files;
  for (const std::string& path : given) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path, error))
      if (entry.path().extension() == ".yar" || entry.path().extension() == ".yara")
        files.push_back(entry.path().string());
    if (error) return failure("read " + printable(path) + ": " + error.message());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

struct YaraRules::Library {
  bool ready = yr_initialize() == ERROR_SUCCESS;
  ~Library() {
    if (ready) yr_finalize();
  }
};

struct YaraRules::Compiled {
  YR_RULES* rules = nullptr;
  ~Compiled() {
    if (rules) yr_rules_destroy(rules);
  }
};

YaraRules::YaraRules()
    : library_(std::make_unique<Library>()), compiled_(std::make_unique<Compiled>()) {}
YaraRules::~YaraRules() = default;

std::string_view own_yara_rules() {
  return {picket_yara_rules_begin,
          static_cast<size_t>(picket_yara_rules_end - picket_yara_rules_begin)};
}

Result<std::unique_ptr<YaraRules>> YaraRules::compile(const std::vector<std::string>& files,
                                                      bool own_rules) {
  std::unique_ptr<YaraRules> rules(new YaraRules);
  YR_COMPILER* made = nullptr;
  if (!rules->library_->ready || yr_compiler_create(&made) != ERROR_SUCCESS)
    return failure("libyara cannot start");
  const std::unique_ptr<YR_COMPILER, void (*)(YR_COMPILER*)> compiler(made, &yr_compiler_destroy);
  Complaint complaint;
  yr_compiler_set_callback(made, &on_compiled, &complaint);
  yr_compiler_set_include_callback(made, nullptr, nullptr, nullptr);
  for (const char* name : {"filename", "filepath", "extension"})
    yr_compiler_define_string_variable(made, name, "");
  const auto add = [&](const std::string& text, const std::string& name) -> Result<void> {
    if (yr_compiler_add_string(made, text.c_str(), name.c_str()) == 0) return {};
    return failure(printable(name) + ": " + printable(complaint.first),
                   "yarac tells all mistakes of a file.");
  };
  if (own_rules) TRY(add(std::string(own_yara_rules()), kOwnNamespace));
  TRY_ASSIGN(const std::vector<std::string> paths, rule_files(files));
  size_t bytes = 0;
  for (const std::string& path : paths) {
    TRY_ASSIGN(const std::string text, process::read_small_file(path, kRuleBytesMax));
    bytes += text.size();
    if (bytes > kRuleBytesMax) return failure("more than 64 MiB of YARA rules");
    TRY(add(text, path));
  }
  if (yr_compiler_get_rules(made, &rules->compiled_->rules) != ERROR_SUCCESS)
    return failure("libyara could not finish the rules: out of memory");
  rules->count_ = rules->compiled_->rules->num_rules;
  return rules;
}

std::vector<Finding> YaraRules::matches(Bytes bytes, std::string_view path, int timeout_s,
                                        std::string& note) const {
  std::vector<Finding> found;
  YR_SCANNER* made = nullptr;
  if (yr_scanner_create(compiled_->rules, &made) != ERROR_SUCCESS) {
    note = "no memory for the YARA rules";
    return found;
  }
  const std::unique_ptr<YR_SCANNER, void (*)(YR_SCANNER*)> scanner(made, &yr_scanner_destroy);
  const std::string full(path), name = fs::path(full).filename().string(),
                                ending = fs::path(full).extension().string();
  yr_scanner_define_string_variable(made, "filepath", full.c_str());
  yr_scanner_define_string_variable(made, "filename", name.c_str());
  yr_scanner_define_string_variable(made, "extension", ending.c_str());
  Matches matches{&found};
  yr_scanner_set_callback(made, &on_match, &matches);
  yr_scanner_set_timeout(made, timeout_s);
  yr_scanner_set_flags(made, SCAN_FLAGS_REPORT_RULES_MATCHING);
  const int result = yr_scanner_scan_mem(made, bytes.data(), bytes.size());
  if (result == ERROR_SCAN_TIMEOUT) {
    timed_out.add();
    note = "the YARA rules took longer than " + std::to_string(timeout_s) + " s";
  } else if (result != ERROR_SUCCESS && result != ERROR_CALLBACK_ERROR) {
    note = "the YARA rules failed with libyara's error " + std::to_string(result);
  }
  return found;
}

}  // namespace picket::scan
