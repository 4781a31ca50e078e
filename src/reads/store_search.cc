// Questions: the index says which reads, the day files give them.
#include <algorithm>

#include "reads/cursor.h"
#include "reads/store_impl.h"

namespace glasshouse::reads {
namespace {

constexpr std::size_t kMostBins = 96;
constexpr std::int64_t kLongestTimelineMs = 400ll * 86'400'000;

tl::unexpected<base::Error> bad_query(std::string why) {
  return base::failure(Errc::kBadQuery, "The question cannot be answered as it stands", std::move(why),
                       "Change the question");
}

base::Result<void> check(const gate::Permit& permit, const Query& query, base::Time now) {
  if (auto covered = covers(permit, {query.camera_ids, query.from, query.to}, now); !covered) return covered;
  if (query.limit < 1 || query.limit > 200) return bad_query("A page has 1 to 200 reads");
  return {};
}

// Yes for each listed word that is known at all; none known: a table that says no to everything.
std::vector<std::uint8_t> table(const Words& words, const std::vector<std::string>& wanted) {
  std::vector<std::uint8_t> allowed;
  if (wanted.empty()) return allowed;
  allowed.resize(words.size());
  for (const std::string& word : wanted) {
    if (const auto code = words.find(word)) allowed[*code] = 1;
  }
  return allowed;
}

base::Result<plate::Plate> plate_in(const std::string& text) {
  const auto plate = plate::Plate::parse(text);
  if (!plate) return bad_query("The plate has a character that no plate has, or the wrong length");
  return *plate;
}

base::Result<std::vector<Dictionary::Id>> plates_for(const Dictionary& dictionary,
                                                     const PlateQuery& question) {
  if (question.mode == PlateQuery::Mode::kWildcard) {
    auto pattern = plate::Pattern::parse(question.text);
    if (!pattern) return tl::unexpected(pattern.error());
    return dictionary.matching(*pattern);
  }
  auto plate = plate_in(question.text);
  if (!plate) return tl::unexpected(plate.error());
  switch (question.mode) {
    case PlateQuery::Mode::kPrefix:
      return dictionary.starting_with(*plate);
    case PlateQuery::Mode::kContains:
      return dictionary.containing(*plate);
    case PlateQuery::Mode::kConfusable:
      return dictionary.confusable_with(*plate);
    default:
      break;
  }
  std::vector<Dictionary::Id> ids;
  if (const auto id = dictionary.find(*plate)) ids.push_back(id);
  return ids;
}

// The narrowest of a few round widths that needs at most kMostBins.
Bins bins_over(std::int64_t from_ms, std::int64_t to_ms) {
  constexpr std::int64_t kMinute = 60'000;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  Bins bins;
  bins.from_ms = from_ms;
  const std::int64_t span = std::max<std::int64_t>(1, to_ms - from_ms);
  bins.width_ms = (span + static_cast<std::int64_t>(kMostBins) - 1) / static_cast<std::int64_t>(kMostBins);
  for (std::int64_t width : {kMinute, 5 * kMinute, 15 * kMinute, 30 * kMinute, kHour, 2 * kHour, 3 * kHour,
                             6 * kHour, 12 * kHour, kDay, 2 * kDay, 7 * kDay}) {
    if (span <= width * static_cast<std::int64_t>(kMostBins)) {
      bins.width_ms = width;
      break;
    }
  }
  bins.counts.resize(static_cast<std::size_t>((span + bins.width_ms - 1) / bins.width_ms));
  return bins;
}

}  // namespace

base::Result<void> covers(const gate::Permit& permit, const Window& asked, base::Time now) {
  using policy::Action;
  if (!permit.allows(Action::kSearchReads, now) && !permit.allows(Action::kExportReads, now)) {
    return outside("It is for something else, or it has run out");
  }
  const gate::Scope& scope = permit.scope();
  if (scope.from && asked.from < *scope.from) return outside("It begins later than the question");
  if (scope.to && asked.to > *scope.to) return outside("It ends earlier than the question");
  if (!scope.camera_ids.empty() && asked.camera_ids.empty()) return outside("It is for named cameras only");
  for (const std::string& camera : asked.camera_ids) {
    if (!permit.covers_camera(camera)) return outside("It is for other cameras");
  }
  if (asked.to <= asked.from) return bad_query("The time span is empty");
  return {};
}

std::set<base::Day> SqliteStore::damaged_days(base::Time from, base::Time to) const {
  std::set<base::Day> days;
  for (const auto& [day, kept] : days_) {
    const base::Time start = base::start_of(day);
    if (!kept.problem.empty() && start < to && base::start_of({day.since_epoch + 1}) > from) days.insert(day);
  }
  return days;
}

base::Result<Selection> SqliteStore::select(const Query& query) const {
  Selection selection;
  selection.from_ms = base::to_ms(query.from);
  selection.to_ms = base::to_ms(query.to);
  selection.cameras = table(vocabulary_.cameras, query.camera_ids);
  selection.colors = table(vocabulary_.colors, query.colors);
  selection.bodies = table(vocabulary_.bodies, query.bodies);
  selection.makes = table(vocabulary_.makes, query.makes);
  if (!query.region.empty()) selection.regions = table(vocabulary_.regions, {query.region});
  if (query.plate) {
    auto plates = plates_for(index_.dictionary(), *query.plate);
    if (!plates) return tl::unexpected(plates.error());
    selection.plates = std::move(*plates);
  }
  return selection;
}

base::Result<Page> SqliteStore::search(const gate::Permit& permit, const Query& query) {
  if (auto checked = check(permit, query, options_.clock->now()); !checked)
    return tl::unexpected(checked.error());
  Cursor cursor;
  std::optional<Hit> before;
  const std::uint64_t question = fingerprint(query);
  if (!query.cursor.empty()) {
    auto decoded = decode_cursor(query.cursor);
    if (!decoded) return tl::unexpected(decoded.error());
    if (decoded->question != question) {
      return base::failure(Errc::kBadCursor, "The place to go on from belongs to another question", {},
                           "Ask the question again from the start");
    }
    cursor = *decoded;
    before = cursor.after;
  }

  Page page;
  std::set<base::Day> missing;
  Found found;
  std::optional<Bins> bins;
  {
    std::shared_lock lock(index_lock_);
    auto selection = select(query);
    if (!selection) return tl::unexpected(selection.error());
    if (!before) {
      std::int64_t from_ms = selection->from_ms;
      if (selection->to_ms - from_ms > kLongestTimelineMs) {
        const auto oldest = index_.oldest();
        from_ms = std::max(selection->to_ms - kLongestTimelineMs,
                           oldest ? base::to_ms(base::start_of(*oldest)) : from_ms);
      }
      bins = bins_over(from_ms, selection->to_ms);
    }
    found = index_.find(*selection, query.limit + 1, before, bins ? &*bins : nullptr);
    missing = damaged_days(query.from, query.to);
  }

  if (found.newest.size() > query.limit) {
    found.newest.resize(query.limit);
    page.next_cursor = encode(Cursor{found.newest.back(), before ? cursor.total : found.total, question});
  }
  page.reads = fetch(found.newest, missing);
  std::erase_if(page.reads, [&](const Read& read) {
    return !permit.covers_camera(read.camera_id) || !permit.covers_time(read.captured_at) ||
           !permit.covers_read(read.id);
  });
  page.total_at_least = before ? cursor.total : found.total;
  page.total_is_exact = !before;
  if (bins) {
    for (std::size_t i = 0; i < bins->counts.size(); ++i) {
      page.timeline.push_back(
          {base::from_ms(bins->from_ms + static_cast<std::int64_t>(i) * bins->width_ms), bins->counts[i]});
    }
  }
  page.missing_days.assign(missing.begin(), missing.end());
  // The grant that it was asked under may have been revoked meanwhile.
  if (auto still = check(permit, query, options_.clock->now()); !still) return tl::unexpected(still.error());
  return page;
}

// Newest first, as the hits are: a day's reads are neighbours in them.
std::vector<Read> SqliteStore::fetch(const std::vector<Hit>& hits, std::set<base::Day>& missing) {
  struct OfDay {
    std::shared_ptr<DayFile> file;
    std::vector<std::uint32_t> rows;
  };
  std::vector<OfDay> days;
  {
    std::shared_lock lock(index_lock_);
    for (std::size_t start = 0; start < hits.size();) {
      const base::Day day = hits[start].day();
      const auto found = days_.find(day);  // not there: dropped in this very moment
      OfDay of{found == days_.end() ? nullptr : found->second.file, {}};
      for (; start < hits.size() && hits[start].day() == day; ++start) of.rows.push_back(hits[start].row);
      if (of.file != nullptr) days.push_back(std::move(of));
    }
  }
  std::vector<Read> reads;
  reads.reserve(hits.size());
  for (const OfDay& of : days) {
    auto fetched = of.file->fetch(of.rows);
    if (!fetched) {
      mark_damaged(of.file->day(), fetched.error());
      missing.insert(of.file->day());
      continue;
    }
    std::move(fetched->begin(), fetched->end(), std::back_inserter(reads));
  }
  return reads;
}

std::vector<Read> SqliteStore::newest(const Selection& selection, std::size_t limit) {
  Found found;
  {
    std::shared_lock lock(index_lock_);
    found = index_.find(selection, limit, std::nullopt, nullptr);
  }
  std::set<base::Day> missing;
  return fetch(found.newest, missing);
}

}  // namespace glasshouse::reads
