#include "api/people.h"

namespace glasshouse::api {

const std::string& People::name(const std::string& account_id) {
  const auto known = names_.find(account_id);
  if (known != names_.end()) return known->second;
  std::string name = account_id;
  if (accounts_) {
    if (const auto account = accounts_->get(account_id)) name = account->name;
  }
  return names_.emplace(account_id, std::move(name)).first->second;
}

}  // namespace glasshouse::api
