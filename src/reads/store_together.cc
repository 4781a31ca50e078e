// Questions about several places or vehicles at once, and the way of one.
#include <algorithm>

#include "reads/store_impl.h"

namespace glasshouse::reads {
namespace {

tl::unexpected<base::Error> bad_query(std::string why, std::string next) {
  return base::failure(Errc::kBadQuery, "The question cannot be answered as it stands", std::move(why),
                       std::move(next));
}

tl::unexpected<base::Error> too_many() {
  return base::failure(Errc::kTooManyMatches, "Too many vehicles passed there to compare them all",
                       "More than two million reads lie in the times and places asked for",
                       "Shorten the times or choose smaller areas");
}

}  // namespace

base::Result<Vehicles> SqliteStore::meet(const gate::Permit& permit, const MeetQuery& query) {
  if (query.windows.size() < kLeastWindows || query.windows.size() > kMostWindows) {
    return bad_query("It compares two to six places and times", "Name at least two");
  }
  std::optional<std::vector<Together>> met;
  std::set<base::Day> missing;
  {
    std::shared_lock lock(index_lock_);
    std::vector<Selection> selections;
    for (const Window& window : query.windows) {
      if (auto covered = covers(permit, window, options_.clock->now()); !covered) {
        return tl::unexpected(covered.error());
      }
      if (window.camera_ids.empty())
        return bad_query("One of its places has no camera", "Draw a larger area");
      Query one;
      one.plate = query.plate;
      one.region = query.region;
      one.colors = query.colors;
      one.bodies = query.bodies;
      one.makes = query.makes;
      one.camera_ids = window.camera_ids;
      one.from = window.from;
      one.to = window.to;
      auto selection = select(one);
      if (!selection) return tl::unexpected(selection.error());
      selections.push_back(std::move(*selection));
      missing.merge(damaged_days(window.from, window.to));
    }
    met = index_.meet(selections);
  }
  if (!met) return too_many();
  return answer(permit, std::move(*met), {query.limit, query.evidence}, std::move(missing));
}

base::Result<Vehicles> SqliteStore::convoy(const gate::Permit& permit, const ConvoyQuery& query) {
  if (auto covered = covers(permit, {query.camera_ids, query.from, query.to}, options_.clock->now());
      !covered) {
    return tl::unexpected(covered.error());
  }
  if (query.plate.empty()) return bad_query("It names no plate", "Name the plate that others travel with");
  if (query.within < base::Millis(1000) || query.within > kLongestWithin || query.least_cameras < 2 ||
      query.least_cameras > 20) {
    return bad_query(
        "Vehicles travel together when 1 second to 10 minutes lie between them, at 2 to 20 cameras",
        "Choose numbers within these");
  }
  std::optional<std::vector<Together>> company;
  std::set<base::Day> missing;
  {
    std::shared_lock lock(index_lock_);
    Query leader;
    leader.plate = PlateQuery{PlateQuery::Mode::kExact, query.plate.text()};
    leader.camera_ids = query.camera_ids;
    leader.from = query.from;
    leader.to = query.to;
    auto selection = select(leader);
    if (!selection) return tl::unexpected(selection.error());
    company = index_.convoy(*selection, query.within.count(), query.least_cameras);
    missing = damaged_days(query.from, query.to);
  }
  if (!company) return too_many();
  return answer(permit, std::move(*company), {query.limit, query.evidence}, std::move(missing));
}

base::Result<Vehicles> SqliteStore::answer(const gate::Permit& permit, std::vector<Together> together,
                                           AnswerSize most, std::set<base::Day> missing) {
  Vehicles answer;
  answer.total = together.size();
  std::sort(together.begin(), together.end(), [](const Together& a, const Together& b) {
    return a.cameras != b.cameras ? a.cameras > b.cameras : b.reads.back() < a.reads.back();
  });
  std::vector<Hit> hits;
  for (const Together& one : together) hits.insert(hits.end(), one.reads.begin(), one.reads.end());
  std::sort(hits.begin(), hits.end(), std::greater<>());
  hits.erase(std::unique(hits.begin(), hits.end()), hits.end());  // a corrected read stands under both plates
  answer.total_reads = hits.size();
  hits.resize(std::min(hits.size(), std::min(most.evidence, kMostEvidence)));
  together.resize(std::min(together.size(), std::clamp<std::size_t>(most.vehicles, 1, kMostVehicles)));
  for (const Together& one : together) {
    answer.vehicles.push_back({one.plate, one.cameras, static_cast<std::uint32_t>(one.reads.size()),
                               base::from_ms(one.reads.front().at_ms),
                               base::from_ms(one.reads.back().at_ms)});
  }
  answer.reads = fetch(hits, missing);
  std::erase_if(answer.reads, [&](const Read& read) {
    return !permit.covers_camera(read.camera_id) || !permit.covers_time(read.captured_at) ||
           !permit.covers_read(read.id);
  });
  answer.missing_days.assign(missing.begin(), missing.end());
  return answer;
}

base::Result<Route> SqliteStore::route(const gate::Permit& permit, const RouteQuery& query) {
  if (auto covered = covers(permit, {query.camera_ids, query.from, query.to}, options_.clock->now());
      !covered) {
    return tl::unexpected(covered.error());
  }
  if (query.plate.mode != PlateQuery::Mode::kExact && query.plate.mode != PlateQuery::Mode::kConfusable) {
    return bad_query("A route is that of one plate", "Name the whole plate");
  }
  if (query.limit < 1 || query.limit > 500) return bad_query("A route has 1 to 500 reads", "Choose so many");
  Route route;
  Found found;
  std::set<base::Day> missing;
  {
    std::shared_lock lock(index_lock_);
    Query all;
    all.plate = query.plate;
    all.camera_ids = query.camera_ids;
    all.from = query.from;
    all.to = query.to;
    auto selection = select(all);
    if (!selection) return tl::unexpected(selection.error());
    Bins counted;
    found = index_.find(*selection, query.limit, std::nullopt, &counted);
    missing = damaged_days(query.from, query.to);
  }
  const auto keep_covered = [&](std::vector<Read> reads) {
    std::erase_if(reads, [&](const Read& read) {
      return !permit.covers_camera(read.camera_id) || !permit.covers_time(read.captured_at) ||
             !permit.covers_read(read.id);
    });
    return reads;
  };
  route.total = found.total;
  route.reads = keep_covered(fetch(found.newest, missing));
  std::reverse(route.reads.begin(), route.reads.end());
  if (found.oldest) {
    auto first = keep_covered(fetch({*found.oldest}, missing));
    if (!first.empty()) route.first = std::move(first.front());
  }
  route.missing_days.assign(missing.begin(), missing.end());
  return route;
}

}  // namespace glasshouse::reads
