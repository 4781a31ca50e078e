#include "reads/store.h"

#include <algorithm>

#include "base/id.h"
#include "base/log.h"
#include "reads/store_impl.h"

namespace glasshouse::reads {
tl::unexpected<base::Error> outside(std::string why) {
  return base::failure(Errc::kOutsidePermit, "The permit does not reach this", std::move(why),
                       "Ask again under a case that covers it");
}

namespace {

constexpr std::size_t kMostCorrections = 20;  // beside one read
constexpr std::size_t kMostReasonBytes = 1200;

tl::unexpected<base::Error> held_as_it_was() {
  return base::failure(Errc::kBadRead, "This read is on hold as it was when its day ended",
                       "What is kept as evidence is not corrected any more",
                       "Say it in the case's own records");
}

}  // namespace

tl::unexpected<base::Error> no_such_read() {
  return base::failure(Errc::kNotFound, "There is no such read",
                       "Its day is no longer kept, or the id was never stored");
}

base::Result<std::unique_ptr<Store>> Store::open(StoreOptions options) {
  auto store = std::make_unique<SqliteStore>(std::move(options));
  if (auto started = store->start(); !started) return tl::unexpected(started.error());
  return store;
}

base::Result<SqliteStore::Located> SqliteStore::locate(std::string_view read_id) {
  const auto id = id_bytes(read_id);
  if (!id) return no_such_read();
  std::vector<std::shared_ptr<DayFile>> maybe;
  {
    std::shared_lock lock(index_lock_);
    for (const auto& [day, kept] : days_) {
      if (!kept.damaged && kept.ids.may_hold(*id)) maybe.push_back(kept.file);
    }
  }
  std::optional<base::Error> trouble;
  for (const auto& file : maybe) {
    auto row = tried_twice([&] { return file->row_of(*id); });
    if (row && *row) return Located{file, **row};
    if (row) continue;
    mark_damaged(file->day(), row.error());
    trouble = row.error();
  }
  if (trouble) return tl::unexpected(*trouble);
  return no_such_read();
}

base::Result<SqliteStore::Place> SqliteStore::place_of(std::string_view read_id) {
  auto located = locate(read_id);
  if (!located) return tl::unexpected(located.error());
  auto reads = tried_twice([&] { return located->file->fetch({located->row}); });
  if (!reads) {
    mark_damaged(located->file->day(), reads.error());
    return tl::unexpected(reads.error());
  }
  if (reads->empty()) return no_such_read();
  return Place{std::move(reads->front()), located->row, located->file, nullptr};
}

base::Result<SqliteStore::Place> SqliteStore::read_under(const gate::Permit& permit,
                                                         std::initializer_list<policy::Action> actions,
                                                         std::string_view read_id) {
  const base::Time now = options_.clock->now();
  const bool allowed = std::any_of(actions.begin(), actions.end(),
                                   [&](policy::Action action) { return permit.allows(action, now); });
  if (!allowed) return outside("It is for something else, or it has run out");
  if (!permit.covers_read(std::string(read_id))) return outside("It is for other reads");
  auto place = place_of(read_id);
  if (!place && place.error().is(Errc::kNotFound)) place = held_place(read_id, permit.case_id());
  if (!place) return place;
  const Read& read = place->read;
  if (!permit.covers_camera(read.camera_id)) return outside("It is for other cameras");
  if (!permit.covers_time(read.captured_at)) return outside("It is for another time");
  if (permit.action() == policy::Action::kLiveReads && read.captured_at < permit.granted_at()) {
    return outside("A live permit shows only reads made after it began");
  }
  return place;
}

base::Result<Read> SqliteStore::get(const gate::Permit& permit, std::string_view read_id) {
  using policy::Action;
  auto place = read_under(permit,
                          {Action::kViewRead, Action::kViewAlerts, Action::kLiveReads, Action::kSearchReads,
                           Action::kCorrectRead},
                          read_id);
  if (!place) return tl::unexpected(place.error());
  return std::move(place->read);
}

base::Result<Picture> SqliteStore::picture(const gate::Permit& permit, std::string_view read_id) {
  using policy::Action;
  auto place = read_under(permit, {Action::kViewPicture, Action::kViewAlerts, Action::kLiveReads}, read_id);
  if (!place) return tl::unexpected(place.error());
  auto file = stored_picture(*place);
  if (!file) return tl::unexpected(file.error());
  return Picture{std::move(*file), place->read.id, place->read.camera_id, place->read.captured_at,
                 place->held != nullptr ? place->held->name : std::string()};
}

base::Result<std::string> SqliteStore::preview(std::string_view read_id) {
  auto located = locate(read_id);
  if (!located) return tl::unexpected(located.error());
  return pictures_.preview(located->file->day(), read_id);
}

base::Result<Correction> SqliteStore::correct(const gate::Permit& permit, std::string_view read_id,
                                              plate::Plate plate, std::string region, std::string reason) {
  if (plate.empty() || reason.empty() || reason.size() > kMostReasonBytes || region.size() > 20) {
    return base::failure(Errc::kBadRead, "The correction is not complete", "It needs a plate and a reason",
                         "Give both; a reason has at most 300 characters");
  }
  std::lock_guard writing(writing_);
  auto place = read_under(permit, {policy::Action::kCorrectRead}, read_id);
  if (!place) return tl::unexpected(place.error());
  if (place->held != nullptr) return held_as_it_was();
  if (place->read.corrections.size() >= kMostCorrections) {
    return base::failure(Errc::kFull, "This read has been corrected too often",
                         "At most 20 corrections stand beside a read", "Ask a supervisor to look at it");
  }
  const base::Time now = options_.clock->now();
  Correction correction{base::new_id("corr", now), plate, std::move(region), std::move(reason),
                        permit.officer_id(),       now};
  auto file = file_for_writing(place->file->day());
  if (!file) return tl::unexpected(file.error());
  if (auto stored = (*file)->add_correction(place->row, correction); !stored)
    return tl::unexpected(stored.error());
  std::unique_lock lock(index_lock_);
  const auto code = vocabulary_.regions.add(correction.region);
  index_.correct(place->file->day(), place->row, plate, code.value_or(0));
  return correction;
}

base::Result<void> SqliteStore::withdraw(const gate::Permit& permit, std::string_view read_id,
                                         std::string_view correction_id, std::string reason) {
  if (reason.empty() || reason.size() > kMostReasonBytes) {
    return base::failure(Errc::kBadRead, "The withdrawal is not complete", "It needs a reason",
                         "Give one of at most 300 characters");
  }
  std::lock_guard writing(writing_);
  auto place = read_under(permit, {policy::Action::kCorrectRead}, read_id);
  if (!place) return tl::unexpected(place.error());
  if (place->held != nullptr) return held_as_it_was();
  auto& corrections = place->read.corrections;
  const auto found = std::find_if(corrections.begin(), corrections.end(), [&](const Correction& one) {
    return one.id == correction_id && !one.withdrawn;
  });
  if (found == corrections.end()) {
    return base::failure(Errc::kNotFound, "There is no such correction to take back",
                         "It is not beside this read, or somebody has taken it back already",
                         "Look at the read again");
  }
  found->withdrawn = Correction::Withdrawal{std::move(reason), permit.officer_id(), options_.clock->now()};
  auto file = file_for_writing(place->file->day());
  if (!file) return tl::unexpected(file.error());
  if (auto stored = (*file)->add_withdrawal(place->row, *found); !stored) return stored;
  std::unique_lock lock(index_lock_);
  const auto code = vocabulary_.regions.add(found->region);
  index_.uncorrect(place->file->day(), place->row, found->plate, code.value_or(0));
  return {};
}

base::Result<std::vector<Read>> SqliteStore::recent(const gate::Permit& permit, std::size_t limit) {
  if (!permit.allows(policy::Action::kLiveReads, options_.clock->now())) {
    return outside("It is not a live permit, or it has run out");
  }
  Selection selection;
  selection.from_ms = base::to_ms(permit.granted_at());
  selection.to_ms = INT64_MAX;
  if (permit.scope().from) selection.from_ms = std::max(selection.from_ms, base::to_ms(*permit.scope().from));
  if (permit.scope().to) selection.to_ms = base::to_ms(*permit.scope().to);
  {
    std::shared_lock lock(index_lock_);
    if (!permit.scope().camera_ids.empty()) selection.cameras.resize(vocabulary_.cameras.size());
    for (const std::string& camera : permit.scope().camera_ids) {
      if (const auto code = vocabulary_.cameras.find(camera)) selection.cameras[*code] = 1;
    }
  }
  std::vector<Read> reads = newest(selection, std::min<std::size_t>(limit, 200));
  std::erase_if(reads, [&](const Read& read) {
    return !permit.covers_camera(read.camera_id) || !permit.covers_time(read.captured_at) ||
           !permit.covers_read(read.id);
  });
  return reads;
}

std::vector<MaskedRead> SqliteStore::recent_masked(std::size_t limit) {
  Selection selection;
  selection.to_ms = INT64_MAX;
  std::vector<MaskedRead> masked;
  for (const Read& read : newest(selection, std::min<std::size_t>(limit, 200))) masked.push_back(mask(read));
  return masked;
}

std::uint64_t SqliteStore::total_reads() {
  std::shared_lock lock(index_lock_);
  return index_.total();
}

std::uint64_t SqliteStore::reads_on(base::Day day) {
  std::shared_lock lock(index_lock_);
  return index_.rows_on(day);
}

std::optional<base::Day> SqliteStore::oldest_day() {
  std::shared_lock lock(index_lock_);
  return index_.oldest();
}

std::vector<HourCount> SqliteStore::reads_by_hour(std::string_view camera_id, base::Time from,
                                                  base::Time to) {
  std::vector<HourCount> hours;
  std::shared_lock lock(index_lock_);
  const auto oldest = index_.oldest();
  const auto newest = index_.newest();
  const auto camera = vocabulary_.cameras.find(camera_id);
  if (!oldest || !camera) return hours;
  const base::Day first = std::max(base::day_of(from), *oldest);
  const base::Day last = std::min(base::day_of(to), *newest);
  for (base::Day day = first; day <= last; ++day.since_epoch) {
    std::int64_t hour = base::to_ms(base::start_of(day));
    for (const std::uint32_t count : index_.hours_on(day, *camera)) {
      const bool inside = hour + kHourMs > base::to_ms(from) && hour < base::to_ms(to);
      if (count > 0 && inside) hours.push_back({base::from_ms(hour), count});
      hour += kHourMs;
    }
  }
  return hours;
}

std::optional<base::Time> SqliteStore::last_read_at(std::string_view camera_id) {
  std::shared_lock lock(index_lock_);
  const auto camera = vocabulary_.cameras.find(camera_id);
  if (!camera) return std::nullopt;
  const auto at = index_.last_at_ms(*camera);
  if (!at) return std::nullopt;
  return base::from_ms(*at);
}

std::vector<Store::Problem> SqliteStore::problems() {
  std::vector<Problem> problems;
  std::shared_lock lock(index_lock_);
  for (const auto& [day, kept] : days_) {
    if (!kept.problem.empty()) problems.push_back({day, kept.problem});
  }
  return problems;
}

// Damage found while serving: said once in the log, and kept for problems().
void SqliteStore::mark_damaged(base::Day day, const base::Error& error) {
  if (!error.is(Errc::kCorrupt)) return;
  std::unique_lock lock(index_lock_);
  const auto found = days_.find(day);
  if (found == days_.end() || !found->second.problem.empty()) return;
  found->second.problem = "Reads of " + base::format_day(day) + " are damaged: " + error.message();
  base::log(base::Level::kError, "reads", found->second.problem);
}

}  // namespace glasshouse::reads
