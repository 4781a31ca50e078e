#include "sharing/book.h"

namespace glasshouse::sharing {

std::vector<db::Migration> Book::migrations() {
  return {{"sharing/1-start", R"sql(
CREATE TABLE sharing_agencies (
  id TEXT PRIMARY KEY,
  public_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  url TEXT NOT NULL,
  declaration TEXT NOT NULL,
  added_at_ms BIGINT NOT NULL
);
CREATE TABLE sharing_grants (
  id TEXT NOT NULL,
  change_number BIGINT NOT NULL,
  given BIGINT NOT NULL,
  text TEXT NOT NULL,
  offered_at_ms BIGINT NOT NULL,
  accepted_at_ms BIGINT,
  accepted_by TEXT,
  ended_at_ms BIGINT,
  ended_by TEXT,
  ended_how TEXT,
  PRIMARY KEY (id, change_number)
);
CREATE TABLE sharing_bars (
  agency_id TEXT NOT NULL,
  from_ms BIGINT NOT NULL,
  until_ms BIGINT
);
CREATE TABLE sharing_region (
  agency_id TEXT NOT NULL,
  on_at_ms BIGINT NOT NULL,
  off_at_ms BIGINT
);
CREATE TABLE sharing_acts (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  proposed_at_ms BIGINT NOT NULL,
  done_by TEXT,
  done_at_ms BIGINT,
  withdrawn BIGINT NOT NULL
);
CREATE TABLE sharing_promises (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at_ms BIGINT NOT NULL,
  taken_back_at_ms BIGINT
);
CREATE TABLE sharing_state (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
)sql"},
          {"sharing/2-entries", R"sql(
CREATE TABLE sharing_entries (
  entry BIGINT PRIMARY KEY
);
)sql"}};
}

}  // namespace glasshouse::sharing
