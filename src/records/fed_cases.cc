#include "records/fed_cases.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/id.h"
#include "records/records.h"
#include "records/steps.h"

namespace glasshouse::records {
namespace {

struct KnownCase {
  std::string id;
  bool fed = false, open = false;
  std::set<std::string> officers, plates;
};

base::Result<std::map<std::string, KnownCase>> known_cases(db::Database& db) {
  std::map<std::string, KnownCase> known;
  std::map<std::string, KnownCase*> by_id;
  const auto rows = db.query(
      "SELECT c.id, c.number, c.is_open, f.case_id AS fed FROM cases "
      "c LEFT JOIN fed_cases f ON f.case_id = "
      "c.id");
  if (!rows) return tl::unexpected(rows.error());
  for (const db::Row& row : *rows) {
    KnownCase& one = known[row.text("number")];
    one.id = row.text("id");
    one.fed = !row.is_null("fed");
    one.open = row.integer("is_open") != 0;
    by_id[one.id] = &one;
  }
  const auto fill = [&](const char* sql, auto member) -> base::Result<void> {
    const auto found = db.query(sql);
    if (!found) return tl::unexpected(found.error());
    for (const db::Row& row : *found) {
      if (const auto it = by_id.find(row.text("case_id")); it != by_id.end())
        (it->second->*member).insert(row.text("item"));
    }
    return {};
  };
  if (auto done = fill("SELECT case_id, officer_id AS item FROM case_officers", &KnownCase::officers); !done)
    return tl::unexpected(done.error());
  if (auto done = fill("SELECT case_id, plate AS item FROM case_plates", &KnownCase::plates); !done)
    return tl::unexpected(done.error());
  return known;
}

void changes_of(const KnownCase& now, const FedCase& wanted, std::vector<FedChange>& changes) {
  using Kind = FedChange::Kind;
  if (now.open != wanted.open)
    changes.push_back({wanted.open ? Kind::kReopen : Kind::kClose, now.id, wanted});
  const std::set<std::string> officers(wanted.officer_ids.begin(), wanted.officer_ids.end());
  if (wanted.open && officers != now.officers) changes.push_back({Kind::kOfficers, now.id, wanted});
  const bool more = std::any_of(wanted.plates.begin(), wanted.plates.end(),
                                [&](const std::string& plate) { return !now.plates.contains(plate); });
  if (wanted.open && more) changes.push_back({Kind::kPlates, now.id, wanted});
}

base::Result<void> set_open(db::Transaction& tx, const std::string& id, bool open, base::Time now) {
  const db::Value closed = open ? db::Value(nullptr) : db::Value(base::to_ms(now));
  return run(tx, "UPDATE cases SET is_open = :open, closed_at_ms = :at WHERE id = :id",
             {{"open", std::int64_t{open}}, {"at", closed}, {"id", id}});
}

base::Result<void> add_fed_plates(db::Transaction& tx, const std::string& id,
                                  const std::vector<std::string>& plates, base::Time now) {
  for (const std::string& plate : plates) {
    auto done = run(tx,
                    "INSERT INTO case_plates (id, case_id, plate, region, note, "
                    "added_by, added_at_ms) SELECT :item, :id, "
                    ":plate, '', '', :by, :at WHERE NOT EXISTS (SELECT 1 FROM "
                    "case_plates WHERE case_id = :id2 AND plate "
                    "= :plate2)",
                    {{"item", base::new_id("cplt", now)},
                     {"id", id},
                     {"plate", plate},
                     {"by", std::string(kFedBy)},
                     {"at", base::to_ms(now)},
                     {"id2", id},
                     {"plate2", plate}});
    if (!done) return done;
  }
  return {};
}

base::Result<void> open_fed(db::Transaction& tx, const FedCase& wanted, base::Time now) {
  const std::string id = base::new_id("case", now);
  auto done = run(tx,
                  "INSERT INTO cases (id, number, purpose, offence, "
                  "title, opened_by, is_open, opened_at_ms, "
                  "closed_at_ms) VALUES (:id, :number, :purpose, "
                  ":offence, :title, :by, 1, :at, NULL)",
                  {{"id", id},
                   {"number", wanted.number},
                   {"purpose", wanted.purpose},
                   {"offence", wanted.offence},
                   {"title", wanted.title},
                   {"by", std::string(kFedBy)},
                   {"at", base::to_ms(now)}});
  if (done) done = run(tx, "INSERT INTO fed_cases (case_id) VALUES (:id)", {{"id", id}});
  if (done) done = put_officers(tx, id, wanted.officer_ids);
  if (done) done = add_fed_plates(tx, id, wanted.plates, now);
  return done;
}

}  // namespace

std::vector<db::Migration> FedCases::migrations() {
  return {{"records/6-fed-cases", R"sql(
CREATE TABLE fed_cases (
  case_id TEXT PRIMARY KEY REFERENCES cases(id)
);
)sql"}};
}

base::Result<std::vector<FedChange>> FedCases::differences(const std::vector<FedCase>& cases, bool whole) {
  const auto known = known_cases(db_);
  if (!known) return tl::unexpected(known.error());
  std::vector<FedChange> changes;
  std::set<std::string> seen;
  for (const FedCase& wanted : cases) {
    seen.insert(wanted.number);
    const auto found = known->find(wanted.number);
    if (found == known->end()) {
      if (wanted.open) changes.push_back({FedChange::Kind::kOpen, {}, wanted});
    } else {
      changes_of(found->second, wanted, changes);
    }
  }
  for (const auto& [number, one] : *known) {
    if (!whole || !one.fed || !one.open || seen.contains(number)) continue;
    FedCase gone;
    gone.number = number;
    changes.push_back({FedChange::Kind::kClose, one.id, gone});
  }
  return changes;
}

base::Result<std::size_t> FedCases::open_count() {
  const auto rows = db_.query(
      "SELECT COUNT(*) AS n FROM fed_cases f JOIN cases c ON c.id = "
      "f.case_id WHERE c.is_open = 1");
  if (!rows) return tl::unexpected(rows.error());
  return static_cast<std::size_t>(rows->front().integer("n"));
}

base::Result<void> FedCases::apply(const FedChange& change) {
  const base::Time now = clock_.now();
  return db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    if (change.kind == FedChange::Kind::kOpen) return open_fed(tx, change.wanted, now);
    // A case that was opened by hand under the number is the records system's
    // from here on.
    auto done = run(tx,
                    "INSERT INTO fed_cases (case_id) SELECT :id WHERE "
                    "NOT EXISTS (SELECT 1 FROM fed_cases WHERE "
                    "case_id = :id2)",
                    {{"id", change.case_id}, {"id2", change.case_id}});
    if (!done) return done;
    switch (change.kind) {
      case FedChange::Kind::kClose:
        return set_open(tx, change.case_id, false, now);
      case FedChange::Kind::kReopen:
        return set_open(tx, change.case_id, true, now);
      case FedChange::Kind::kOfficers:
        return put_officers(tx, change.case_id, change.wanted.officer_ids);
      case FedChange::Kind::kPlates:
        return add_fed_plates(tx, change.case_id, change.wanted.plates, now);
      case FedChange::Kind::kOpen:
        break;
    }
    return {};
  });
}

}  // namespace glasshouse::records
