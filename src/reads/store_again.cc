// "Find this vehicle again": every fingerprint of the days asked about is compared, by two threads.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

#include "base/log.h"
#include "reads/store_impl.h"

namespace glasshouse::reads {
namespace {

constexpr unsigned kMostComparers = 2;
constexpr auto kLeastProduct = static_cast<std::int32_t>(kLeastLikeness * kSameProduct);

struct Near {
  std::int32_t product = 0;
  Hit hit;
  // More alike first; of equals the later.
  bool operator<(const Near& other) const {
    return product != other.product ? product > other.product : hit > other.hit;
  }
};

}  // namespace

struct SqliteStore::DayAsked {
  base::Day day;
  Fingerprints fingerprints;
  std::uint32_t besides = 0;  // this row is not an answer; 0: none is left out
};

// Takes the pieces of all days one after the other. What is looked at is a copy of the moment: only what
// comes near enough asks the index, under its lock, whether the question reaches it.
class SqliteStore::AgainPass {
 public:
  AgainPass(SqliteStore& store, const AgainQuery& query, const Selection& selection,
            const std::vector<DayAsked>& days)
      : store_(store), query_(query), selection_(selection), days_(days) {
    for (std::uint32_t d = 0; d < days.size(); ++d) {
      for (std::uint32_t block = 0; block < days[d].fingerprints.blocks(); ++block)
        pieces_.push_back({d, block});
    }
  }

  std::vector<Near> run() {
    const unsigned most = std::min(kMostComparers, std::max(1u, std::thread::hardware_concurrency()));
    std::vector<std::thread> others;
    for (unsigned i = 1; i < std::min<std::size_t>(most, pieces_.size()); ++i)
      others.emplace_back([this] { compare(); });
    compare();
    for (std::thread& other : others) other.join();
    std::sort(nearest_.begin(), nearest_.end());
    nearest_.resize(std::min(nearest_.size(), query_.limit));
    return std::move(nearest_);
  }
  const std::set<base::Day>& damaged() const { return damaged_; }

 private:
  struct Piece {
    std::uint32_t day = 0, block = 0;
  };

  void compare() {
    const auto room = std::make_unique<FingerprintBlock>();
    const auto products = std::make_unique<std::array<std::int32_t, kBlockFingerprints>>();
    std::vector<Near> own;  // a heap with the least alike on top
    std::vector<std::uint32_t> rows;
    for (std::size_t next = next_++; next < pieces_.size(); next = next_++) {
      const DayAsked& day = days_[pieces_[next].day];
      const auto block = day.fingerprints.block(pieces_[next].block, *room);
      if (!block) {
        std::lock_guard lock(mutex_);
        damaged_.insert(day.day);
        continue;
      }
      multiply(query_.like, block->list, products->data());
      const std::int32_t bar = bar_.load(std::memory_order_relaxed);
      rows.clear();
      for (std::uint32_t i = 0; i < block->list.size(); ++i) {
        if ((*products)[i] >= bar && block->first_row + i != day.besides)
          rows.push_back(block->first_row + i);
      }
      if (rows.empty()) continue;
      std::vector<Hit> hits;
      {
        std::shared_lock lock(store_.index_lock_);
        hits = store_.index_.matching(day.day, rows, selection_);
      }
      for (const Hit& hit : hits) keep({(*products)[hit.row - block->first_row], hit}, own);
    }
    std::lock_guard lock(mutex_);
    nearest_.insert(nearest_.end(), own.begin(), own.end());
  }

  void keep(const Near& one, std::vector<Near>& own) {
    if (own.size() == query_.limit) {
      if (!(one < own.front())) return;
      std::pop_heap(own.begin(), own.end());
      own.back() = one;
    } else {
      own.push_back(one);
    }
    std::push_heap(own.begin(), own.end());
    // Nobody needs what is less alike than the last that is wanted.
    if (own.size() < query_.limit) return;
    const std::int32_t least = own.front().product;
    for (std::int32_t was = bar_; was < least && !bar_.compare_exchange_weak(was, least);) {
    }
  }

  SqliteStore& store_;
  const AgainQuery& query_;
  const Selection& selection_;
  const std::vector<DayAsked>& days_;
  std::vector<Piece> pieces_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::int32_t> bar_{kLeastProduct};
  std::mutex mutex_;
  std::vector<Near> nearest_;
  std::set<base::Day> damaged_;
};

base::Result<std::vector<SqliteStore::DayAsked>> SqliteStore::days_asked(const AgainQuery& query,
                                                                         Selection& selection,
                                                                         std::set<base::Day>& missing) {
  std::optional<Located> besides;
  if (auto located = locate(query.besides)) besides = std::move(*located);
  Query plain;
  plain.region = query.region;
  plain.colors = query.colors;
  plain.bodies = query.bodies;
  plain.makes = query.makes;
  plain.camera_ids = query.camera_ids;
  plain.from = query.from;
  plain.to = query.to;
  std::shared_lock lock(index_lock_);
  auto selected = select(plain);
  if (!selected) return tl::unexpected(selected.error());
  selection = std::move(*selected);
  missing = damaged_days(query.from, query.to);
  std::vector<DayAsked> days;
  for (const auto& [day, kept] : days_) {
    const std::int64_t midnight = midnight_ms(day);
    if (kept.damaged || midnight >= selection.to_ms || midnight + kDayMs <= selection.from_ms) continue;
    if (kept.fingerprints.rows() != index_.rows_on(day)) missing.insert(day);
    const bool here = besides && besides->file->day() == day;
    days.push_back({day, kept.fingerprints, here ? besides->row : 0});
  }
  return days;
}

// From the reads themselves, when the file that holds the copies is damaged.
bool SqliteStore::remake_fingerprints(base::Day day) {
  std::lock_guard writing(writing_);
  const auto found = days_.find(day);
  if (found == days_.end() || found->second.file == nullptr) return false;
  auto made = tried_twice([&] { return found->second.file->load_fingerprints(); });
  if (!made) {
    mark_damaged(day, made.error());
    return false;
  }
  base::log(base::Level::kWarn, "reads", "a file of fingerprints was damaged, day " + base::format_day(day));
  {
    std::unique_lock lock(index_lock_);
    found->second.fingerprints = std::move(*made);
  }
  const auto stamp = stamp_of(found->second.file->path());
  if (stamp && !found->second.file->has_writer()) write_fingerprints(day, found->second, *stamp);
  return true;
}

base::Result<AlikeReads> SqliteStore::again(const gate::Permit& permit, const AgainQuery& query) {
  const Window window{query.camera_ids, query.from, query.to};
  if (auto covered = covers(permit, window, options_.clock->now()); !covered)
    return tl::unexpected(covered.error());
  if (query.limit < 1 || query.limit > 200 || !is_direction(query.like)) {
    return base::failure(Errc::kBadQuery, "The question cannot be answered as it stands",
                         "It compares with one fingerprint and shows 1 to 200 reads", "Change the question");
  }
  Selection selection;
  std::set<base::Day> missing;
  std::vector<Near> nearest;
  for (bool again = true; again;) {
    const auto days = days_asked(query, selection, missing);
    if (!days) return tl::unexpected(days.error());
    AgainPass pass(*this, query, selection, *days);
    nearest = pass.run();
    again = false;
    for (const base::Day day : pass.damaged()) {
      // Once each: one that cannot be made again has a problem from now on.
      if (remake_fingerprints(day))
        again = true;
      else
        missing.insert(day);
    }
  }
  std::vector<Hit> hits;
  for (const Near& one : nearest) hits.push_back(one.hit);
  std::sort(hits.begin(), hits.end(), std::greater<>());
  AlikeReads answer;
  for (Read& read : fetch(hits, missing)) {
    if (!read.fingerprint || !permit.covers_camera(read.camera_id) || !permit.covers_time(read.captured_at) ||
        !permit.covers_read(read.id)) {
      continue;
    }
    // Of the read itself: what was compared is a copy.
    const float likeness =
        static_cast<float>(product(query.like, *read.fingerprint)) / static_cast<float>(kSameProduct);
    answer.reads.push_back({std::move(read), likeness});
  }
  std::stable_sort(answer.reads.begin(), answer.reads.end(),
                   [](const Alike& a, const Alike& b) { return a.likeness > b.likeness; });
  answer.missing_days.assign(missing.begin(), missing.end());
  // The grant that it was asked under may have been revoked meanwhile.
  if (auto still = covers(permit, window, options_.clock->now()); !still)
    return tl::unexpected(still.error());
  return answer;
}

}  // namespace glasshouse::reads
