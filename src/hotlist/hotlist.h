// Lists of wanted vehicles: kept in the records database, matched in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "plate/pattern.h"
#include "plate/plate.h"

namespace glasshouse::hotlist {

enum class Errc {
  kNotFound = 1,
  kBadPlate,
  kMissingReason,
  kMissingCase,
  kBadExpiry,
  kDuplicate,
  kTooLarge,
  kBadCsv,
  kPreviewGone,
  kStore,
  kBadField,
  kBadCursor
};

// How a list writes zero: agencies differ. kOIsZero: the letter O on this list means either.
enum class ZeroRule { kDistinct, kOIsZero };

struct Hotlist {
  std::string id, name, description;
  ZeroRule zero_rule = ZeroRule::kDistinct;
  std::uint64_t entries = 0, active_entries = 0;
  base::Time updated_at;
};

struct Entry {
  std::string id, hotlist_id;
  std::string plate;  // exact text or a pattern with ? and *
  bool pattern = false;
  std::string reason, case_number;
  std::string region, color, body, make;  // may be empty
  base::Time expires_at;
  bool active = true;
  std::string added_by;  // officer id
  base::Time added_at;
  std::string note;
};

struct NewEntry {
  std::string plate, reason, case_number, region, color, body, make, note;
  base::Time expires_at;
};

struct RefusedRow {
  std::uint32_t line = 0;
  std::string text;    // the row, cut at 200 characters
  std::string reason;  // why, in a sentence
};

struct ImportPreview {
  std::string id, hotlist_id;
  base::Time expires_at;  // 15 minutes
  std::uint32_t rows = 0, to_add = 0, to_change = 0, to_remove = 0, unchanged = 0;
  std::uint32_t refused_count = 0;
  std::vector<RefusedRow> refused;  // first 200
  std::vector<NewEntry> sample;     // first 20 that would be added
};

enum class HitKind { kExact, kPattern, kPossible };  // kPossible: only through a confusion class
std::string_view name_of(HitKind kind);  // "exact", "pattern", "possible": on the wire and in the records

struct Hit {
  std::string entry_id, hotlist_id;
  HitKind kind = HitKind::kExact;
  bool region_differs = false;  // both known and not the same: a hit of lower rank
};

struct Wanted {  // what the matcher is asked about
  plate::Plate plate;
  std::string region;
  base::Time at;
};

struct EntryPage {
  std::vector<Entry> entries;
  std::string next_cursor;
};

// Thread-safe. Changes are in the database before they return, and in the matcher at once.
class Hotlists {
 public:
  static base::Result<std::unique_ptr<Hotlists>> open(db::Database& db, const base::Clock& clock);
  static std::vector<db::Migration> migrations();
  virtual ~Hotlists() = default;

  virtual base::Result<std::vector<Hotlist>> lists() = 0;
  virtual base::Result<Hotlist> create(std::string name, std::string description, ZeroRule rule) = 0;
  virtual base::Result<Hotlist> change(std::string_view id, std::string name, std::string description,
                                       ZeroRule rule) = 0;
  virtual base::Result<void> remove(std::string_view id) = 0;

  virtual base::Result<EntryPage> entries(std::string_view hotlist_id, std::string_view filter,
                                          std::optional<bool> active, std::string_view cursor,
                                          std::size_t limit) = 0;
  virtual base::Result<Entry> entry(std::string_view entry_id) = 0;
  virtual base::Result<Hotlist> list(std::string_view hotlist_id) = 0;
  virtual base::Result<std::string> name_of(std::string_view hotlist_id) = 0;  // cheap: counts nothing
  // Everything that add() would refuse, without adding; for callers that must record an act before they do
  // it.
  virtual base::Result<void> check_add(std::string_view hotlist_id, const NewEntry& entry) = 0;
  virtual base::Result<Entry> add(std::string_view hotlist_id, const NewEntry& entry,
                                  std::string officer_id) = 0;
  virtual base::Result<Entry> change_entry(std::string_view entry_id, std::optional<base::Time> expires_at,
                                           std::optional<std::string> note, std::optional<bool> active) = 0;

  // CSV with a header row; columns (any order, names without case): plate, reason, case, region, color, body,
  // make, expires, note. replace: entries of the list that the file lacks are ended. Nothing changes before
  // commit.
  virtual base::Result<ImportPreview> preview_import(std::string_view hotlist_id, std::string_view csv,
                                                     bool replace, std::string officer_id) = 0;
  // What preview_import answered, while it can still be committed: kPreviewGone once the list has changed.
  virtual base::Result<ImportPreview> preview(std::string_view preview_id) = 0;
  struct Imported {
    std::uint32_t added = 0, changed = 0, removed = 0;
  };
  virtual base::Result<Imported> commit_import(std::string_view preview_id) = 0;  // all of it or nothing

  // Exact first, then pattern, then possible; at most 16 hits. Expired and ended entries never hit.
  virtual std::vector<Hit> match(const Wanted& wanted) const = 0;
};

}  // namespace glasshouse::hotlist
