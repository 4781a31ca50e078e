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
)sql"},
          {"accounts/2-passkeys", R"sql(
CREATE TABLE account_passkeys (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  name TEXT NOT NULL,
  credential_id TEXT NOT NULL UNIQUE,
  algorithm BIGINT NOT NULL,
  public_key TEXT NOT NULL,
  aaguid TEXT NOT NULL,
  sign_count BIGINT NOT NULL,
  synced BIGINT NOT NULL,
  suspect BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  last_used_at_ms BIGINT NOT NULL,
  recipient TEXT NOT NULL,
  wrapped_key TEXT NOT NULL
);
CREATE INDEX account_passkeys_by_account ON account_passkeys (account_id);
CREATE TABLE account_fallbacks (
  account_id TEXT PRIMARY KEY REFERENCES accounts(id),
  secret TEXT NOT NULL,
  begun TEXT NOT NULL,
  last_step BIGINT NOT NULL
);
ALTER TABLE accounts ADD COLUMN fallback BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account_sessions ADD COLUMN means TEXT NOT NULL DEFAULT 'link';
ALTER TABLE account_sessions ADD COLUMN passkey_id TEXT NOT NULL DEFAULT '';
ALTER TABLE account_sessions ADD COLUMN confirmed_at_ms BIGINT NOT NULL DEFAULT 0;
DELETE FROM account_sessions;
UPDATE accounts SET password = '';
)sql"},
          {"accounts/3-training", R"sql(
ALTER TABLE accounts ADD COLUMN trained_until TEXT NOT NULL DEFAULT '';
)sql"},
          {"accounts/4-identities", R"sql(
CREATE TABLE account_identities (
  account_id TEXT PRIMARY KEY REFERENCES accounts(id),
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  linked_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_identities_by_subject ON account_identities (issuer, subject);
)sql"}};
}

}  // namespace glasshouse::accounts
