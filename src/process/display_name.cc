// SPDX-License-Identifier: Apache-2.0
#include "process/display_name.h"

#include <algorithm>
#include <span>

namespace picket::process {
namespace {

constexpr size_t kTaskNameBytes = 15;

std::string_view base_name(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// How one family of interpreters is told what to run.
struct Interpreter {
  std::span<const std::string_view> names;         // followed by nothing but a version (python3.11)
  std::span<const std::string_view> inline_code;   // the program is in the arguments: no script
  std::span<const std::string_view> names_target;  // the option's value is what runs (-m, -jar)
  std::span<const std::string_view> takes_value;   // options whose value is the next argument
};

using Word = std::string_view;
constexpr Word kShells[] = {"sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "fish", "rbash"};
constexpr Word kShellCode[] = {"-c", "-s"};
constexpr Word kShellValues[] = {"-o", "+o", "-O", "+O", "--rcfile", "--init-file"};
constexpr Word kPythons[] = {"python", "pypy"};
constexpr Word kPythonCode[] = {"-c"};
constexpr Word kModule[] = {"-m"};
constexpr Word kPythonValues[] = {"-W", "-X", "--check-hash-based-pycs"};
constexpr Word kPerls[] = {"perl"};
constexpr Word kPerlCode[] = {"-e", "-E"};
constexpr Word kPerlValues[] = {"-I"};
constexpr Word kRubies[] = {"ruby", "jruby"};
constexpr Word kRubyCode[] = {"-e"};
constexpr Word kRubyValues[] = {"-I", "-r", "-C", "-E"};
constexpr Word kNodes[] = {"node", "nodejs", "bun", "deno"};
constexpr Word kNodeCode[] = {"-e", "--eval", "-p", "--print"};
constexpr Word kNodeValues[] = {"-r", "--require", "--import", "-C", "--loader"};
constexpr Word kPhps[] = {"php",     "lua",   "luajit", "tclsh", "wish",
                          "Rscript", "guile", "mono",   "dotnet"};
constexpr Word kPhpCode[] = {"-r", "-e"};
constexpr Word kPhpTarget[] = {"-f"};
constexpr Word kPhpValues[] = {"-d", "-c"};
constexpr Word kJavas[] = {"java"};
constexpr Word kJavaTarget[] = {"-jar", "-m", "--module"};
constexpr Word kJavaValues[] = {
    "-cp",           "-classpath",  "--class-path",  "-p",          "--module-path",
    "--add-modules", "--add-opens", "--add-exports", "--add-reads", "--upgrade-module-path"};

constexpr Interpreter kInterpreters[] = {
    {kShells, kShellCode, {}, kShellValues}, {kPythons, kPythonCode, kModule, kPythonValues},
    {kPerls, kPerlCode, {}, kPerlValues},    {kRubies, kRubyCode, {}, kRubyValues},
    {kNodes, kNodeCode, {}, kNodeValues},    {kPhps, kPhpCode, kPhpTarget, kPhpValues},
    {kJavas, {}, kJavaTarget, kJavaValues},
};

constexpr Word kLoaderValues[] = {
    "--library-path",         "--preload",          "--audit", "--argv0", "--inhibit-rpath",
    "--glibc-hwcaps-prepend", "--glibc-hwcaps-mask"};
constexpr Interpreter kLoader{{}, {}, {}, kLoaderValues};

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const Interpreter* find_interpreter(std::string_view base) {
  // python3.11, perl5.36.0 and php8.2 are python, perl and php.
  const size_t end = base.find_last_not_of("0123456789.-");
  const std::string_view stem = base.substr(0, end == std::string_view::npos ? 0 : end + 1);
  for (const Interpreter& interpreter : kInterpreters)
    if (contains(interpreter.names, stem)) return &interpreter;
  return nullptr;
}

// For shells one word may hold several options: -ec is -e and -c.
bool gives_code(const Interpreter& interpreter, std::string_view option) {
  if (contains(interpreter.inline_code, option)) return true;
  const bool bundle = option.size() > 2 && option[0] == '-' && option[1] != '-';
  return bundle && interpreter.names.data() == kShells &&
         option.find('c') != std::string_view::npos;
}

// What the interpreter runs; empty: nothing by name.
std::string_view script_of(const Interpreter& interpreter,
                           const std::vector<std::string>& arguments) {
  for (size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (word == "--") return i + 1 < arguments.size() ? base_name(arguments[i + 1]) : "";
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+'))
      return word == "-" ? "" : base_name(word);
    if (gives_code(interpreter, word)) return {};
    if (contains(interpreter.names_target, word))
      return i + 1 < arguments.size() ? base_name(arguments[i + 1]) : "";
    if (contains(interpreter.takes_value, word)) ++i;
  }
  return {};
}

// busybox and its like: the applet is the name it was called by, or its first argument.
std::string_view applet_of(std::string_view base, const std::vector<std::string>& arguments) {
  if (arguments.empty()) return {};
  std::string_view called = base_name(arguments[0]);
  if (called.starts_with('-')) called.remove_prefix(1);
  if (called != base) return called;
  return arguments.size() > 1 ? base_name(arguments[1]) : "";
}

std::string_view what_it_runs(std::string_view base, const std::vector<std::string>& arguments) {
  if (base == "busybox" || base == "toybox") return applet_of(base, arguments);
  if (const Interpreter* interpreter = find_interpreter(base))
    return script_of(*interpreter, arguments);
  // The dynamic loader started by hand to run a program: also a way to hide it.
  if (base.starts_with("ld-") && base.find(".so") != std::string_view::npos)
    return script_of(kLoader, arguments);
  return {};
}

}  // namespace

std::string display_name(const NameSources& sources) {
  if (sources.kernel_thread) return std::string(sources.command);
  if (sources.memfd) return std::string(sources.executable) + " (memfd)";
  std::string_view base = base_name(sources.executable);
  if (base.empty()) {
    base = sources.command;
    if (base.size() == kTaskNameBytes && !sources.arguments.empty()) {
      const std::string_view first = base_name(sources.arguments[0]);
      if (first.starts_with(base)) base = first;
    }
  }
  std::string name(base);
  if (const std::string_view runs = what_it_runs(base, sources.arguments); !runs.empty())
    name = std::string(runs) + " (" + name + ")";
  if (sources.deleted) name += " (deleted)";
  return name;
}

}  // namespace picket::process
