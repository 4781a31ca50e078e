#include "records/devices.h"
#include "records/exigent.h"
#include "records/fed_cases.h"
#include "records/holds.h"
#include "records/orders.h"
#include "records/outside_book.h"
#include "records/records.h"
#include "records/searches.h"
#include "records/sources.h"

namespace glasshouse::records {

std::vector<db::Migration> migrations() {
  std::vector<db::Migration> all = {{"records/1-start", R"sql(
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
CREATE TABLE cases (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  purpose TEXT NOT NULL,
  offence TEXT NOT NULL,
  title TEXT NOT NULL,
  opened_by TEXT NOT NULL,
  is_open BIGINT NOT NULL,
  opened_at_ms BIGINT NOT NULL,
  closed_at_ms BIGINT
);
CREATE TABLE case_officers (
  case_id TEXT NOT NULL REFERENCES cases(id),
  officer_id TEXT NOT NULL,
  PRIMARY KEY (case_id, officer_id)
);
CREATE INDEX case_officers_by_officer ON case_officers (officer_id);
CREATE TABLE case_plates (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES cases(id),
  plate TEXT NOT NULL,
  region TEXT NOT NULL,
  note TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at_ms BIGINT NOT NULL
);
CREATE INDEX case_plates_by_case ON case_plates (case_id);
CREATE TABLE case_descriptions (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES cases(id),
  words TEXT NOT NULL,
  color TEXT NOT NULL,
  body TEXT NOT NULL,
  make TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at_ms BIGINT NOT NULL
);
CREATE INDEX case_descriptions_by_case ON case_descriptions (case_id);
CREATE TABLE cameras (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  lat_deg DOUBLE PRECISION NOT NULL,
  lon_deg DOUBLE PRECISION NOT NULL,
  bearing_deg DOUBLE PRECISION NOT NULL,
  view_angle_deg DOUBLE PRECISION NOT NULL,
  enabled BIGINT NOT NULL,
  added_at_ms BIGINT NOT NULL,
  token_hash TEXT UNIQUE
);
)sql"}};
  for (db::Migration& one : Searches::migrations()) all.push_back(std::move(one));
  for (db::Migration& one : FedCases::migrations()) all.push_back(std::move(one));
  for (db::Migration& one : Sources::migrations()) all.push_back(std::move(one));
  for (db::Migration& one : Exigent::migrations()) all.push_back(std::move(one));
  for (db::Migration& one : Orders::migrations()) all.push_back(std::move(one));
  for (db::Migration& one : Holds::migrations()) all.push_back(std::move(one));
  for (db::Migration& one : Devices::migrations()) all.push_back(std::move(one));
  for (db::Migration& one : OutsideBook::migrations()) all.push_back(std::move(one));
  return all;
}

}  // namespace glasshouse::records
