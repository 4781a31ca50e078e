#include "hotlist/source_rows.h"

#include <algorithm>

#include "hotlist/entry_rows.h"
#include "hotlist/import_format.h"
#include "hotlist/ncic_codes.h"

namespace glasshouse::hotlist {
namespace {

std::string words_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

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
         "whole";
}

Source source_of(const db::Row& row) {
  Source source;
  source.kind = import_kind_named(row.text("source_kind")).value_or(ImportKind::kPlain);
  source.format_text = row.text("format_text");
  source.files = split(row.text("files"));
  source.term_days = static_cast<int>(row.integer("term_days"));
  source.whole = row.integer("whole") != 0;
  return source;
}

base::Result<void> check_source_fields(const Source& source) {
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
      "INSERT INTO hotlist_sources (hotlist_id, kind, format_text, files, term_days, whole) VALUES (:id, "
      ":kind, "
      ":format, :files, :term, :whole)",
      {{"id", std::string(list_id)},
       {"kind", std::string(name_of(source.kind))},
       {"format", source.format_text},
       {"files", words_text(source.files)},
       {"term", std::int64_t{source.term_days}},
       {"whole", std::int64_t{source.whole}}});
  if (!added) return tl::unexpected(store_error(added.error()));
  return {};
}

}  // namespace glasshouse::hotlist
