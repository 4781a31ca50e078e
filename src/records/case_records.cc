#include "records/case_records.h"

#include <algorithm>

#include "base/id.h"
#include "plate/plate.h"
#include "records/exigent.h"
#include "records/steps.h"

namespace glasshouse::records {
namespace {

tl::unexpected<base::Error> no_case() {
  return base::failure(Errc::kNotFound, "There is no such case", "", "Look at the list of cases.");
}

Case case_from(const db::Row& row) {
  Case item;
  item.id = row.text("id");
  item.number = row.text("number");
  item.purpose = row.text("purpose");
  item.offence = row.text("offence");
  item.title = row.text("title");
  item.opened_by = row.text("opened_by");
  item.open = row.integer("is_open") != 0;
  item.opened_at = base::from_ms(row.integer("opened_at_ms"));
  if (!row.is_null("closed_at_ms")) item.closed_at = base::from_ms(row.integer("closed_at_ms"));
  return item;
}

// The filter is matched inside number and title; % and _ mean themselves.
std::string like_pattern(std::string_view filter) {
  std::string pattern = "%";
  for (const char c : filter.substr(0, 80)) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

base::Result<CasePage> CaseRecords::page(std::string_view filter, std::optional<bool> open,
                                         std::string_view assigned_to, std::string_view cursor,
                                         std::size_t limit) {
  limit = std::clamp<std::size_t>(limit, 1, 200);
  std::string sql = "SELECT * FROM cases WHERE 1 = 1";
  db::Params params{{"n", static_cast<std::int64_t>(limit + 1)}};
  if (!filter.empty()) {
    sql += " AND (number LIKE :filter ESCAPE '\\' OR title LIKE :filter2 ESCAPE '\\')";
    params["filter"] = params["filter2"] = like_pattern(filter);
  }
  if (open) {
    sql += " AND is_open = :open";
    params["open"] = std::int64_t{*open};
  }
  if (!assigned_to.empty()) {
    sql += " AND id IN (SELECT case_id FROM case_officers WHERE officer_id = :officer)";
    params["officer"] = std::string(assigned_to);
  }
  if (!cursor.empty()) {  // ids sort by the time they were made
    sql += " AND id < :cursor";
    params["cursor"] = std::string(cursor);
  }
  sql += " ORDER BY id DESC LIMIT :n";
  const auto rows = db_.query(sql, params);
  if (!rows) return tl::unexpected(rows.error());
  CasePage page;
  for (const db::Row& row : *rows) {
    if (page.cases.size() == limit) {
      page.next_cursor = page.cases.back().id;
      break;
    }
    page.cases.push_back(case_from(row));
    auto on_it = officers(page.cases.back().id);
    if (!on_it) return tl::unexpected(on_it.error());
    page.cases.back().officer_ids = std::move(*on_it);
  }
  return page;
}

base::Result<std::vector<std::string>> CaseRecords::officers(const std::string& id) {
  const auto rows =
      db_.query("SELECT officer_id FROM case_officers WHERE case_id = :id ORDER BY officer_id", {{"id", id}});
  if (!rows) return tl::unexpected(rows.error());
  std::vector<std::string> ids;
  for (const db::Row& row : *rows) ids.push_back(row.text("officer_id"));
  return ids;
}

base::Result<Case> CaseRecords::get(std::string_view id) {
  const std::string key(id);
  const auto rows = db_.query("SELECT * FROM cases WHERE id = :id", {{"id", key}});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return no_case();
  Case item = case_from(rows->front());
  auto on_it = officers(key);
  if (!on_it) return tl::unexpected(on_it.error());
  item.officer_ids = std::move(*on_it);

  const auto plates = db_.query("SELECT * FROM case_plates WHERE case_id = :id ORDER BY id", {{"id", key}});
  if (!plates) return tl::unexpected(plates.error());
  for (const db::Row& row : *plates) {
    item.plates.push_back({row.text("id"), row.text("plate"), row.text("region"), row.text("note"),
                           row.text("added_by"), base::from_ms(row.integer("added_at_ms"))});
  }
  const auto described =
      db_.query("SELECT * FROM case_descriptions WHERE case_id = :id ORDER BY id", {{"id", key}});
  if (!described) return tl::unexpected(described.error());
  for (const db::Row& row : *described) {
    item.descriptions.push_back({row.text("id"), row.text("words"), row.text("color"), row.text("body"),
                                 row.text("make"), row.text("added_by"),
                                 base::from_ms(row.integer("added_at_ms"))});
  }
  return item;
}

base::Result<void> CaseRecords::check(const Case& draft) {
  if (draft.number.empty() || draft.number.size() > 40) {
    return base::failure(Errc::kInvalid, "The case number cannot be used", "It must have 1 to 40 characters",
                         "Type the number as your records system writes it.");
  }
  if (draft.number.starts_with(kExigentNumber)) {
    return base::failure(Errc::kInvalid, "The case number cannot be used",
                         "Numbers that begin with EX- are made for emergencies",
                         "Type the number as your records system writes it.");
  }
  const policy::Purpose* purpose = policy::find_purpose(draft.purpose);
  if (purpose == nullptr) {
    return base::failure(Errc::kInvalid, "That purpose is not on the list", "",
                         "Choose one of the listed purposes.");
  }
  if (purpose->forbidden) {
    return base::failure(Errc::kInvalid, "\"" + purpose->label + "\" is a forbidden purpose",
                         purpose->citation, "No case may be opened for it.");
  }
  const auto& offences = policy::offences();
  if (std::none_of(offences.begin(), offences.end(),
                   [&](const policy::Offence& o) { return o.code == draft.offence; })) {
    return base::failure(Errc::kInvalid, "That offence is not on the list", "",
                         "Choose one of the listed offences.");
  }
  const auto rows = db_.query("SELECT id FROM cases WHERE number = :number", {{"number", draft.number}});
  if (!rows) return tl::unexpected(rows.error());
  if (!rows->empty()) {
    return base::failure(Errc::kConflict, "There is a case with this number already", "",
                         "Open that one, or check the number.");
  }
  return {};
}

base::Result<Case> CaseRecords::create(const Case& draft) {
  if (auto good = check(draft); !good) return tl::unexpected(good.error());
  const base::Time now = clock_.now();
  const std::string id = draft.id.empty() ? base::new_id("case", now) : draft.id;
  const auto made = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    auto added = run(tx,
                     "INSERT INTO cases (id, number, purpose, offence, title, opened_by, is_open, "
                     "opened_at_ms, closed_at_ms) "
                     "VALUES (:id, :number, :purpose, :offence, :title, :by, 1, :at, NULL)",
                     {{"id", id},
                      {"number", draft.number},
                      {"purpose", draft.purpose},
                      {"offence", draft.offence},
                      {"title", draft.title},
                      {"by", draft.opened_by},
                      {"at", base::to_ms(now)}});
    if (!added) return added;
    return put_officers(tx, id, draft.officer_ids);
  });
  if (!made) {
    if (made.error().is(db::Errc::kConflict)) {  // two people at the same moment
      return base::failure(Errc::kConflict, "There is a case with this number already", "",
                           "Open that one, or check the number.");
    }
    return tl::unexpected(made.error());
  }
  return get(id);
}

base::Result<Case> CaseRecords::change(std::string_view id, std::optional<std::string> title,
                                       std::optional<bool> open,
                                       std::optional<std::vector<std::string>> officer_ids) {
  const std::string key(id);
  const auto changed = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    const auto rows = tx.query(
        "SELECT c.is_open, f.case_id AS fed FROM cases c LEFT JOIN fed_cases f ON f.case_id = c.id "
        "WHERE c.id = :id",
        {{"id", key}});
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty()) return no_case();
    if (!rows->front().is_null("fed") && (open || officer_ids)) {
      return base::failure(Errc::kConflict, "Your records system keeps this case",
                           "It opens and closes it, and says who works on it", "Change it there.");
    }
    if (title) {
      if (auto set = run(tx, "UPDATE cases SET title = :v WHERE id = :id", {{"v", *title}, {"id", key}});
          !set)
        return set;
    }
    if (open && *open != (rows->front().integer("is_open") != 0)) {
      const db::Value closed = *open ? db::Value(nullptr) : db::Value(base::to_ms(clock_.now()));
      auto set = run(tx, "UPDATE cases SET is_open = :v, closed_at_ms = :at WHERE id = :id",
                     {{"v", std::int64_t{*open}}, {"at", closed}, {"id", key}});
      if (!set) return set;
    }
    if (officer_ids) return put_officers(tx, key, *officer_ids);
    return {};
  });
  if (!changed) return tl::unexpected(changed.error());
  return get(id);
}

base::Result<void> CaseRecords::has_room(std::string_view id, std::string_view table) {
  const auto rows = db_.query("SELECT COUNT(*) AS n FROM " + std::string(table) + " WHERE case_id = :id",
                              {{"id", std::string(id)}});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->front().integer("n") < static_cast<std::int64_t>(kMaxSheetItems)) return {};
  return base::failure(Errc::kInvalid, "The sheet is full", "It holds at most 500 entries of a kind",
                       "Take off what is no longer needed, or put long lists on a hotlist.");
}

base::Result<Case> CaseRecords::add_plate(std::string_view id, const CasePlate& plate) {
  const auto item = get(id);
  if (!item) return item;
  const auto folded = plate::Plate::parse_lenient(plate.plate);
  if (!folded) {
    return base::failure(Errc::kInvalid, "That is not a plate", "A plate has 1 to 10 letters A-Z and digits",
                         "Check what was typed.");
  }
  for (const CasePlate& known : item->plates) {
    if (known.plate == folded->text() && known.region == plate.region) {
      return base::failure(Errc::kConflict, "This plate is on the sheet already", "",
                           "Nothing needs to be done.");
    }
  }
  if (auto room = has_room(id, "case_plates"); !room) return tl::unexpected(room.error());
  const base::Time now = clock_.now();
  const auto added = db_.exec(
      "INSERT INTO case_plates (id, case_id, plate, region, note, added_by, added_at_ms) VALUES (:item, :id, "
      ":plate, :region, :note, :by, :at)",
      {{"item", base::new_id("cplt", now)},
       {"id", item->id},
       {"plate", folded->text()},
       {"region", plate.region},
       {"note", plate.note},
       {"by", plate.added_by},
       {"at", base::to_ms(now)}});
  if (!added) return tl::unexpected(added.error());
  return get(id);
}

base::Result<Case> CaseRecords::add_description(std::string_view id, const CaseDescription& description) {
  const auto item = get(id);
  if (!item) return item;
  if (description.text.empty()) {
    return base::failure(Errc::kInvalid, "The description is empty", "", "Say what the vehicle looks like.");
  }
  if (auto room = has_room(id, "case_descriptions"); !room) return tl::unexpected(room.error());
  const base::Time now = clock_.now();
  const auto added = db_.exec(
      "INSERT INTO case_descriptions (id, case_id, words, color, body, make, added_by, added_at_ms) "
      "VALUES (:item, :id, :words, :color, :body, :make, :by, :at)",
      {{"item", base::new_id("cdsc", now)},
       {"id", item->id},
       {"words", description.text},
       {"color", description.color},
       {"body", description.body},
       {"make", description.make},
       {"by", description.added_by},
       {"at", base::to_ms(now)}});
  if (!added) return tl::unexpected(added.error());
  return get(id);
}

base::Result<Case> CaseRecords::remove(std::string_view id, std::string_view table, std::string_view item) {
  const auto gone = db_.exec("DELETE FROM " + std::string(table) + " WHERE case_id = :id AND id = :item",
                             {{"id", std::string(id)}, {"item", std::string(item)}});
  if (!gone) return tl::unexpected(gone.error());
  auto left = get(id);
  if (left && *gone == 0) {
    return base::failure(Errc::kNotFound, "That is not on the sheet", "Somebody may have taken it off",
                         "Load the sheet again.");
  }
  return left;
}

base::Result<policy::CaseFacts> CaseRecords::facts(std::string_view case_id, std::string_view officer_id) {
  const auto rows = db_.query(
      "SELECT c.id, c.number, c.purpose, c.offence, c.is_open, c.opened_by, e.ends_at_ms, "
      "(SELECT COUNT(*) FROM case_officers o WHERE o.case_id = c.id AND o.officer_id = :officer) AS assigned "
      "FROM cases c LEFT JOIN exigent_uses e ON e.case_id = c.id WHERE c.id = :id",
      {{"officer", std::string(officer_id)}, {"id", std::string(case_id)}});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return no_case();
  const db::Row& row = rows->front();
  policy::CaseFacts facts;
  facts.id = row.text("id");
  facts.number = row.text("number");
  facts.purpose = row.text("purpose");
  facts.offence = row.text("offence");
  facts.open = row.integer("is_open") != 0;
  facts.assigned = row.integer("assigned") != 0;
  facts.opened_by = row.text("opened_by");
  facts.exigent = !row.is_null("ends_at_ms");
  if (facts.exigent) facts.open = facts.open && clock_.now() < base::from_ms(row.integer("ends_at_ms"));
  return facts;
}

}  // namespace glasshouse::records
