#include "app/retention.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "app/held_reads.h"
#include "base/log.h"
#include "crypto/age.h"

namespace glasshouse::app {
namespace {

constexpr const char* kPurge = "retention.purge";

struct Noted {  // a day that is about to be dropped, or was, and has no line in the ledger yet
  std::string day;
  std::int64_t reads = 0, pictures = 0, held = 0, keys = 0, retained_days = 0;
  std::uint64_t ledger_size = 0;  // before it was dropped: a line of this run has an index from here on
};

base::Result<std::vector<Noted>> noted_days(db::Database& db) {
  const auto rows = db.query(
      "SELECT day, reads, pictures, held, day_keys, retained_days, ledger_size FROM retention_notes ORDER BY "
      "day");
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Noted> notes;
  for (const db::Row& row : *rows) {
    notes.push_back({row.text("day"), row.integer("reads"), row.integer("pictures"), row.integer("held"),
                     row.integer("day_keys"), row.integer("retained_days"),
                     static_cast<std::uint64_t>(row.integer("ledger_size"))});
  }
  return notes;
}

struct Doomed {
  std::uint64_t reads = 0, pictures = 0, held = 0;
  bool has_key = false;
};

base::Result<void> note(const Retention& parts, const std::map<base::Day, Doomed>& doomed,
                        int retained_days) {
  const auto size = static_cast<std::int64_t>(parts.ledger.size());
  return parts.db.transact([&](db::Transaction& t) -> base::Result<void> {
    for (const auto& [day, of_day] : doomed) {
      // A day that an earlier run had noted may have grown since, or is dropped already and only its key is
      // left.
      const auto added = t.exec(
          "INSERT INTO retention_notes (day, reads, pictures, held, day_keys, retained_days, ledger_size)"
          " VALUES (:day, :reads, :pictures, :held, :keys, :retained, :size) ON CONFLICT (day) DO UPDATE SET"
          " reads = CASE WHEN excluded.reads > retention_notes.reads THEN excluded.reads"
          " ELSE retention_notes.reads END, pictures = CASE WHEN excluded.pictures > retention_notes.pictures"
          " THEN excluded.pictures ELSE retention_notes.pictures END, day_keys = CASE WHEN excluded.day_keys "
          ">"
          " retention_notes.day_keys THEN excluded.day_keys ELSE retention_notes.day_keys END,"
          " held = excluded.held, retained_days = excluded.retained_days",
          {{"day", base::format_day(day)},
           {"reads", static_cast<std::int64_t>(of_day.reads)},
           {"pictures", static_cast<std::int64_t>(of_day.pictures)},
           {"held", static_cast<std::int64_t>(of_day.held)},
           {"keys", std::int64_t{of_day.has_key ? 1 : 0}},
           {"retained", std::int64_t{retained_days}},
           {"size", size}});
      if (!added) return tl::unexpected(added.error());
    }
    return {};
  });
}

// Whether the run that noted the day had come as far as its line. Few entries are looked at: where the ledger
// had failed nothing else was written either.
base::Result<bool> has_its_line(const ledger::Ledger& ledger, const Noted& note) {
  std::optional<std::uint64_t> before;
  for (;;) {
    const auto page = ledger.entries(ledger::Reader::kPublic, before, ledger::kMaxPage);
    if (!page) return tl::unexpected(page.error());
    for (const ledger::Entry& entry : *page) {
      if (entry.index < note.ledger_size) return false;
      const auto names_the_day = [&](const ledger::Disclosure& field) {
        return field.name == "day" && field.value == note.day;
      };
      if (entry.kind == kPurge && std::ranges::any_of(entry.disclosures, names_the_day)) return true;
      before = entry.index;
    }
    if (page->size() < ledger::kMaxPage) return false;
  }
}

base::Result<void> record(gate::Gate& gate, const Noted& note) {
  using ledger::Release;
  const auto recorded =
      gate.record_event(kPurge, {{"day", note.day, Release::kAtOnce},
                                 {"reads", std::to_string(note.reads), Release::kAtOnce},
                                 {"pictures", std::to_string(note.pictures), Release::kAtOnce},
                                 {"held", std::to_string(note.held), Release::kAtOnce},
                                 {"keys_destroyed", std::to_string(note.keys), Release::kAtOnce},
                                 {"retained_days", std::to_string(note.retained_days), Release::kAtOnce}});
  if (!recorded) return tl::unexpected(recorded.error());
  base::log(base::Level::kInfo, "retention",
            "dropped " + note.day + ": " + std::to_string(note.reads) + " reads, " +
                std::to_string(note.pictures) + " pictures, " + (note.keys > 0 ? "its key" : "no key"));
  return {};
}

base::Day first_kept_day(gate::Gate& gate) {
  const gate::Standing standing = gate.standing();
  base::Day first_kept = policy::oldest_kept_day(standing.facts.now, standing.facts.retained_days);
  // Where unmatched reads are not stored any more, those of the time before go too.
  if (const auto since = gate.packs()->hits_only_since(base::day_of(standing.facts.now)))
    first_kept = std::max(first_kept, *since);
  return first_kept;
}

}  // namespace

std::vector<db::Migration> retention_migrations() {
  return {
      {"app/2-retention-notes",
       "CREATE TABLE retention_notes (day TEXT PRIMARY KEY, reads BIGINT NOT NULL, pictures BIGINT NOT "
       "NULL,\n  retained_days BIGINT NOT NULL, ledger_size BIGINT NOT NULL);\n"},
      {"app/3-retention-keys",
       "ALTER TABLE retention_notes ADD COLUMN day_keys BIGINT NOT NULL DEFAULT 0;\n"},
      {"app/4-retention-held", "ALTER TABLE retention_notes ADD COLUMN held BIGINT NOT NULL DEFAULT 0;\n"}};
}

base::Result<std::size_t> drop_old_days(const Retention& parts, const records::Settings& settings) {
  const base::Day first_kept = first_kept_day(parts.gate);
  if (auto ended = end_old_holds(parts, first_hit_kept(parts.gate, settings.hit_days, first_kept)); !ended)
    return tl::unexpected(ended.error());
  if (auto kept = keep_hits(parts, settings.hit_days, first_kept); !kept) return tl::unexpected(kept.error());
  return drop_days(parts, first_kept, parts.gate.retained_days());
}

base::Result<std::size_t> drop_days(const Retention& parts, base::Day first_kept, int retained_days) {
  const auto left = noted_days(parts.db);
  if (!left) return tl::unexpected(left.error());
  std::map<base::Day, Doomed> doomed;
  for (const base::Day day : parts.vault.living_before(first_kept)) doomed[day].has_key = true;
  const auto held = parts.reads.settle_holds(first_kept);
  if (!held) return tl::unexpected(held.error());
  // Told of days that hold reads only; those that have nothing but a key are noted all the same.
  const auto dropped = parts.reads.drop_days_before(first_kept, [&](const auto& days) {
    for (const auto& day : days) {
      doomed[day.day].reads = day.reads;
      doomed[day.day].pictures = day.pictures;
      if (const auto copies = held->find(day.day); copies != held->end())
        doomed[day.day].held = copies->second;
    }
    return note(parts, doomed, retained_days);
  });
  if (!dropped) return tl::unexpected(dropped.error());
  if (dropped->empty() && !doomed.empty()) {
    if (auto noted = note(parts, doomed, retained_days); !noted) return tl::unexpected(noted.error());
  }
  if (auto shredded = parts.vault.shred_before(first_kept); !shredded)
    return tl::unexpected(shredded.error());
  const auto notes = noted_days(parts.db);
  if (!notes) return tl::unexpected(notes.error());
  std::size_t recorded = 0;
  for (const Noted& noted : *notes) {
    // Noted by a run that ended before it dropped anything, and the days were made more since: it stays.
    const bool gone = noted.day < base::format_day(parts.reads.first_kept());
    const bool is_left = std::ranges::any_of(*left, [&](const Noted& l) { return l.day == noted.day; });
    bool has_line = false;
    if (gone && is_left) {
      const auto found = has_its_line(parts.ledger, noted);
      if (!found) return tl::unexpected(found.error());
      has_line = *found;
    }
    if (gone && !has_line) {
      if (auto written = record(parts.gate, noted); !written) return tl::unexpected(written.error());
      ++recorded;
    }
    const auto done = parts.db.exec("DELETE FROM retention_notes WHERE day = :day", {{"day", noted.day}});
    if (!done) return tl::unexpected(done.error());
  }
  return recorded;
}

base::Result<void> prepare_day_keys(vault::Vault& vault, gate::Gate& gate) {
  using ledger::Release;
  const auto made = vault.prepare(
      first_kept_day(gate), [&](base::Day day, const std::string& recipient) -> base::Result<void> {
        const auto recorded = gate.record_event(
            "vault.day-key", {{"day", base::format_day(day), Release::kAtOnce},
                              {"day_key", crypto::age_recipient_text(recipient), Release::kAtOnce}});
        if (!recorded) return tl::unexpected(recorded.error());
        return {};
      });
  if (!made) return tl::unexpected(made.error());
  return {};
}

}  // namespace glasshouse::app
