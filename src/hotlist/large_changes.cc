#include "hotlist/large_changes.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <thread>

#include "base/id.h"
#include "hotlist/entry_rows.h"
#include "hotlist/list_rows.h"
#include "hotlist/peer_rows.h"

namespace glasshouse::hotlist {
namespace {

// Between two steps: the next one in the queue for SQLite's writer is not always who waited longest.
constexpr std::chrono::milliseconds kPauseBetweenSteps{3};

base::Result<void> changed(const base::Result<std::int64_t>& done) {
  if (!done) return tl::unexpected(store_error(done.error()));
  return {};
}

// Deletes entries that `where` is true of, step by step.
base::Result<void> delete_in_steps(db::Database& db, std::size_t rows_a_step, const std::string& where,
                                   db::Params params) {
  params["limit"] = static_cast<std::int64_t>(rows_a_step);
  for (;;) {
    const auto gone =
        db.exec("DELETE FROM hotlist_entries WHERE id IN (SELECT id FROM hotlist_entries WHERE " + where +
                    " LIMIT :limit)",
                params);
    if (!gone) return tl::unexpected(store_error(gone.error()));
    if (*gone < static_cast<std::int64_t>(rows_a_step)) return {};
    std::this_thread::sleep_for(kPauseBetweenSteps);
  }
}

}  // namespace

ImportWriter::ImportWriter(db::Database& db, const PendingImport& pending, const base::Clock& clock,
                           std::size_t rows_a_step)
    : db_(db),
      pending_(pending),
      clock_(clock),
      now_(clock.now()),
      rows_a_step_(rows_a_step),
      order_(pending.to_add.size()) {
  added_.reserve(pending.to_add.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return pending_.to_add[a].plate < pending_.to_add[b].plate;
  });
}

std::vector<Entry> ImportWriter::next_entries() {
  std::vector<std::string> ids(std::min(rows_a_step_, order_.size() - written_));
  for (std::string& id : ids) id = base::new_id("ent", clock_.now());
  std::sort(ids.begin(), ids.end());
  std::vector<Entry> entries;
  entries.reserve(ids.size());
  for (std::string& id : ids) {
    entries.push_back(make_entry(pending_.preview.hotlist_id, pending_.to_add[order_[written_++]],
                                 std::move(id), pending_.officer_id, now_));
    added_.push_back(match_entry(entries.back(), 0));
  }
  return entries;
}

base::Result<void> ImportWriter::write_unseen() {
  if (!is_large()) return {};
  // A new one at each try: what a failed one left must not be seen with this one's rows.
  import_id_ = base::new_id("imp", now_);
  const std::string& list_id = pending_.preview.hotlist_id;
  auto begun = db_.transact([&](db::Transaction& t) -> base::Result<void> {
    auto same = t.query("SELECT id FROM hotlists WHERE id = :id AND revision = :revision AND removed_at = 0",
                        {{"id", list_id}, {"revision", pending_.revision}});
    if (!same) return tl::unexpected(store_error(same.error()));
    if (same->empty()) return preview_gone();
    return changed(
        t.exec("INSERT INTO hotlist_imports (id, hotlist_id, started_at) VALUES (:id, :list, :now)",
               {{"id", import_id_}, {"list", list_id}, {"now", base::to_ms(now_)}}));
  });
  if (!begun) return begun;
  while (written_ < order_.size()) {
    const std::vector<Entry> entries = next_entries();
    auto done = db_.transact([&](db::Transaction& t) { return insert(t, entries, import_id_); });
    if (!done) return done;
    std::this_thread::sleep_for(kPauseBetweenSteps);
  }
  return {};
}

base::Result<void> ImportWriter::finish(db::Transaction& t) {
  if (auto ended = end(t, pending_.to_remove); !ended) return ended;
  if (auto updated = update(t, pending_.to_change); !updated) return updated;
  if (auto renewed = renew(t, pending_.to_renew); !renewed) return renewed;
  if (!is_large()) return insert(t, next_entries());
  return changed(t.exec("DELETE FROM hotlist_imports WHERE id = :id", {{"id", import_id_}}));
}

ListChange ImportWriter::take_change() {
  ListChange change{std::move(added_), {pending_.to_remove.begin(), pending_.to_remove.end()}, {}};
  for (const auto& [id, draft] : pending_.to_change) change.moved.emplace(id, draft.expires_at);
  for (const auto& [id, end] : pending_.to_renew) change.moved.emplace(id, end);
  return change;
}

base::Result<void> mark_removed(db::Transaction& t, std::string_view list_id, base::Time now) {
  const db::Params id{{"id", std::string(list_id)}};
  if (auto gone = drop_peer_rows(t, list_id); !gone) return gone;
  for (const char* sql : {"DELETE FROM hotlist_pulls WHERE hotlist_id = :id",
                          "DELETE FROM hotlist_sources WHERE hotlist_id = :id"}) {
    if (auto gone = changed(t.exec(sql, id)); !gone) return gone;
  }
  // Its name is free for another.
  auto marked = t.exec(
      "UPDATE hotlists SET removed_at = :now, name = id, description = '', revision = revision + 1 WHERE id ="
      " :id AND removed_at = 0",
      {{"id", std::string(list_id)}, {"now", base::to_ms(now)}});
  if (!marked) return tl::unexpected(store_error(marked.error()));
  if (*marked == 0) return no_such("hotlist");
  return {};
}

base::Result<void> sweep(db::Database& db, std::size_t rows_a_step) {
  const auto imports = db.query("SELECT id, hotlist_id FROM hotlist_imports ORDER BY id");
  if (!imports) return tl::unexpected(store_error(imports.error()));
  for (const db::Row& import : *imports) {
    const db::Params id{{"id", import.text("id")}};
    auto gone = delete_in_steps(db, rows_a_step, "hotlist_id = :list AND import_id = :id",
                                {{"list", import.text("hotlist_id")}, {"id", import.text("id")}});
    if (!gone) return gone;
    if (gone = changed(db.exec("DELETE FROM hotlist_imports WHERE id = :id", id)); !gone) return gone;
  }
  const auto lists = db.query("SELECT id FROM hotlists WHERE removed_at > 0 ORDER BY id");
  if (!lists) return tl::unexpected(store_error(lists.error()));
  for (const db::Row& list : *lists) {
    const db::Params id{{"id", list.text("id")}};
    if (auto gone = delete_in_steps(db, rows_a_step, "hotlist_id = :id", id); !gone) return gone;
    if (auto gone = changed(db.exec("DELETE FROM hotlists WHERE id = :id", id)); !gone) return gone;
  }
  return {};
}

}  // namespace glasshouse::hotlist
