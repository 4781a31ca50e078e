#include "hotlist/source_rows.h"

#include <algorithm>

#include "base/words.h"
#include "hotlist/entry_rows.h"
#include "hotlist/import_format.h"
#include "hotlist/ncic_codes.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::size_t kMaxFolderChars = 40;

}  // namespace

std::string_view name_of(ImportKind kind) {
  switch (kind) {
    case ImportKind::kMapped:
      return "mapped";
    case ImportKind::kNcicFixed:
      return "ncic-fixed";
    case ImportKind::kNcicCsv:
      return "ncic-csv";
    case ImportKind::kMissingChildren:
      return "missing-children";
    case ImportKind::kPlain:
      break;
  }
  return "plain";
}

std::optional<ImportKind> import_kind_named(std::string_view name) {
  for (const ImportKind kind : kImportKinds) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string_view source_columns() {
  return "COALESCE(s.kind, 'plain') AS source_kind, COALESCE(s.format_text, '') AS format_text, "
         "COALESCE(s.files, '') AS files, COALESCE(s.term_days, 30) AS term_days, COALESCE(s.whole, 0) AS "
         "whole,"
         " COALESCE(s.warn_after_minutes, 0) AS warn_after_minutes, COALESCE(s.stop_after_minutes, 0) AS "
         "stop_after_minutes, COALESCE(s.ends_at, 0) AS ends_at, COALESCE(s.folder, '') AS folder, "
         "COALESCE(s.audience, '') AS audience, COALESCE(s.second_look, 0) AS second_look";
}

Source source_of(const db::Row& row) {
  Source source;
  source.kind = import_kind_named(row.text("source_kind")).value_or(ImportKind::kPlain);
  source.format_text = row.text("format_text");
  source.files = base::split_words(row.text("files"));
  source.term_days = static_cast<int>(row.integer("term_days"));
  source.whole = row.integer("whole") != 0;
  source.warn_after_minutes = static_cast<int>(row.integer("warn_after_minutes"));
  source.stop_after_minutes = static_cast<int>(row.integer("stop_after_minutes"));
  if (const std::int64_t end = row.integer("ends_at"); end != 0) source.ends_at = base::from_ms(end);
  source.folder = row.text("folder");
  source.audience = base::split_words(row.text("audience"));
  source.second_look = row.integer("second_look") != 0;
  return source;
}

namespace {

base::Result<void> check_limits(const Source& source) {
  const auto wrong = [](int minutes) { return minutes < 0 || minutes > kMaxFreshMinutes; };
  if (wrong(source.warn_after_minutes) || wrong(source.stop_after_minutes))
    return base::failure(Errc::kBadField, "An age of the list is not 1 minute to 366 days", "",
                         "Correct it.");
  if (source.warn_after_minutes > 0 && source.stop_after_minutes > 0 &&
      source.stop_after_minutes <= source.warn_after_minutes) {
    return base::failure(Errc::kBadField, "The list would stop before it warns", "",
                         "Let it warn earlier than it stops.");
  }
  return {};
}

base::Result<void> check_audience(const Source& source) {
  const auto is_id = [](const std::string& id) {
    return !id.empty() && id.size() <= kMaxFolderChars && id.find_first_of(" \t\r\n") == std::string::npos;
  };
  if (source.audience.size() <= kMaxAudience &&
      std::all_of(source.audience.begin(), source.audience.end(), is_id))
    return {};
  return base::failure(Errc::kBadField, "The audience is not at most 200 accounts", "",
                       "Leave it empty for everybody.");
}

base::Result<void> check_folder(const Source& source) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (source.folder.size() <= kMaxFolderChars &&
      std::all_of(source.folder.begin(), source.folder.end(), good))
    return {};
  return base::failure(Errc::kBadField, "The folder is not a name of at most 40 letters a-z, digits and -",
                       "", "It lies under the server's drop folder.");
}

}  // namespace

base::Result<void> check_source_fields(const Source& source) {
  if (auto good = check_limits(source); !good) return good;
  if (auto good = check_folder(source); !good) return good;
  if (auto good = check_audience(source); !good) return good;
  if (source.term_days < 1 || source.term_days > kMaxTermDays) {
    return base::failure(Errc::kBadField, "The term is not 1 to 366 days", "",
                         "Entries without an end of their own get it; each import renews them.");
  }
  for (const std::string& word : source.files) {
    const FileCode* file = file_named(word);
    if (file == nullptr)
      return base::failure(Errc::kBadField, "One of the files is not known", "",
                           "Use the words that are offered.");
    if (file->standing == FileStanding::kNever) {
      return base::failure(Errc::kBadField, "The file of immigration violators stands on no list",
                           "The house does no immigration enforcement", "Take it out of the choice.");
    }
  }
  if (source.kind != ImportKind::kMapped) {
    if (source.format_text.empty()) return {};
    return base::failure(Errc::kBadField, "Only a list with a column map has one", "",
                         "Choose the kind \"mapped\".");
  }
  auto format = parse_format(source.format_text);
  if (!format) return tl::unexpected(format.error());
  return {};
}

base::Result<void> store_source(db::Transaction& t, std::string_view list_id, const Source& source) {
  const db::Params id{{"id", std::string(list_id)}};
  auto gone = t.exec("DELETE FROM hotlist_sources WHERE hotlist_id = :id", id);
  if (!gone) return tl::unexpected(store_error(gone.error()));
  auto added = t.exec(
      "INSERT INTO hotlist_sources (hotlist_id, kind, format_text, files, term_days, whole, "
      "warn_after_minutes,"
      " stop_after_minutes, ends_at, folder, audience, second_look) VALUES (:id, :kind, :format, :files, "
      ":term, :whole, "
      ":warn, "
      ":stop, :end,"
      " :folder, :audience, :second_look)",
      {{"id", std::string(list_id)},
       {"kind", std::string(name_of(source.kind))},
       {"format", source.format_text},
       {"files", base::join(source.files, " ")},
       {"term", std::int64_t{source.term_days}},
       {"whole", std::int64_t{source.whole}},
       {"warn", std::int64_t{source.warn_after_minutes}},
       {"stop", std::int64_t{source.stop_after_minutes}},
       {"end", source.ends_at ? base::to_ms(*source.ends_at) : 0},
       {"folder", source.folder},
       {"audience", base::join(source.audience, " ")},
       {"second_look", std::int64_t{source.second_look}}});
  if (!added) return tl::unexpected(store_error(added.error()));
  return {};
}

}  // namespace glasshouse::hotlist
