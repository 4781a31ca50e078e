// The read store of one machine: a SQLite file a day, pictures beside it, and in memory a dictionary of every
// distinct plate with the days it occurs on, rebuilt at start. Every function that returns what names a
// vehicle takes a gate::Permit and stays inside its scope.
#pragma once

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
#include "gate/gate.h"
#include "plate/pattern.h"
#include "reads/pictures.h"
#include "reads/read.h"

namespace glasshouse::reads {

enum class Errc {
  kIo = 1,
  kCorrupt,
  kNotFound,
  kOutsidePermit,
  kBadCursor,
  kBadRead,
  kTooManyMatches,
  kFull,
  kBadQuery
};

struct Incoming {
  Read read;
  std::string picture_jpeg;  // may be empty; at most 6 MB. The API takes none any more: it was so before …
  std::string picture_sealed;  // … there were these: an age file of at most kMostSealedBytes …
  std::string manifest;        // … and what its camera signed about it
  std::string preview_jpeg;    // blurred; may be empty; at most 30 kB
};

inline constexpr std::size_t kMostSealedBytes = 7u << 20;  // 6 MB, padded, with the seals of its parts
inline constexpr std::size_t kMostManifestBytes = 1024;

struct IngestResult {
  std::size_t stored = 0;
  std::size_t already_known = 0;
  std::vector<std::pair<std::string, std::string>> refused;  // id, reason (no plate in it)
  std::vector<std::size_t> stored_indexes;  // which of the batch are new: match hotlists on these
};

struct PlateQuery {
  enum class Mode { kExact, kPrefix, kWildcard, kContains, kConfusable };
  Mode mode = Mode::kExact;
  std::string text;  // folded upper case; for kWildcard a plate::Pattern
};

// All that is given must hold. Empty lists mean "any".
struct Query {
  std::optional<PlateQuery> plate;
  std::string region;
  std::vector<std::string> colors, bodies, makes;
  std::vector<std::string> camera_ids;  // already resolved from a drawn area by the caller
  base::Time from{}, to{};              // [from, to)
  std::size_t limit = 50;               // 1..200
  std::string cursor;                   // opaque; from the page before
};

struct TimelineBin {
  base::Time from;
  std::uint64_t count = 0;
};

struct Page {
  std::vector<Read> reads;            // newest first
  std::string next_cursor;            // empty at the end
  std::vector<TimelineBin> timeline;  // only on the first page: at most 96 equal bins over [from, to)
  std::uint64_t total_at_least = 0;   // exact when total_is_exact
  bool total_is_exact = false;
  std::vector<base::Day> missing_days;  // asked for, but their file is damaged: the answer is not complete
};

// A place and a time span.
struct Window {
  std::vector<std::string> camera_ids;  // never empty
  base::Time from{}, to{};              // [from, to)
};

// Of an answer about several vehicles: how many of them it gives at most, and how many of the reads that show
// them. A page asks for less of both than a file may.
inline constexpr std::size_t kMostVehicles = 10'000;
inline constexpr std::size_t kPageEvidence = 100, kMostEvidence = 5'000;

// Which vehicles were at every one of several places and times.
struct MeetQuery {
  std::vector<Window> windows;      // kLeastWindows..kMostWindows
  std::optional<PlateQuery> plate;  // part of it is known
  std::string region;
  std::vector<std::string> colors, bodies, makes;
  std::size_t limit = 50;  // vehicles, 1..kMostVehicles
  std::size_t evidence = kPageEvidence;
};

// Which vehicles travel with one: seen shortly before or after it, at the same camera, at several cameras.
struct ConvoyQuery {
  plate::Plate plate;
  base::Time from{}, to{};
  std::vector<std::string> camera_ids;  // empty: any
  base::Millis within{60'000};          // kLongestWithin at most
  std::size_t least_cameras = 3;        // 2..20
  std::size_t limit = 50;               // vehicles, 1..kMostVehicles
  std::size_t evidence = kPageEvidence;
};
inline constexpr std::size_t kLeastWindows = 2, kMostWindows = 6;
inline constexpr base::Millis kLongestWithin{10 * 60 * 1000};
// A captured_at further ahead of the clock is refused.
inline constexpr base::Millis kMostAhead{10 * 60 * 1000};

struct VehicleSeen {
  plate::Plate plate;
  std::uint32_t cameras = 0, reads = 0;  // different cameras
  base::Time first{}, last{};
};
struct Vehicles {
  std::vector<VehicleSeen> vehicles;  // most cameras first, then the latest
  std::uint64_t total = 0;            // of vehicles, with those beyond the limit
  std::vector<Read> reads;            // what the answer rests on: the newest `evidence`, newest first
  std::uint64_t total_reads = 0;      // of them, with those beyond that
  std::vector<base::Day> missing_days;
};

// Which reads show a vehicle that looks like one, whatever their plates: "find this vehicle again".
struct AgainQuery {
  Fingerprint like{};
  std::string besides;  // id of the read that it was taken from: not an answer
  std::string region;
  std::vector<std::string> colors, bodies, makes;
  std::vector<std::string> camera_ids;  // empty: any
  base::Time from{}, to{};              // [from, to)
  std::size_t limit = 50;               // 1..200
};
struct Alike {
  Read read;
  float likeness = 0;  // the cosine of the angle between the two: 1 the same
};
struct AlikeReads {
  std::vector<Alike> reads;  // most alike first, of equals the latest; at least kLeastLikeness
  std::vector<base::Day> missing_days;
};
inline constexpr float kLeastLikeness = 0.5f;  // models/README.md says what is found from there on

// All reads of one plate, in order.
struct RouteQuery {
  PlateQuery plate;  // kExact or kConfusable
  base::Time from{}, to{};
  std::vector<std::string> camera_ids;  // empty: any
  std::size_t limit = 200;              // the newest so many, 1..500
};
struct Route {
  std::vector<Read> reads;    // oldest first
  std::optional<Read> first;  // the first one ever in the span, also when the limit left it out
  std::uint64_t total = 0;
  std::vector<base::Day> missing_days;
};

// A picture as it is kept, and of what it is: what a vault holds the permit against.
struct Picture {
  StoredPicture file;
  std::string read_id, camera_id;
  base::Time captured_at;
  std::string hold;  // the hold that this copy lies under; empty: it lies in its day
};

// Who keeps a read beyond its day. A name is a folder's and a vault's key's.
struct Hold {
  std::string name;     // "hold_…", "hits-2026-11-22"
  std::string case_id;  // only a permit under this case finds the copy; empty: every permit for the read
  std::string recipient = {};  // public half of its key, as age writes it: what a backup seals the copy to
};

struct HourCount {
  base::Time hour;
  std::uint64_t reads = 0;
};

struct StoreOptions {
  std::string dir;  // holds days/2026-11-22.db and pictures/2026-11-22/… held/…
  const base::Clock* clock = nullptr;
};

// Thread-safe: one writer at a time, readers never wait for it.
class Store {
 public:
  static base::Result<std::unique_ptr<Store>> open(StoreOptions options);
  virtual ~Store() = default;

  // Durable (synced) when it returns, pictures first. A read whose id is known is counted, not stored again.
  // A captured_at more than kMostAhead in the future or on a dropped day is refused.
  virtual base::Result<IngestResult> ingest(std::vector<Incoming> batch) = 0;

  // kSearchReads, kExportReads.
  virtual base::Result<Page> search(const gate::Permit& permit, const Query& query) = 0;
  // kSearchReads. kTooManyMatches when the span holds more than can be compared.
  virtual base::Result<Vehicles> meet(const gate::Permit& permit, const MeetQuery& query) = 0;
  virtual base::Result<Vehicles> convoy(const gate::Permit& permit, const ConvoyQuery& query) = 0;
  virtual base::Result<Route> route(const gate::Permit& permit, const RouteQuery& query) = 0;
  virtual base::Result<AlikeReads> again(const gate::Permit& permit, const AgainQuery& query) = 0;
  // kViewRead, kViewAlerts, kLiveReads (only reads after the permit began), kSearchReads, kCorrectRead.
  virtual base::Result<Read> get(const gate::Permit& permit, std::string_view read_id) = 0;
  // kViewPicture, kViewAlerts, kLiveReads. As it is kept: a sealed one is opened by nobody here.
  virtual base::Result<Picture> picture(const gate::Permit& permit, std::string_view read_id) = 0;
  // kCorrectRead.
  virtual base::Result<Correction> correct(const gate::Permit& permit, std::string_view read_id,
                                           plate::Plate plate, std::string region, std::string reason) = 0;
  // kCorrectRead. kNotFound: no such correction, or it is withdrawn already.
  virtual base::Result<void> withdraw(const gate::Permit& permit, std::string_view read_id,
                                      std::string_view correction_id, std::string reason) = 0;
  // kLiveReads: the newest `limit` reads since the permit began, newest first.
  virtual base::Result<std::vector<Read>> recent(const gate::Permit& permit, std::size_t limit) = 0;

  // These name no vehicle and need no permit.
  virtual base::Result<std::string> preview(std::string_view read_id) = 0;
  virtual std::vector<MaskedRead> recent_masked(std::size_t limit) = 0;
  virtual std::uint64_t total_reads() = 0;
  virtual std::uint64_t reads_on(base::Day day) = 0;
  virtual std::optional<base::Day> oldest_day() = 0;
  virtual std::vector<HourCount> reads_by_hour(std::string_view camera_id, base::Time from,
                                               base::Time to) = 0;
  virtual std::optional<base::Time> last_read_at(std::string_view camera_id) = 0;

  struct Dropped {
    base::Day day;
    std::uint64_t reads = 0, pictures = 0;
  };
  // What an administrator must be told: days whose file is damaged. Empty when all is well.
  struct Problem {
    base::Day day;
    std::string message;
  };
  virtual std::vector<Problem> problems() { return {}; }
  // Reads the files of the days in problems() once more, each as a whole. A day whose file is whole loses its
  // mark and is served again; one whose file stands aside keeps it. Returns how many marks went.
  virtual std::size_t recheck_problems() { return 0; }

  // Told, before anything is dropped, what will be; no read comes in between. When it fails nothing is
  // dropped.
  using BeforeDrop = std::function<base::Result<void>(const std::vector<Dropped>&)>;
  // Drops whole days before `first_kept` (an unlink each), for good: a stop in the middle is finished at the
  // next start. The caller writes the ledger entry.
  virtual base::Result<std::vector<Dropped>> drop_days_before(base::Day first_kept,
                                                              const BeforeDrop& before) = 0;
  virtual base::Day first_kept() = 0;  // every day before it is dropped for good

  // Gives the sealed picture a header for the hold; nothing of it is opened.
  using Rehead = std::function<base::Result<std::string>(const Picture&)>;
  // The day that a read lies in; kNotFound also for what is only held.
  virtual base::Result<base::Day> day_of(std::string_view read_id) = 0;
  // Copies a read with its picture and corrections to where it outlives its day; durable when it returns.
  // From its day, or from an older hold of the same case or of none. Again: only what changed since is added.
  // Returns what anybody on duty may see of it.
  virtual base::Result<MaskedRead> hold(const Hold& hold, std::string_view read_id, const Rehead& rehead) = 0;
  virtual base::Result<void> end_hold(const std::string& name) = 0;  // not an error when there is none
  virtual std::vector<std::string> holds() = 0;                      // names of those that hold something
  // The corrections of held reads that still lie in days before `first_kept` go to their copies, once more
  // before those days are dropped. Returns how many copies there are, by day.
  virtual base::Result<std::map<base::Day, std::uint64_t>> settle_holds(base::Day first_kept) = 0;
};

}  // namespace glasshouse::reads
