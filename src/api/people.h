// Records keep who did something as an account's id; people are shown the name.
#pragma once

#include <map>
#include <string>

#include "accounts/accounts.h"

namespace glasshouse::api {

// Names for the length of one answer: each account is looked up once.
class People {
 public:
  // Null, as where no accounts are kept: ids stay ids.
  explicit People(accounts::Accounts* accounts) : accounts_(accounts) {}

  // The account's name; the id itself where no such account is left.
  const std::string& name(const std::string& account_id);

 private:
  accounts::Accounts* accounts_;
  std::map<std::string, std::string, std::less<>> names_;
};

}  // namespace glasshouse::api
