#include "records/holds.h"

#include "records/records.h"

namespace glasshouse::records {
namespace {

HoldRecord hold_of(const db::Row& row) {
  HoldRecord hold;
  hold.id = row.text("id");
  hold.case_id = row.text("case_id");
  hold.read_id = row.text("read_id");
  hold.camera_id = row.text("camera_id");
  hold.captured_at = base::from_ms(row.integer("captured_at_ms"));
  hold.has_picture = row.integer("has_picture") != 0;
  hold.reason = row.text("reason");
  hold.placed_by = row.text("placed_by");
  hold.placed_at = base::from_ms(row.integer("placed_at_ms"));
  hold.until = base::from_ms(row.integer("until_ms"));
  hold.ledger_index = static_cast<std::uint64_t>(row.integer("ledger_index"));
  if (!row.is_null("ended_at_ms")) {
    hold.end =
        HoldRecord::End{base::from_ms(row.integer("ended_at_ms")), row.text("ended_by"),
                        row.text("end_reason"), static_cast<std::uint64_t>(row.integer("end_ledger_index"))};
  }
  return hold;
}

}  // namespace

std::vector<db::Migration> Holds::migrations() {
  return {{"records/3-holds", R"sql(
CREATE TABLE holds (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES cases(id),
  read_id TEXT NOT NULL,
  camera_id TEXT NOT NULL,
  captured_at_ms BIGINT NOT NULL,
  has_picture BIGINT NOT NULL,
  reason TEXT NOT NULL,
  placed_by TEXT NOT NULL,
  placed_at_ms BIGINT NOT NULL,
  until_ms BIGINT NOT NULL,
  ledger_index BIGINT NOT NULL,
  ended_at_ms BIGINT,
  ended_by TEXT,
  end_reason TEXT,
  end_ledger_index BIGINT
);
CREATE INDEX holds_by_case ON holds (case_id);
)sql"}};
}

base::Result<std::vector<HoldRecord>> Holds::where(const std::string& condition, const db::Params& params) {
  const auto rows = db_.query("SELECT * FROM holds WHERE " + condition + " ORDER BY id DESC", params);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<HoldRecord> holds;
  for (const db::Row& row : *rows) holds.push_back(hold_of(row));
  return holds;
}

base::Result<void> Holds::check(std::string_view case_id, std::string_view read_id) {
  const auto running = where("case_id = :case AND ended_at_ms IS NULL", {{"case", std::string(case_id)}});
  if (!running) return tl::unexpected(running.error());
  for (const HoldRecord& hold : *running) {
    if (hold.read_id == read_id) {
      return base::failure(Errc::kConflict, "This case holds the read already",
                           "The hold runs until " + base::format_rfc3339(hold.until),
                           "To hold it longer, lift that hold and place a new one while its day is kept.");
    }
  }
  if (running->size() >= kMostHoldsOfCase) {
    return base::failure(Errc::kConflict, "This case holds too many reads",
                         "A case holds at most " + std::to_string(kMostHoldsOfCase),
                         "Lift the holds that are not needed any more.");
  }
  return {};
}

base::Result<void> Holds::add(const HoldRecord& hold) {
  const auto added = db_.exec(
      "INSERT INTO holds (id, case_id, read_id, camera_id, captured_at_ms, has_picture, reason, placed_by,"
      " placed_at_ms, until_ms, ledger_index) VALUES (:id, :case, :read, :camera, :captured, :picture, "
      ":reason,"
      " :by, :at, :until, :index)",
      {{"id", hold.id},
       {"case", hold.case_id},
       {"read", hold.read_id},
       {"camera", hold.camera_id},
       {"captured", base::to_ms(hold.captured_at)},
       {"picture", std::int64_t{hold.has_picture ? 1 : 0}},
       {"reason", hold.reason},
       {"by", hold.placed_by},
       {"at", base::to_ms(hold.placed_at)},
       {"until", base::to_ms(hold.until)},
       {"index", static_cast<std::int64_t>(hold.ledger_index)}});
  if (!added) return tl::unexpected(added.error());
  return {};
}

base::Result<std::vector<HoldRecord>> Holds::of_case(std::string_view case_id) {
  return where("case_id = :case", {{"case", std::string(case_id)}});
}

base::Result<HoldRecord> Holds::one(std::string_view case_id, std::string_view id) {
  auto found =
      where("case_id = :case AND id = :id", {{"case", std::string(case_id)}, {"id", std::string(id)}});
  if (!found) return tl::unexpected(found.error());
  if (found->empty())
    return base::failure(Errc::kNotFound, "There is no such hold", "", "Load the case again.");
  return std::move(found->front());
}

base::Result<void> Holds::end(std::string_view id, const HoldRecord::End& end) {
  const auto ended = db_.exec(
      "UPDATE holds SET ended_at_ms = :at, ended_by = :by, end_reason = :reason, end_ledger_index = :index"
      " WHERE id = :id AND ended_at_ms IS NULL",
      {{"id", std::string(id)},
       {"at", base::to_ms(end.at)},
       {"by", end.by},
       {"reason", end.reason},
       {"index", static_cast<std::int64_t>(end.ledger_index)}});
  if (!ended) return tl::unexpected(ended.error());
  if (*ended == 0)
    return base::failure(Errc::kConflict, "This hold has ended already", "", "Load the case again.");
  return {};
}

base::Result<std::vector<HoldRecord>> Holds::running() {
  return where("ended_at_ms IS NULL", {});
}

}  // namespace glasshouse::records
