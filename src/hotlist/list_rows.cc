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

base::Result<std::vector<Hotlist>> select_lists(db::Database& db, base::Time now, const std::string& where,
                                                db::Params params) {
  params["now"] = base::to_ms(now);
  auto rows = db.query(
      "SELECT h.id AS id, h.name AS name, h.description AS description, h.zero_rule AS zero_rule, "
      "h.updated_at AS updated_at, h.as_of AS as_of,"
      " (SELECT COUNT(*) FROM hotlist_entries e WHERE e.hotlist_id = h.id) AS entries,"
      " (SELECT COUNT(*) FROM hotlist_entries e WHERE e.hotlist_id = h.id AND e.active = 1 AND "
      "e.expires_at > :now) AS running, " +
          std::string(source_columns()) + ", " + std::string(origin_columns()) +
          " FROM hotlists h LEFT JOIN hotlist_sources s ON s.hotlist_id = h.id LEFT JOIN hotlist_origins o ON"
          " o.hotlist_id = h.id " +
          where + " ORDER BY h.name, h.id",
      params);
  if (!rows) return tl::unexpected(store_error(rows.error()));
  std::vector<Hotlist> lists;
  for (const db::Row& row : *rows) {
    lists.push_back({row.text("id"), row.text("name"), row.text("description"),
                     rule_named(row.text("zero_rule")), static_cast<std::uint64_t>(row.integer("entries")),
                     static_cast<std::uint64_t>(row.integer("running")),
                     base::from_ms(row.integer("updated_at")), source_of(row),
                     freshness_of(source_of(row), base::from_ms(row.integer("as_of")), now), origin_of(row)});
  }
  return lists;
}

base::Result<std::int64_t> revision_of(db::Database& db, std::string_view list_id) {
  auto rows = db.query("SELECT revision FROM hotlists WHERE id = :id", {{"id", std::string(list_id)}});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  if (rows->empty()) return no_such("hotlist");
  return rows->front().integer("revision");
}

base::Result<void> touch(db::Transaction& t, std::string_view list_id, std::optional<std::int64_t> expected,
                         base::Time now) {
  db::Params params{{"id", std::string(list_id)}, {"now", base::to_ms(now)}};
  std::string sql = "UPDATE hotlists SET revision = revision + 1, updated_at = :now WHERE id = :id";
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
