#include "hotlist/entry_page.h"

#include <algorithm>
#include <string>

#include "base/id.h"
#include "hotlist/entry_rows.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::size_t kMaxPage = 200;

std::string like_pattern(std::string_view text) {
  std::string out = "%";
  for (char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + '%';
}

// Plates are kept in capitals without blanks; reasons and case numbers as they were typed.
void add_filter(std::string_view filter, std::string& sql, db::Params& params) {
  sql +=
      " AND (plate LIKE :upper ESCAPE '\\' OR lower(reason) LIKE :lower ESCAPE '\\' OR"
      " lower(case_number) LIKE :lower ESCAPE '\\')";
  std::string upper, lower;
  for (char c : filter) {
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (c != ' ' && c != '-' && c != '.')
      upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  params["upper"] = like_pattern(upper);
  params["lower"] = like_pattern(lower);
}

}  // namespace

base::Result<EntryPage> page_of_entries(db::Database& db, const EntryQuestion& question, base::Time now) {
  if (!question.cursor.empty() && !base::is_id(question.cursor, "ent")) {
    return base::failure(Errc::kBadCursor, "The page cannot be found", "The cursor is not one of ours",
                         "Start again.");
  }
  const std::size_t limit = std::clamp<std::size_t>(question.limit, 1, kMaxPage);
  std::string sql = "SELECT " + entry_columns() + " FROM hotlist_entries WHERE hotlist_id = :list AND " +
                    std::string(kIsThere);
  db::Params params{{"list", std::string(question.hotlist_id)},
                    {"limit", static_cast<std::int64_t>(limit + 1)}};
  if (!question.cursor.empty()) {
    sql += " AND id < :cursor";
    params["cursor"] = std::string(question.cursor);
  }
  if (question.active) {
    sql += *question.active ? " AND active = 1 AND expires_at > :now"
                            : " AND (active = 0 OR expires_at <= :now)";
    params["now"] = base::to_ms(now);
  }
  if (!question.filter.empty()) add_filter(question.filter, sql, params);
  auto rows = db.query(sql + " ORDER BY id DESC LIMIT :limit", params);
  if (!rows) return tl::unexpected(store_error(rows.error()));
  EntryPage page;
  for (const db::Row& row : *rows) {
    if (page.entries.size() == limit) {
      page.next_cursor = page.entries.back().id;
      break;
    }
    page.entries.push_back(as_shown(entry_of(row), now));
  }
  return page;
}

Entry as_shown(Entry entry, base::Time now) {
  entry.active = entry.active && entry.expires_at > now;
  return entry;
}

}  // namespace glasshouse::hotlist
