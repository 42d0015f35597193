// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/web/access/role.h"
#include "base/clock.h"
#include "base/result.h"

// The people who may sign in with a password, in console.db beside the store (mode 0600). Each call
// opens the file anew, so that `picket user` and the console see each other's changes. Any thread.
namespace picket::app::web::access {

struct User {
  std::string name;
  Role role = Role::kViewer;
  WallTime changed;
};

class UserBook {
 public:
  static constexpr size_t kUsersMax = 1000;
  static constexpr size_t kNameMax = 64;

  explicit UserBook(std::string folder) : folder_(std::move(folder)) {}

  Result<std::vector<User>> all() const;  // by name
  Result<std::optional<User>> find(const std::string& name) const;
  // Without a password: of one that is there the role changes. The error says what to do.
  Result<User> put(const std::string& name, Role role, const std::optional<std::string>& password,
                   WallTime now) const;
  // False: there was none.
  Result<bool> remove(const std::string& name) const;
  // The user, if the password is the right one; takes as long when there is no such user.
  Result<std::optional<User>> check(const std::string& name, const std::string& password) const;

 private:
  std::string folder_;
};

// Letters, digits and . _ @ - , at most kNameMax.
bool is_user_name(std::string_view name);

}  // namespace picket::app::web::access
