#include "app/held_reads.h"

#include <algorithm>
#include <set>
#include <string>

#include "api/sealed.h"
#include "base/id.h"
#include "base/log.h"
#include "crypto/age.h"
#include "records/holds.h"

namespace glasshouse::app {
namespace {

using ledger::Release;

constexpr std::chrono::minutes kPlacing{10};

base::Result<void> record_end(gate::Gate& gate, const std::string& hold) {
  const auto recorded = gate.record_event(
      "hold.expire", {{"hold", hold, Release::kAtOnce}, {"keys_destroyed", "1", Release::kAtOnce}});
  if (!recorded) return tl::unexpected(recorded.error());
  return {};
}

// Key first: whatever happens then, the picture is not opened any more.
base::Result<void> destroy(const Retention& parts, const std::string& hold) {
  if (auto gone = parts.vault.shred_hold(hold); !gone) return gone;
  return parts.reads.end_hold(hold);
}

}  // namespace

base::Day first_hit_kept(gate::Gate& gate, int hit_days, base::Day first_kept) {
  const gate::Standing standing = gate.standing();
  if (const auto rule = standing.rules->kept(policy::ReadState::kHit))
    hit_days = std::min(hit_days, static_cast<int>(rule->minutes / policy::kMinutesADay));
  if (hit_days <= 0) return first_kept;
  return std::min(first_kept, policy::oldest_kept_day(standing.facts.now, hit_days));
}

base::Result<std::size_t> keep_hits(const Retention& parts, int hit_days, base::Day first_kept) {
  const base::Day first_hit = first_hit_kept(parts.gate, hit_days, first_kept);
  const auto oldest = parts.reads.oldest_day();
  if (first_hit >= first_kept || !oldest || *oldest >= first_kept) return 0;
  // An alert is never older than its read; a read that came late has a later one.
  const auto rows =
      // All reads of the passing: the one that the alert is about, and those that joined it.
      parts.db.query(
          "SELECT read_id FROM alerts WHERE state <> 'rejected' AND created_at >= :from UNION "
          "SELECT alert_reads.read_id AS read_id FROM alert_reads JOIN alerts ON alerts.id = "
          "alert_reads.alert_id WHERE alerts.state <> 'rejected' AND alerts.created_at >= :from",
          {{"from", base::to_ms(base::start_of(*oldest)) - 3'600'000}});
  if (!rows) return tl::unexpected(rows.error());
  std::size_t kept = 0;
  for (const db::Row& row : *rows) {
    const std::string read_id = row.text("read_id");
    const auto day = parts.reads.day_of(read_id);
    if (!day && day.error().is(reads::Errc::kNotFound)) continue;
    if (!day) return tl::unexpected(day.error());
    if (*day < first_hit || *day >= first_kept) continue;
    const std::string hold = vault::hits_of(*day);
    const auto key = parts.vault.make_hold_key(hold);
    if (!key) return tl::unexpected(key.error());
    const auto held = parts.reads.hold({.name = hold, .recipient = crypto::age_recipient_text(*key)}, read_id,
                                       [&](const reads::Picture& picture) {
                                         return parts.vault.rehead_for_hold(api::sealed_read(picture), hold);
                                       });
    if (!held) return tl::unexpected(held.error());
    ++kept;
  }
  if (kept > 0)
    base::log(base::Level::kInfo, "retention", "kept " + std::to_string(kept) + " hits beyond their day");
  return kept;
}

base::Result<std::size_t> end_old_holds(const Retention& parts, base::Day first_hit) {
  records::Holds holds(parts.db);
  const auto running = holds.running();
  if (!running) return tl::unexpected(running.error());
  const base::Time now = parts.gate.standing().facts.now;
  std::set<std::string> living;
  std::size_t ended = 0;
  for (const records::HoldRecord& hold : *running) {
    if (hold.until > now) {
      living.insert(hold.id);
      continue;
    }
    if (auto recorded = record_end(parts.gate, hold.id); !recorded) return tl::unexpected(recorded.error());
    auto done = holds.end(hold.id, {.at = now, .by = {}, .reason = "Its time was over"});
    if (!done) return tl::unexpected(done.error());
    ++ended;
  }
  std::set<std::string> there;
  for (std::string& name : parts.vault.living_holds()) there.insert(std::move(name));
  for (std::string& name : parts.reads.holds()) there.insert(std::move(name));
  for (const std::string& name : there) {
    const auto hits = vault::day_of_hits(name);
    const bool stays = hits ? *hits >= first_hit : living.contains(name);
    if (stays) continue;
    // A hold whose placing is under way has no record yet. Ids sort by the time when they were made.
    if (!hits && name > base::new_id("hold", now - kPlacing)) continue;
    if (hits) {
      if (auto recorded = record_end(parts.gate, name); !recorded) return tl::unexpected(recorded.error());
      ++ended;
    }
    if (auto gone = destroy(parts, name); !gone) return tl::unexpected(gone.error());
  }
  return ended;
}

}  // namespace glasshouse::app
