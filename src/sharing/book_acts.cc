// What takes two people, and promises.
#include <algorithm>
#include <array>
#include <utility>

#include "base/id.h"
#include "base/log.h"
#include "base/words.h"
#include "sharing/book.h"

namespace glasshouse::sharing {
namespace {

constexpr const char* kAlwaysPromised = "promise_always";
constexpr std::size_t kMostPromises = 200, kMostListed = 500;

tl::unexpected<base::Error> not_now(std::string what, std::string why = {}, std::string next = {}) {
  return base::failure(Errc::kConflict, std::move(what), std::move(why), std::move(next));
}

}  // namespace

std::string_view name_of(ActKind kind) {
  constexpr std::array<std::string_view, 4> kNames{"bar-agency", "let-agency-in-again", "region-on",
                                                   "take-promise-back"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<ActKind> act_named(std::string_view name) {
  for (const ActKind kind :
       {ActKind::kBar, ActKind::kLetInAgain, ActKind::kRegionOn, ActKind::kTakePromiseBack})
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

std::vector<Act> Book::acts() const {
  const std::lock_guard lock(mutex_);
  std::vector<Act> open;
  for (const auto& [id, act] : acts_)
    if (waits_locked(act)) open.push_back(act);
  return open;
}

bool Book::waits_locked(const Act& act) const {
  return options_.clock->now() - act.proposed_at < kActLife;
}

base::Result<Act> Book::act(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = acts_.find(std::string(id));
  if (found == acts_.end() || !waits_locked(found->second))
    return base::failure(Errc::kNotFound, "Nothing waits for a second person under this name.");
  return found->second;
}

base::Result<void> Book::check_act(ActKind kind, std::string_view subject) const {
  const std::lock_guard lock(mutex_);
  // What nobody confirmed in time waits no more, and keeps nothing else from being proposed.
  const auto waiting =
      std::count_if(acts_.begin(), acts_.end(), [&](const auto& one) { return waits_locked(one.second); });
  if (static_cast<std::size_t>(waiting) >= kMostOpenActs)
    return not_now("Too much waits for a second person already.");
  return subject_locked(kind, subject);
}

base::Result<void> Book::subject_locked(ActKind kind, std::string_view subject) const {
  const base::Time now = options_.clock->now();
  const auto known = [&](std::string_view id) { return find_locked(id) != nullptr; };
  switch (kind) {
    case ActKind::kBar:
    case ActKind::kLetInAgain:
      if (!known(subject)) return base::failure(Errc::kNotFound, "There is no such agency.");
      if (barred_locked(subject, now) == (kind == ActKind::kBar))
        return not_now(kind == ActKind::kBar ? "This agency is shut out already."
                                             : "This agency is not shut out.");
      return {};
    case ActKind::kRegionOn: {
      const auto ids = base::split_words(subject);
      if (ids.empty() || ids.size() > kMostListed || !std::all_of(ids.begin(), ids.end(), known))
        return base::failure(Errc::kInvalid, "The list cannot be used.",
                             "It names agencies that are listed here, one by one.");
      return {};
    }
    case ActKind::kTakePromiseBack:
      if (subject == kAlwaysPromised)
        return base::failure(Errc::kInvalid, "This promise is never taken back.", "It is a house rule.");
      if (std::none_of(promises_.begin(), promises_.end(), [&](const Promise& p) { return p.id == subject; }))
        return base::failure(Errc::kNotFound, "There is no such promise.");
      return {};
  }
  return {};
}

base::Result<Act> Book::propose(ActKind kind, std::string subject, std::string_view person,
                                Recorded recorded) {
  if (auto good = check_act(kind, subject); !good) return tl::unexpected(good.error());
  const std::lock_guard lock(mutex_);
  Act act{base::new_id("act", options_.clock->now()), kind, std::move(subject), std::string(person),
          options_.clock->now()};
  const auto kept = write(
      "INSERT INTO sharing_acts (id, kind, subject, proposed_by, proposed_at_ms, withdrawn) "
      "VALUES (:id, :kind, :subject, :by, :at, 0)",
      {{"id", act.id},
       {"kind", std::string(name_of(kind))},
       {"subject", act.subject},
       {"by", act.proposed_by},
       {"at", base::to_ms(act.proposed_at)}},
      recorded);
  if (!kept) return tl::unexpected(kept.error());
  acts_[act.id] = act;
  return act;
}

base::Result<void> Book::check_second(const Act& act, std::string_view person) const {
  if (act.proposed_by == person) {
    return base::failure(Errc::kSamePerson, "This takes two people.", "You proposed it yourself.",
                         "Ask another administrator or supervisor to confirm it.");
  }
  const std::lock_guard lock(mutex_);
  return subject_locked(act.kind, act.subject);
}

base::Result<Book::Ended> Book::carry_out(std::string_view id, std::string_view person, Recorded recorded) {
  const auto found = act(id);
  if (!found) return tl::unexpected(found.error());
  if (auto good = check_second(*found, person); !good) return tl::unexpected(good.error());
  const base::Time now = options_.clock->now();
  const std::string subject = found->subject;
  {
    const std::lock_guard lock(mutex_);
    const auto done = options_.db->transact([&](db::Transaction& tx) -> base::Result<void> {
      const auto taken = tx.exec(
          "UPDATE sharing_acts SET done_by = :by, done_at_ms = :at WHERE id = :id AND done_at_ms IS NULL AND "
          "withdrawn = 0 "
          "AND proposed_by <> :by",
          {{"by", std::string(person)}, {"at", base::to_ms(now)}, {"id", std::string(id)}});
      if (!taken) return tl::unexpected(taken.error());
      if (*taken != 1) return not_now("This was decided already.");
      std::vector<std::pair<std::string, db::Params>> steps;
      switch (found->kind) {
        case ActKind::kBar:
          steps = {{"INSERT INTO sharing_bars (agency_id, from_ms) VALUES (:subject, :at)", {}}};
          break;
        case ActKind::kLetInAgain:
          steps = {
              {"UPDATE sharing_bars SET until_ms = :at WHERE agency_id = :subject AND until_ms IS NULL", {}}};
          break;
        case ActKind::kRegionOn:
          steps = {{"UPDATE sharing_region SET off_at_ms = :at WHERE off_at_ms IS NULL",
                    {{"at", base::to_ms(now)}}}};
          for (const std::string& agency : base::split_words(subject))
            steps.push_back({"INSERT INTO sharing_region (agency_id, on_at_ms) VALUES (:subject, :at)",
                             {{"subject", agency}, {"at", base::to_ms(now)}}});
          break;
        case ActKind::kTakePromiseBack:
          steps = {{"UPDATE sharing_promises SET taken_back_at_ms = :at WHERE id = :subject", {}}};
          break;
      }
      for (auto& [sql, params] : steps) {
        if (params.empty()) params = {{"subject", subject}, {"at", base::to_ms(now)}};
        if (const auto step = tx.exec(sql, params); !step) return tl::unexpected(step.error());
      }
      return note_entry(tx, recorded);
    });
    if (!done) return tl::unexpected(done.error());
    acts_.erase(std::string(id));
    switch (found->kind) {
      case ActKind::kBar:
        bars_.push_back({subject, now, std::nullopt});
        break;
      case ActKind::kLetInAgain:
        for (Bar& bar : bars_)
          if (bar.agency_id == subject && !bar.until) bar.until = now;
        break;
      case ActKind::kRegionOn:
        for (Listed& one : region_)
          if (!one.off) one.off = now;
        for (std::string& agency : base::split_words(subject))
          region_.push_back({std::move(agency), now, std::nullopt});
        break;
      case ActKind::kTakePromiseBack:
        std::erase_if(promises_, [&](const Promise& p) { return p.id == subject; });
        break;
    }
  }
  Ended ended;
  if (found->kind == ActKind::kBar) {
    auto gone =
        end_rows([&](const GrantRow& row) { return row.agency_id == subject; }, person, "revoked", recorded);
    if (!gone) return tl::unexpected(gone.error());
    ended.all_gone = *gone;
  }
  return ended;
}

base::Result<void> Book::withdraw(std::string_view id, Recorded recorded) {
  const std::lock_guard lock(mutex_);
  const auto done = write("UPDATE sharing_acts SET withdrawn = 1 WHERE id = :id AND done_at_ms IS NULL",
                          {{"id", std::string(id)}}, recorded);
  if (!done) return tl::unexpected(done.error());
  acts_.erase(std::string(id));
  return {};
}

Region Book::region() const {
  const std::lock_guard lock(mutex_);
  Region now;
  for (const Listed& one : region_) {
    if (one.off) continue;
    now.agency_ids.push_back(one.agency_id);
    now.on_since = one.on;
  }
  return now;
}

base::Result<void> Book::turn_region_off(Recorded recorded) {
  const std::lock_guard lock(mutex_);
  const base::Time now = options_.clock->now();
  const auto off = write("UPDATE sharing_region SET off_at_ms = :at WHERE off_at_ms IS NULL",
                         {{"at", base::to_ms(now)}}, recorded);
  if (!off) return tl::unexpected(off.error());
  for (Listed& one : region_)
    if (!one.off) one.off = now;
  return {};
}

std::vector<Promise> Book::promises() const {
  const std::lock_guard lock(mutex_);
  std::vector<Promise> all{{kAlwaysPromised, PromiseKind::kNoImmigrationAgency, ""}};
  all.insert(all.end(), promises_.begin(), promises_.end());
  return all;
}

base::Result<void> Book::may_promise_locked(const Promise& promise) const {
  if (!is_checkable(promise))
    return base::failure(Errc::kInvalid, "This promise cannot be checked.",
                         "Its value is missing or not right.");
  if (promises_.size() >= kMostPromises) return not_now("No more promises can be kept.");
  return {};
}

base::Result<void> Book::check_promise(const Promise& promise) const {
  const std::lock_guard lock(mutex_);
  return may_promise_locked(promise);
}

base::Result<Promise> Book::add_promise(Promise promise, std::string_view by, Recorded recorded) {
  const std::lock_guard lock(mutex_);
  if (auto good = may_promise_locked(promise); !good) return tl::unexpected(good.error());
  const base::Time now = options_.clock->now();
  promise.id = base::new_id("prm", now);
  const auto kept = write(
      "INSERT INTO sharing_promises (id, kind, value, made_by, made_at_ms) VALUES (:id, :kind, :value, :by, "
      ":at)",
      {{"id", promise.id},
       {"kind", std::string(name_of(promise.kind))},
       {"value", promise.value},
       {"by", std::string(by)},
       {"at", base::to_ms(now)}},
      recorded);
  if (!kept) return tl::unexpected(kept.error());
  promises_.push_back(promise);
  return promise;
}

std::vector<Book::Broken> Book::broken_locked(base::Time now, const Grant* besides) const {
  const std::vector<Reach> reaches = reaches_locked(now, besides);
  std::vector<Broken> all;
  const auto look_at = [&](const Promise& promise) {
    if (auto why = broken_by(promise, reaches)) all.push_back({promise, std::move(*why)});
  };
  look_at({kAlwaysPromised, PromiseKind::kNoImmigrationAgency, ""});
  for (const Promise& promise : promises_) look_at(promise);
  return all;
}

std::vector<Book::Broken> Book::broken(base::Time now) const {
  const std::lock_guard lock(mutex_);
  return broken_locked(now, nullptr);
}

bool Book::stopped(base::Time now) const {
  const std::lock_guard lock(mutex_);
  return stopped_locked(now);
}

bool Book::stopped_locked(base::Time now) const {
  return stopped_ || !broken_locked(now, nullptr).empty();
}

base::Result<std::vector<Book::Broken>> Book::look() {
  std::vector<std::shared_ptr<gate::Lease>> running;
  std::vector<Broken> broken;
  {
    const std::lock_guard lock(mutex_);
    broken = broken_locked(options_.clock->now(), nullptr);
    if (broken.empty() || stopped_) return std::vector<Broken>{};
    const auto kept = options_.db->exec(
        "INSERT INTO sharing_state (name, value) VALUES ('stopped', '1') ON CONFLICT (name) DO UPDATE SET "
        "value = '1'");
    stopped_ = true;  // also when it could not be kept: nothing is shared meanwhile
    // What runs ends as by a revocation; questions after sharing goes on get a new lease.
    for (auto& [name, lease] : leases_) {
      running.push_back(lease);
      lease = std::make_shared<gate::Lease>();
    }
    if (!kept)
      base::log(base::Level::kError, "sharing", "the stop could not be kept: " + kept.error().message());
  }
  for (const auto& lease : running) lease->end(base::Millis{0});
  return broken;
}

base::Result<void> Book::may_go_on_locked() const {
  if (const auto broken = broken_locked(options_.clock->now(), nullptr); !broken.empty())
    return base::failure(Errc::kBreaksPromise,
                         "A promise does not hold: " + sentence_of(broken.front().promise),
                         broken.front().why, "End the grant that breaks it first.");
  return {};
}

base::Result<void> Book::check_go_on() const {
  const std::lock_guard lock(mutex_);
  return may_go_on_locked();
}

base::Result<void> Book::go_on(Recorded recorded) {
  const std::lock_guard lock(mutex_);
  if (auto may = may_go_on_locked(); !may) return may;
  const auto kept = write("UPDATE sharing_state SET value = '0' WHERE name = 'stopped'", {}, recorded);
  if (!kept) return tl::unexpected(kept.error());
  stopped_ = false;
  return {};
}

}  // namespace glasshouse::sharing
