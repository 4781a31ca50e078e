// Lists of wanted vehicles: kept in the records database, matched in memory.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "hotlist/watched_folder.h"
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
  kBadCursor,
  kBadFormat,
  kNotHeld,  // a difference to what another agency's list is not here
  kOtherAgency
};

// How a list writes zero: agencies differ. kOIsZero: the letter O on this list means either.
enum class ZeroRule { kDistinct, kOIsZero };

// The layouts that files come in: docs/formats/hotlist-import.md.
enum class ImportKind { kPlain, kMapped, kNcicFixed, kNcicCsv, kMissingChildren };
inline constexpr std::array kImportKinds{ImportKind::kPlain, ImportKind::kMapped, ImportKind::kNcicFixed,
                                         ImportKind::kNcicCsv, ImportKind::kMissingChildren};
std::string_view name_of(ImportKind kind);  // "plain", "mapped", "ncic-fixed", "ncic-csv", "missing-children"
std::optional<ImportKind> import_kind_named(std::string_view name);

inline constexpr int kMaxTermDays = 366;
inline constexpr std::size_t kMaxFormatBytes = 8 * 1024;  // a column map of all fields has 1 to 2 kB

// Where a list's entries come from, as its agency set it.
struct Source {
  ImportKind kind = ImportKind::kPlain;
  std::string format_text;         // the column map; of kMapped only
  std::vector<std::string> files;  // of a national extract, by word; empty: those taken by default
  int term_days = 30;              // life of an entry whose row has no end of its own
  bool whole = false;              // each file is the whole list: what it lacks is ended
  // Since the newest file, as its sender last changed it: when the list's alerts say that it is old, and when
  // it stops alerting. 0: never.
  int warn_after_minutes = 0, stop_after_minutes = 0;
  std::optional<base::Time> ends_at;  // the whole list hits no more
  std::string folder;                 // under the server's drop folder, watched; empty: none
  // Accounts that may see the list and its alerts, besides those who manage hotlists; empty: everybody.
  std::vector<std::string> audience;
  bool second_look = false;  // two people confirm each of its alerts
};
inline constexpr std::size_t kMaxAudience = 200;
inline constexpr int kMaxFreshMinutes = 366 * 24 * 60;

struct Freshness {
  enum class State { kUnlimited, kFresh, kStale, kStopped, kEnded };
  State state = State::kUnlimited;
  std::optional<base::Time> as_of, warns_at, stops_at;
};
std::string_view name_of(Freshness::State state);  // "fresh", "stale", …

// Of a list that another agency sent (peer_lists.h): whose it is, and how it came.
struct Origin {
  std::string agency_id, agency;          // agency: its name
  std::string grant_id, purpose;          // under which it was sent, and for what
  std::string sent_by, sender_role;       // as the other server says
  std::string their_id;                   // what the list is called there
  std::uint64_t number = 0;               // of its changes
  std::string query_id, digest;           // of the newest message
  std::uint64_t ledger_index = 0;         // of its entry here
  std::uint32_t refused = 0, barred = 0;  // since the whole list came last
};

struct Hotlist {
  std::string id, name, description;
  ZeroRule zero_rule = ZeroRule::kDistinct;
  std::uint64_t entries = 0, active_entries = 0;
  base::Time updated_at;
  Source source;
  Freshness freshness;
  std::optional<Origin> origin;  // absent: our own
};

// A file that lay in a list's watched folder, and what became of it.
struct Pull {
  std::string id, hotlist_id;
  base::Time at;
  FoundFile file;
  std::string outcome;   // "applied", "as-before", "held" (a person must look), "refused", "failed"
  std::string sentence;  // for a person; nothing of the file's content
  std::uint32_t rows = 0, added = 0, changed = 0, removed = 0, unchanged = 0, refused = 0, barred = 0;
  std::optional<std::uint64_t> ledger_index;
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
  std::string ended_as;  // "recovered", where a person said so when ending it
};

struct NewEntry {
  std::string plate, reason, case_number, region, color, body, make, note;
  base::Time expires_at;
  bool own_end = true;  // false: the end is the list's term, counted from the import
};

struct RefusedRow {
  std::uint32_t line = 0;
  std::string text;    // the row, cut at 200 characters
  std::string reason;  // why, in a sentence
};

// Rows of a file that no list of this kind may hold. The rows themselves are forgotten.
struct BarredRows {
  std::string file, label;  // "immigration-violator", "Immigration violator"
  std::string reason;       // why, in a sentence
  std::uint32_t count = 0;
};

struct ChangedEntry {
  NewEntry before, after;
};

struct ImportPreview {
  std::string id, hotlist_id;
  ImportKind kind = ImportKind::kPlain;
  base::Time expires_at;  // 15 minutes
  std::uint32_t rows = 0, to_add = 0, to_change = 0, to_remove = 0, unchanged = 0;
  std::uint32_t to_renew = 0;  // of the unchanged ones: their term begins anew
  std::uint32_t refused_count = 0, barred_count = 0;
  std::vector<RefusedRow> refused;  // first 200
  std::vector<BarredRows> barred;
  // The first 20 of each.
  std::vector<NewEntry> sample, to_remove_sample;
  std::vector<ChangedEntry> to_change_sample;
};

struct ImportFile {
  std::string_view text;
  ImportKind kind = ImportKind::kPlain;
  bool whole = false;                         // entries of the list that the file lacks are ended
  std::map<std::string, std::string> barred;  // by packs: a file's word to a sentence that names the rule
};

enum class HitKind { kExact, kPattern, kPossible };  // kPossible: only through a confusion class
std::string_view name_of(HitKind kind);  // "exact", "pattern", "possible": on the wire and in the records

struct Hit {
  std::string entry_id, hotlist_id;
  HitKind kind = HitKind::kExact;
  bool region_differs = false;  // both known and not the same: a hit of lower rank
  std::optional<base::Time> list_as_of = {};
  bool list_stale = false;   // the list is older than its agency wants
  std::string agency = {};   // whose list it is, where another agency sent it
  bool second_look = false;  // its list says that two people confirm
};

struct Wanted {  // what the matcher is asked about
  plate::Plate plate;
  std::string region;
  base::Time at;
  std::string camera_id = {};  // without it no list of another agency hits
};

struct PeerChange;
struct PeerApplied;
struct HeldEntry;

struct EntryPage {
  std::vector<Entry> entries;
  std::string next_cursor;
};

// Of a large change, in one transaction: a few tenths of a second of SQLite's one writer.
inline constexpr std::size_t kRowsAStep = 10'000;

// Thread-safe. Changes are in the database before they return, and in the matcher at once.
class Hotlists {
 public:
  static base::Result<std::unique_ptr<Hotlists>> open(db::Database& db, const base::Clock& clock,
                                                      std::size_t rows_a_step = kRowsAStep);
  static std::vector<db::Migration> migrations();
  virtual ~Hotlists() = default;

  virtual base::Result<std::vector<Hotlist>> lists() = 0;
  virtual base::Result<Hotlist> create(std::string name, std::string description, ZeroRule rule) = 0;
  virtual base::Result<Hotlist> change(std::string_view id, std::string name, std::string description,
                                       ZeroRule rule) = 0;
  virtual base::Result<void> remove(std::string_view id) = 0;
  // Deletes what removed lists and imports that did not end left in the records; nobody sees it any more.
  // Called now and then.
  virtual base::Result<void> sweep() = 0;

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
                                           std::optional<std::string> note, std::optional<bool> active,
                                           std::string_view ended_as = {}) = 0;

  // kBadFormat, kBadField when it is not one.
  virtual base::Result<void> check_source(const Source& source) = 0;
  virtual base::Result<Hotlist> set_source(std::string_view hotlist_id, const Source& source) = 0;

  // What the file would change. Nothing changes before commit.
  virtual base::Result<ImportPreview> preview_import(std::string_view hotlist_id, const ImportFile& file,
                                                     std::string officer_id) = 0;
  // What preview_import answered, while it can still be committed: kPreviewGone once the list has changed.
  virtual base::Result<ImportPreview> preview(std::string_view preview_id) = 0;
  // A preview that nobody will commit makes room for others.
  virtual void forget_preview(std::string_view preview_id) = 0;
  struct Imported {
    std::uint32_t added = 0, changed = 0, removed = 0;
  };
  // All of it or nothing. as_of: how old the file is, for the freshness gate; absent: as new as now.
  virtual base::Result<Imported> commit_import(std::string_view preview_id,
                                               std::optional<base::Time> as_of = {}) = 0;

  // Whom the list is for; empty: everybody. In memory: asked for every alert.
  virtual std::vector<std::string> audience_of(std::string_view hotlist_id) const = 0;
  virtual std::vector<std::string> lists_hidden_from(std::string_view account_id) const = 0;  // ids

  virtual base::Result<void> add_pull(const Pull& pull) = 0;
  virtual base::Result<std::vector<Pull>> pulls(std::string_view hotlist_id, std::size_t limit) = 0;
  // Whether this very file was dealt with and still lies there; not one that failed some minutes ago.
  virtual base::Result<bool> knows_file(std::string_view hotlist_id, const FoundFile& file) = 0;
  // The state that the ledger was last told of, for whoever tells it of changes.
  virtual base::Result<std::string> told_state(std::string_view hotlist_id) = 0;
  virtual base::Result<void> set_told_state(std::string_view hotlist_id, Freshness::State state) = 0;

  // Changes with every change of the list; kNotFound.
  virtual base::Result<std::int64_t> revision(std::string_view hotlist_id) = 0;
  // Every entry that can hit now.
  virtual base::Result<void> each_running(std::string_view hotlist_id,
                                          const std::function<void(Entry)>& use) = 0;
  // Ids of the newest 1,000 entries that a person ended as recovered.
  virtual base::Result<std::vector<std::string>> ended_as_recovered(std::string_view hotlist_id) = 0;
  // Lists of other agencies (peer_lists.h). All of the change or nothing: kNotHeld when it is a difference to
  // something else than what is here.
  virtual base::Result<PeerApplied> apply_peer(const PeerChange& change) = 0;
  virtual base::Result<void> renew_peer(std::string_view hotlist_id) = 0;  // it is as new as now
  virtual base::Result<std::vector<HeldEntry>> held_of_peer(std::string_view hotlist_id) = 0;
  virtual std::vector<std::pair<std::string, Origin>> origins() const = 0;  // by list; in memory
  // What the list's owner calls the entry; kNotFound: it is none of another agency's.
  virtual base::Result<std::string> their_entry(std::string_view entry_id) = 0;
  // Asked at every match of another agency's list; without it none hits. Before the first match.
  virtual void judge_peers(std::function<bool(const Origin&, const Wanted&)> judge) = 0;

  // Exact first, then pattern, then possible; at most 16 hits. Expired and ended entries never hit, nor does
  // a list that is older than its limit or has ended.
  virtual std::vector<Hit> match(const Wanted& wanted) const = 0;
};

}  // namespace glasshouse::hotlist
