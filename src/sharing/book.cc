// Reading the book: at start, and at every question of another agency.
#include "sharing/book.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/file.h"
#include "base/zone.h"
#include "ledger/signing_key_file.h"
#include "policy/pack.h"

namespace glasshouse::sharing {
namespace {

std::optional<base::Time> time_of(const db::Row& row, std::string_view column) {
  if (row.is_null(column)) return std::nullopt;
  return base::from_ms(row.integer(column));
}

int minute_of_day(std::string_view zone, base::Time now) {
  constexpr std::int64_t kMinuteMs = 60'000, kDayMinutes = 24 * 60;
  const auto offset = base::zone_offset(zone, now);
  if (!offset) return -1;
  const std::int64_t minute = (base::to_ms(now) + offset->count()) / kMinuteMs % kDayMinutes;
  return static_cast<int>(minute);
}

}  // namespace

std::string_view name_of(GrantState state) {
  constexpr std::array<std::string_view, 7> kNames{"offered",  "in-force", "not-yet", "run-out",
                                                   "declined", "replaced", "revoked"};
  return kNames[static_cast<std::size_t>(state)];
}

GrantState ended_state(std::string_view how) {
  for (const GrantState state : {GrantState::kDeclined, GrantState::kReplaced})
    if (how == name_of(state)) return state;
  return GrantState::kRevoked;
}

std::string lease_name(const Grant& grant) {
  return grant.id + "/" + std::to_string(grant.change);
}

base::Result<std::unique_ptr<Book>> Book::open(Options options) {
  if (auto migrated = options.db->migrate(migrations()); !migrated) return tl::unexpected(migrated.error());
  const auto used = options.db->query("SELECT COUNT(*) AS grants FROM sharing_grants");
  if (!used) return tl::unexpected(used.error());
  auto key = ledger::load_or_make_signing_key(base::posix_files(), options.key_path,
                                              used->front().integer("grants") > 0);
  if (!key) return tl::unexpected(key.error());
  std::unique_ptr<Book> book(new Book(std::move(options), std::move(*key)));
  if (auto loaded = book->load(); !loaded) return tl::unexpected(loaded.error());
  return book;
}

base::Result<void> Book::load() {
  const std::lock_guard lock(mutex_);
  db::Database& db = *options_.db;
  const auto agencies = db.query("SELECT * FROM sharing_agencies");
  const auto grants = db.query("SELECT * FROM sharing_grants ORDER BY offered_at_ms, change_number");
  const auto bars = db.query("SELECT * FROM sharing_bars");
  const auto region = db.query("SELECT * FROM sharing_region ORDER BY agency_id");
  const auto acts = db.query("SELECT * FROM sharing_acts WHERE done_at_ms IS NULL AND withdrawn = 0");
  const auto promises = db.query("SELECT * FROM sharing_promises WHERE taken_back_at_ms IS NULL ORDER BY id");
  const auto state = db.query("SELECT value FROM sharing_state WHERE name = 'stopped'");
  for (const auto* rows : {&agencies, &grants, &bars, &region, &acts, &promises, &state})
    if (!*rows) return tl::unexpected(rows->error());
  for (const db::Row& row : *bars)
    bars_.push_back({row.text("agency_id"), base::from_ms(row.integer("from_ms")), time_of(row, "until_ms")});
  for (const db::Row& row : *agencies) {
    auto key = crypto::from_hex(row.text("public_key"));
    if (!key) return tl::unexpected(key.error());
    agencies_[row.text("id")] = {row.text("id"),
                                 std::move(*key),
                                 row.text("name"),
                                 row.text("kind"),
                                 row.text("state"),
                                 row.text("url"),
                                 row.text("declaration"),
                                 base::from_ms(row.integer("added_at_ms")),
                                 false};
  }
  for (const db::Row& row : *grants) {
    auto read = read_grant(row.text("text"));
    if (!read) return tl::unexpected(read.error());  // a row that somebody changed: nothing is shared on it
    GrantRow kept;
    kept.given = row.integer("given") != 0;
    kept.agency_id = agency_id_of(kept.given ? read->grant.recipient_key : read->grant.owner_key);
    kept.grant = std::move(read->grant);
    kept.sha256_hex = std::move(read->sha256_hex);
    kept.text = row.text("text");
    kept.offered_at = base::from_ms(row.integer("offered_at_ms"));
    kept.accepted_at = time_of(row, "accepted_at_ms");
    kept.ended_at = time_of(row, "ended_at_ms");
    if (kept.ended_at) kept.state = ended_state(row.text("ended_how"));
    if (!kept.ended_at) leases_[lease_name(kept.grant)] = std::make_shared<gate::Lease>();
    rows_.push_back(std::move(kept));
  }
  for (const db::Row& row : *region)
    region_.push_back(
        {row.text("agency_id"), base::from_ms(row.integer("on_at_ms")), time_of(row, "off_at_ms")});
  for (const db::Row& row : *acts) {
    const auto kind = act_named(row.text("kind"));
    if (kind)
      acts_[row.text("id")] = {row.text("id"), *kind, row.text("subject"), row.text("proposed_by"),
                               base::from_ms(row.integer("proposed_at_ms"))};
  }
  for (const db::Row& row : *promises) {
    if (const auto kind = promise_named(row.text("kind")))
      promises_.push_back({row.text("id"), *kind, row.text("value")});
  }
  stopped_ = !state->empty() && state->front().text("value") == "1";
  return {};
}

const Agency* Book::find_locked(std::string_view agency_id) const {
  const auto found = agencies_.find(std::string(agency_id));
  return found == agencies_.end() ? nullptr : &found->second;
}

bool Book::barred_locked(std::string_view agency_id, base::Time at) const {
  return std::any_of(bars_.begin(), bars_.end(), [&](const Bar& bar) {
    return bar.agency_id == agency_id && bar.from <= at && (!bar.until || at < *bar.until);
  });
}

// Of what we list and what the grant says the kind that is judged more strictly.
std::string Book::kind_locked(const GrantRow& row) const {
  const Agency* agency = find_locked(row.agency_id);
  const auto kinds = policy::beneficiary_kinds();
  const auto rank = [&](const std::string& kind) { return std::find(kinds.begin(), kinds.end(), kind); };
  if (agency == nullptr || rank(row.grant.recipient_kind) > rank(agency->kind))
    return row.grant.recipient_kind;
  return agency->kind;
}

GrantState Book::state_of(const GrantRow& row, base::Time now) const {
  if (row.ended_at) return row.state;
  if (now >= row.grant.ends_at) return GrantState::kRunOut;
  if (!row.accepted_at) return GrantState::kOffered;
  return now < row.grant.starts_at ? GrantState::kNotYet : GrantState::kInForce;
}

gate::SharingStanding Book::standing(const std::string& agency_id, const std::string& grant_id,
                                     base::Time now) const {
  const std::lock_guard lock(mutex_);
  gate::SharingStanding found;
  const Agency* agency = find_locked(agency_id);
  if (agency == nullptr) return found;
  found.name = agency->name;
  found.kind = agency->kind;
  found.state = agency->state;
  found.declared = !agency->declaration_sha256_hex.empty();
  found.barred = barred_locked(agency_id, now);
  found.stopped = stopped_locked(now);
  found.in_region = std::any_of(region_.begin(), region_.end(),
                                [&](const Listed& one) { return one.agency_id == agency_id && !one.off; });
  // The newest change that both signed; an offer that waits changes nothing yet.
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
    if (!row->given || row->agency_id != agency_id || row->grant.id != grant_id || !row->accepted_at)
      continue;
    const Grant& g = row->grant;
    found.kind = kind_locked(*row);
    found.declared = found.declared || !g.declaration_sha256_hex.empty();
    policy::GrantFacts facts{.id = g.id,
                             .to_agency = row->agency_id,
                             .purposes = g.purposes,
                             .from_minute = g.from_minute,
                             .until_minute = g.until_minute,
                             .minute_now = minute_of_day(g.zone, now),
                             .starts_at = g.starts_at,
                             .ends_at = g.ends_at,
                             .offered = true,
                             .accepted = true,
                             .revoked = row->ended_at.has_value(),
                             .lists = g.lists};
    for (const GrantCamera& camera : g.cameras) facts.cameras.push_back(camera.id);
    found.grant = std::move(facts);
    const auto lease = leases_.find(lease_name(row->grant));
    // Where the clocks of its zone are not known it holds at no hour.
    if (lease != leases_.end() && found.grant->minute_now >= 0) found.lease = lease->second;
    break;
  }
  return found;
}

std::vector<Reach> Book::reaches(base::Time at) const {
  const std::lock_guard lock(mutex_);
  return reaches_locked(at, nullptr);
}

std::vector<Reach> Book::reaches_locked(base::Time at, const Grant* besides) const {
  std::vector<Reach> all;
  const auto add = [&](const Grant& g, const std::string& agency_id, std::string kind) {
    const Agency* agency = find_locked(agency_id);
    Reach reach;
    reach.agency_id = agency_id;
    reach.name = agency != nullptr ? agency->name : g.recipient_name;
    reach.kind = std::move(kind);
    reach.state = agency != nullptr ? agency->state : g.recipient_state;
    reach.grant_id = g.id;
    reach.change = g.change;
    reach.regional = std::any_of(region_.begin(), region_.end(), [&](const Listed& one) {
      return one.agency_id == agency_id && one.on <= at && (!one.off || at < *one.off);
    });
    reach.cameras = g.cameras;
    reach.purposes = g.purposes;
    reach.lists = g.lists;
    reach.hours = words_of_hours(g.from_minute, g.until_minute, g.zone);
    reach.starts_at = g.starts_at;
    reach.ends_at = g.ends_at;
    all.push_back(std::move(reach));
  };
  for (const GrantRow& row : rows_) {
    const bool holds = row.given && row.accepted_at && *row.accepted_at <= at &&
                       (!row.ended_at || at < *row.ended_at) && row.grant.starts_at <= at &&
                       at < row.grant.ends_at && !barred_locked(row.agency_id, at);
    if (holds && (besides == nullptr || besides->id != row.grant.id))
      add(row.grant, row.agency_id, kind_locked(row));
  }
  if (besides != nullptr) add(*besides, agency_id_of(besides->recipient_key), besides->recipient_kind);
  return all;
}

std::vector<Agency> Book::agencies() const {
  const std::lock_guard lock(mutex_);
  std::vector<Agency> all;
  for (const auto& [id, agency] : agencies_) {
    all.push_back(agency);
    all.back().barred = barred_locked(id, options_.clock->now());
  }
  return all;
}

base::Result<Agency> Book::agency(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const Agency* found = find_locked(id);
  if (found == nullptr) return base::failure(Errc::kNotFound, "There is no such agency.");
  Agency copy = *found;
  copy.barred = barred_locked(id, options_.clock->now());
  return copy;
}

std::optional<Agency> Book::agency_by_key(std::string_view public_key) const {
  auto found = agency(agency_id_of(public_key));
  if (!found) return std::nullopt;
  return std::move(*found);
}

const GrantRow* Book::newest_locked(std::string_view grant_id) const {
  const GrantRow* newest = nullptr;
  for (const GrantRow& row : rows_)
    if (row.grant.id == grant_id && (newest == nullptr || row.grant.change > newest->grant.change))
      newest = &row;
  return newest;
}

base::Result<GrantRow> Book::newest(std::string_view grant_id) const {
  const std::lock_guard lock(mutex_);
  const GrantRow* found = newest_locked(grant_id);
  if (found == nullptr) return base::failure(Errc::kNotFound, "There is no such grant.");
  GrantRow row = *found;
  row.state = state_of(row, options_.clock->now());
  return row;
}

std::vector<GrantRow> Book::grants() const {
  const std::lock_guard lock(mutex_);
  std::vector<GrantRow> all(rows_.rbegin(), rows_.rend());
  for (GrantRow& row : all) row.state = state_of(row, options_.clock->now());
  return all;
}

}  // namespace glasshouse::sharing
