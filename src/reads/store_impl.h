// The store behind store.h. Locks, always taken in this order:
//   writing_     one writer: ingest, corrections, dropping days, setting damaged files aside
//   index_lock_  many read, one writes: days_, index_, vocabulary_; held for moments, never over disk work
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/together.h"
#include "reads/day_file.h"
#include "reads/fair_mutex.h"
#include "reads/held.h"
#include "reads/id_filter.h"
#include "reads/index.h"
#include "reads/picture_packs.h"
#include "reads/pictures.h"
#include "reads/store.h"

namespace glasshouse::reads {

inline constexpr std::size_t kMostWaiting = 256;           // uploads; the web server has fewer workers
inline constexpr std::size_t kMostReadsTogether = 10'000;  // in one transaction
// What a day's file gives or takes, asked for again when it failed: what fails once may be the disk's moment
// and not the file's damage (SQLite says of a page that the disk does not give that the file is malformed),
// and damage sets a day aside.
template <class Look>
auto tried_twice(const Look& look) {
  auto first = look();
  return first || !first.error().template is<Errc>(Errc::kCorrupt) ? std::move(first) : look();
}

tl::unexpected<base::Error> no_such_read();

// Whether the permit reaches all of this; no cameras named means all of them.
base::Result<void> covers(const gate::Permit& permit, const Window& asked, base::Time now);

// A question that a permit does not reach, and why.
tl::unexpected<base::Error> outside(std::string why);

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(StoreOptions options);
  ~SqliteStore() override;
  base::Result<void> start();

  base::Result<IngestResult> ingest(std::vector<Incoming> batch) override;
  base::Result<Page> search(const gate::Permit& permit, const Query& query) override;
  base::Result<Vehicles> meet(const gate::Permit& permit, const MeetQuery& query) override;
  base::Result<Vehicles> convoy(const gate::Permit& permit, const ConvoyQuery& query) override;
  base::Result<Route> route(const gate::Permit& permit, const RouteQuery& query) override;
  base::Result<AlikeReads> again(const gate::Permit& permit, const AgainQuery& query) override;
  base::Result<Read> get(const gate::Permit& permit, std::string_view read_id) override;
  base::Result<Picture> picture(const gate::Permit& permit, std::string_view read_id) override;
  base::Result<Correction> correct(const gate::Permit& permit, std::string_view read_id, plate::Plate plate,
                                   std::string region, std::string reason) override;
  base::Result<void> withdraw(const gate::Permit& permit, std::string_view read_id,
                              std::string_view correction_id, std::string reason) override;
  base::Result<std::vector<Read>> recent(const gate::Permit& permit, std::size_t limit) override;
  base::Result<std::string> preview(std::string_view read_id) override;
  std::vector<MaskedRead> recent_masked(std::size_t limit) override;
  std::uint64_t total_reads() override;
  std::uint64_t reads_on(base::Day day) override;
  std::optional<base::Day> oldest_day() override;
  std::vector<HourCount> reads_by_hour(std::string_view camera_id, base::Time from, base::Time to) override;
  std::optional<base::Time> last_read_at(std::string_view camera_id) override;
  std::vector<Problem> problems() override;
  std::size_t recheck_problems() override;
  base::Result<std::vector<Dropped>> drop_days_before(base::Day first_kept,
                                                      const BeforeDrop& before) override;
  base::Day first_kept() override;
  base::Result<base::Day> day_of(std::string_view read_id) override;
  base::Result<MaskedRead> hold(const Hold& hold, std::string_view read_id, const Rehead& rehead) override;
  base::Result<void> end_hold(const std::string& name) override;
  std::vector<std::string> holds() override;
  base::Result<std::map<base::Day, std::uint64_t>> settle_holds(base::Day first_kept) override;

 private:
  struct Day {
    std::shared_ptr<DayFile> file;
    IdFilter ids;
    Fingerprints fingerprints;                  // fewer rows than the day has: they could not be read
    std::optional<base::Time> columns_written;  // by this process
    bool damaged = false;                       // the file stands aside or cannot be used: not in the index
    std::string problem;
  };
  // One caller's batch, waiting to be stored together with others'.
  struct Waiting {
    std::vector<Incoming>* batch = nullptr;
    IngestResult result;
    std::optional<base::Error> error;
  };
  // A read that passed all checks.
  struct Accepted {
    Waiting* of = nullptr;
    std::size_t index = 0;
    IdBytes id{};
    base::Day day;
    RowFacts facts;
  };
  struct Located {
    std::shared_ptr<DayFile> file;
    std::uint32_t row = 0;
  };
  struct Place {
    Read read;
    std::uint32_t row = 0;
    std::shared_ptr<DayFile> file;     // null: it is a held copy
    std::shared_ptr<HeldFolder> held;  // null: it lies in its day
  };

  // store_start.cc
  base::Result<void> load_days();
  struct LoadedDay {
    std::shared_ptr<DayFile> file;
    base::Result<DayColumns> columns;
    Fingerprints fingerprints;
    bool from_copies = false;  // the column file and that of the fingerprints were good
  };
  // Of one loader: days are as large as one another, and fresh memory for each cost more than what is done
  // with it.
  struct LoadingRoom {
    std::string bytes;
    DayColumns columns;
    std::vector<Dictionary::Id> plates;  // the columns', as the index numbers them
    std::size_t plate_capacity = 0;      // dictionary().capacity() after that
  };
  LoadedDay load_day(base::Day day, LoadingRoom& room) const;
  void number_plates(const DayColumns& columns, LoadingRoom& room);
  // Leaves the columns' memory to the next. Corrections, and column files that must be made again, are left
  // to finish_day: they look at plates, which another day may be numbering now.
  void take_in(base::Day day, LoadedDay loaded, LoadingRoom& room);
  void take_rows(base::Day day, DayColumns& columns, const LoadingRoom& room);
  struct Unfinished {
    base::Day day;
    std::vector<StoredCorrection> corrections;
    bool copies_are_old = false;
  };
  void finish_day(const Unfinished& unfinished);
  void correct_all(base::Day day, const std::vector<StoredCorrection>& corrections);
  bool has_file_aside(base::Day day) const;
  void clean_after_crash(base::Day day);
  void finish_drops();
  std::string day_path(base::Day day) const;
  std::string mark_path(base::Day day) const;
  std::string columns_path(base::Day day) const;

  // store_columns.cc
  std::optional<DayColumns> read_columns(DayFile& file, LoadingRoom& room) const;
  std::string fingerprints_path(base::Day day) const;
  void write_fingerprints(base::Day day, Day& kept, const FileStamp& stamp);
  void write_columns(base::Day day, Day& kept);
  base::Result<DayColumns> columns_of(base::Day day, Day& kept);

  // store_ingest.cc
  void store_group(const std::vector<Waiting*>& group);
  std::string reason_to_refuse(const Incoming& incoming, base::Time now) const;
  base::Result<bool> is_known(const IdBytes& id, base::Day day);
  std::optional<std::uint16_t> number_of(Words& words, std::string_view word);
  bool number_words(const Read& read, RowFacts& facts);
  base::Result<void> store_day(base::Day day, const std::vector<Accepted>& reads);
  base::Result<std::shared_ptr<DayFile>> file_for_writing(base::Day day);
  void set_aside(base::Day day);
  void publish(base::Day day, const std::vector<Accepted>& reads);
  void close_idle_writers(base::Day newest);

  // store_retention.cc
  base::Result<void> drop_day(base::Day day);

  // store_search.cc
  base::Result<Selection> select(const Query& query) const;  // index_lock_ held
  std::vector<Read> fetch(const std::vector<Hit>& hits, std::set<base::Day>& missing);
  std::vector<Read> newest(const Selection& selection, std::size_t limit);

  std::set<base::Day> damaged_days(base::Time from, base::Time to) const;  // index_lock_ held

  // store_together.cc
  struct AnswerSize {
    std::size_t vehicles, evidence;
  };
  base::Result<Vehicles> answer(const gate::Permit& permit, std::vector<Together> together, AnswerSize most,
                                std::set<base::Day> missing);

  // store_again.cc
  struct DayAsked;
  class AgainPass;
  base::Result<std::vector<DayAsked>> days_asked(const AgainQuery& query, Selection& selection,
                                                 std::set<base::Day>& missing);
  bool remake_fingerprints(base::Day day);

  // store.cc
  base::Result<Located> locate(std::string_view read_id);
  base::Result<Place> place_of(std::string_view read_id);  // in its day
  base::Result<Place> read_under(const gate::Permit& permit, std::initializer_list<policy::Action> actions,
                                 std::string_view read_id);
  void mark_damaged(base::Day day, const base::Error& error);

  // store_holds.cc
  base::Result<Place> held_place(std::string_view read_id, const std::string& case_id) const;
  base::Result<StoredPicture> stored_picture(const Place& place) const;

  const StoreOptions options_;
  Pictures pictures_;
  PicturePacks packs_;  // appended to under writing_
  HeldReads held_;

  std::mutex writing_;
  FairSharedMutex index_lock_;
  std::map<base::Day, Day> days_;
  Index index_;
  Vocabulary vocabulary_;
  std::vector<Unfinished> unfinished_;  // of a start that goes on
  base::Day first_kept_{INT32_MIN};

  base::Together<Waiting> together_{kMostWaiting, kMostReadsTogether};
};

}  // namespace glasshouse::reads
