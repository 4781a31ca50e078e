#include "hotlist/list_rows.h"

#include "hotlist/entry_rows.h"
#include "hotlist/freshness.h"
#include "hotlist/peer_rows.h"
#include "hotlist/source_rows.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::size_t kMaxListNameChars = 80, kMaxDescriptionChars = 300;

ZeroRule rule_named(std::string_view name) {
  return name == "o-is-zero" ? ZeroRule::kOIsZero : ZeroRule::kDistinct;
}

}  // namespace

std::string_view word_for(ZeroRule rule) {
  return rule == ZeroRule::kOIsZero ? "o-is-zero" : "distinct";
}

base::Result<void> check_names(const std::string& name, const std::string& description) {
  if (name.find_first_not_of(' ') == std::string::npos || name.size() > kMaxListNameChars) {
    return base::failure(Errc::kBadField, "The hotlist needs a name of at most 80 characters");
  }
  if (description.size() > kMaxDescriptionChars) {
    return base::failure(Errc::kBadField, "The description is longer than 300 characters");
  }
  return {};
}

base::Result<std::vector<ListRow>> select_lists(db::Database& db, base::Time now, std::string_view only_id) {
  std::string sql =
      "SELECT h.id AS id, h.name AS name, h.description AS description, h.zero_rule AS zero_rule, "
      "h.updated_at AS updated_at, h.as_of AS as_of, h.revision AS revision, " +
      std::string(source_columns()) + ", " + std::string(origin_columns()) +
      " FROM hotlists h LEFT JOIN hotlist_sources s ON s.hotlist_id = h.id LEFT JOIN hotlist_origins o ON"
      " o.hotlist_id = h.id WHERE h.removed_at = 0";
  db::Params params;
  if (!only_id.empty()) {
    sql += " AND h.id = :id";
    params["id"] = std::string(only_id);
  }
  auto rows = db.query(sql + " ORDER BY h.name, h.id", params);
  if (!rows) return tl::unexpected(store_error(rows.error()));
  std::vector<ListRow> lists;
  for (const db::Row& row : *rows) {
    const Source source = source_of(row);
    lists.push_back({{row.text("id"), row.text("name"), row.text("description"),
                      rule_named(row.text("zero_rule")), 0, 0, base::from_ms(row.integer("updated_at")),
                      source, freshness_of(source, base::from_ms(row.integer("as_of")), now), origin_of(row)},
                     row.integer("revision")});
  }
  return lists;
}

base::Result<std::uint64_t> EntryTotals::of(db::Database& db, const ListRow& row) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = totals_.find(row.list.id);
    if (known != totals_.end() && known->second.revision == row.revision) return known->second.entries;
  }
  auto rows = db.query(
      "SELECT COUNT(*) AS n FROM hotlist_entries WHERE hotlist_id = :list AND " + std::string(kIsThere),
      {{"list", row.list.id}});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  const auto entries = static_cast<std::uint64_t>(rows->front().integer("n"));
  const std::lock_guard lock(mutex_);
  totals_[row.list.id] = {row.revision, entries};
  return entries;
}

void EntryTotals::forget(std::string_view list_id) {
  const std::lock_guard lock(mutex_);
  totals_.erase(std::string(list_id));
}

base::Result<std::int64_t> revision_of(db::Database& db, std::string_view list_id) {
  auto rows = db.query("SELECT revision FROM hotlists WHERE id = :id AND removed_at = 0",
                       {{"id", std::string(list_id)}});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  if (rows->empty()) return no_such("hotlist");
  return rows->front().integer("revision");
}

base::Result<void> touch(db::Transaction& t, std::string_view list_id, std::optional<std::int64_t> expected,
                         base::Time now) {
  db::Params params{{"id", std::string(list_id)}, {"now", base::to_ms(now)}};
  std::string sql =
      "UPDATE hotlists SET revision = revision + 1, updated_at = :now WHERE id = :id AND removed_at ="
      " 0";
  if (expected) {
    sql += " AND revision = :revision";
    params["revision"] = *expected;
  }
  auto touched = t.exec(sql, params);
  if (!touched) return tl::unexpected(store_error(touched.error()));
  if (*touched == 0 && expected) return preview_gone();
  if (*touched == 0) return no_such("hotlist");
  return {};
}

tl::unexpected<base::Error> no_such(std::string_view what) {
  return base::failure(Errc::kNotFound, "There is no such " + std::string(what), "It may have been removed",
                       "Go back to the hotlists.");
}

tl::unexpected<base::Error> stored_or(const base::Error& error) {
  return tl::unexpected(
      error.is(db::Errc::kConflict)
          ? base::Error(Errc::kDuplicate, "A hotlist of this name exists", "", "Choose another name.")
          : store_error(error));
}

tl::unexpected<base::Error> preview_gone() {
  return base::failure(Errc::kPreviewGone, "This import can no longer be committed",
                       "Its preview ended after 15 minutes, or the list changed since",
                       "Preview the file again.");
}

}  // namespace glasshouse::hotlist
