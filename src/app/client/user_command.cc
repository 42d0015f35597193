// SPDX-License-Identifier: Apache-2.0
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "app/cli/exit_code.h"
#include "app/client/commands.h"
#include "app/web/access/password.h"
#include "app/web/access/user_book.h"

namespace picket::app::client {
namespace {

using What = cli::UserOptions::What;

// A line from standard input; not shown while it is typed.
Result<std::string> read_secret(const char* question) {
  const bool terminal = ::isatty(STDIN_FILENO) != 0;
  termios before{};
  if (terminal) {
    std::fputs(question, stderr);
    ::tcgetattr(STDIN_FILENO, &before);
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  std::string line;
  std::getline(std::cin, line);
  if (terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fputs("\n", stderr);
  }
  if (line.empty()) return failure("no password was given", "Type it, or pipe it in as one line.");
  return line;
}

Result<std::string> new_password() {
  TRY_ASSIGN(std::string first, read_secret("New password: "));
  if (::isatty(STDIN_FILENO) == 0) return first;
  TRY_ASSIGN(const std::string again, read_secret("Again: "));
  if (first != again) return failure("these were two different passwords");
  return first;
}

Result<int> list(const web::access::UserBook& book) {
  TRY_ASSIGN(const auto users, book.all());
  for (const web::access::User& user : users)
    std::printf("%-24s  %-8s  %s\n", user.name.c_str(), std::string(text(user.role)).c_str(),
                rfc3339(user.changed).c_str());
  if (users.empty())
    std::fputs("nobody so far: picket user add NAME --role viewer|analyst|admin\n", stderr);
  return cli::kExitDone;
}

}  // namespace

Result<int> run_user(const cli::UserOptions& options) {
  const web::access::UserBook book(options.state);
  if (options.what == What::kList) return list(book);
  TRY_ASSIGN(const auto known, book.find(options.name));
  if (options.what == What::kAdd ? known.has_value() : !known.has_value())
    return failure(
        known ? "there is a user " + options.name + " already" : "there is no user " + options.name,
        "picket user list");
  if (options.what == What::kRemove) {
    TRY(book.remove(options.name));
    return cli::kExitDone;
  }
  TRY_ASSIGN(const std::string password, new_password());
  const auto role = known ? known->role : *web::access::parse_role(options.role);
  TRY(book.put(options.name, role, password, system_clock().wall()));
  return cli::kExitDone;
}

}  // namespace picket::app::client
