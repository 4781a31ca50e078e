#include "accounts/accounts.h"

namespace glasshouse::accounts {

std::vector<db::Migration> migrations() {
  return {{"accounts/1-start", R"sql(
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  login TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  active BIGINT NOT NULL,
  locked_out BIGINT NOT NULL,
  password TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  last_sign_in_at_ms BIGINT NOT NULL
);
CREATE TABLE account_failures (
  account_id TEXT NOT NULL REFERENCES accounts(id),
  at_ms BIGINT NOT NULL
);
CREATE INDEX account_failures_by_account ON account_failures (account_id, at_ms);
CREATE TABLE account_links (
  token_hash TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  expires_at_ms BIGINT NOT NULL
);
CREATE TABLE account_sessions (
  token_hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  signed_in_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  touched_at_ms BIGINT NOT NULL,
  locked BIGINT NOT NULL
);
CREATE INDEX account_sessions_by_account ON account_sessions (account_id);
)sql"}};
}

}  // namespace glasshouse::accounts
