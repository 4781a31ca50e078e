// The store: rows in the database, and the matcher that is built from them.
#include <mutex>

#include "base/id.h"
#include "hotlist/csv.h"
#include "hotlist/entry_check.h"
#include "hotlist/entry_page.h"
#include "hotlist/entry_rows.h"
#include "hotlist/freshness.h"
#include "hotlist/hotlist.h"
#include "hotlist/import_plan.h"
#include "hotlist/importer.h"
#include "hotlist/large_changes.h"
#include "hotlist/list_rows.h"
#include "hotlist/live_matcher.h"
#include "hotlist/peer_rows.h"
#include "hotlist/preview_shelf.h"
#include "hotlist/pull_log.h"
#include "hotlist/source_rows.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::int64_t kMaxLists = 200;       // a screenful; an agency has a dozen
constexpr std::size_t kMaxPutOneByOne = 100;  // beyond that the list's part of the matcher is made anew

class StoredHotlists final : public Hotlists {
 public:
  StoredHotlists(db::Database& db, const base::Clock& clock, std::size_t rows_a_step)
      : db_(db), clock_(clock), rows_a_step_(rows_a_step) {}

  base::Result<void> load() {
    const base::Time now = clock_.now();
    auto known = select_lists(db_, now);
    if (!known) return tl::unexpected(known.error());
    std::vector<MatchList> match_lists;
    std::vector<MatchEntry> entries;
    for (const ListRow& row : *known) {
      const auto index = static_cast<std::uint32_t>(match_lists.size());
      match_lists.push_back({row.list.id, row.list.zero_rule});
      keep_gate(row.list);
      auto running = running_to_match(db_, row.list.id, now);
      if (!running) return tl::unexpected(running.error());
      for (MatchEntry& entry : *running) {
        entry.list = index;
        entries.push_back(std::move(entry));
      }
    }
    matcher_.reset(std::move(match_lists), entries);
    return {};
  }

  base::Result<std::vector<Hotlist>> lists() override { return counted(""); }

  base::Result<Hotlist> list(std::string_view id) override {
    if (id.empty()) return no_such("hotlist");
    auto found = counted(id);
    if (!found) return tl::unexpected(found.error());
    if (found->empty()) return no_such("hotlist");
    return std::move(found->front());
  }

  base::Result<std::string> name_of(std::string_view id) override {
    auto rows =
        db_.query("SELECT name FROM hotlists WHERE id = :id AND removed_at = 0", {{"id", std::string(id)}});
    if (!rows) return tl::unexpected(store_error(rows.error()));
    if (rows->empty()) return no_such("hotlist");
    return rows->front().text("name");
  }

  base::Result<Hotlist> create(std::string name, std::string description, ZeroRule rule) override {
    std::lock_guard lock(change_mutex_);
    if (auto good = check_names(name, description); !good) return tl::unexpected(good.error());
    auto count = db_.query("SELECT COUNT(*) AS n FROM hotlists WHERE removed_at = 0");
    if (!count) return tl::unexpected(store_error(count.error()));
    if (count->front().integer("n") >= kMaxLists) {
      return base::failure(Errc::kTooLarge, "There are 200 hotlists already", "",
                           "Remove one that is no longer used.");
    }
    const std::string id = base::new_id("hot", clock_.now());
    auto done = db_.exec(
        "INSERT INTO hotlists (id, name, description, zero_rule, updated_at, revision) VALUES (:id, :name, "
        ":description, :rule,"
        " :now, 0)",
        {{"id", id},
         {"name", name},
         {"description", description},
         {"rule", std::string(word_for(rule))},
         {"now", base::to_ms(clock_.now())}});
    if (!done) return stored_or(done.error());
    matcher_.set_list({id, rule}, {});
    return list(id);
  }

  base::Result<Hotlist> change(std::string_view id, std::string name, std::string description,
                               ZeroRule rule) override {
    std::lock_guard lock(change_mutex_);
    if (auto good = check_names(name, description); !good) return tl::unexpected(good.error());
    const auto before = list(id);
    if (!before) return before;
    auto done = db_.exec(
        "UPDATE hotlists SET name = :name, description = :description, zero_rule = :rule, updated_at = :now,"
        " revision = revision + 1 WHERE id = :id",
        {{"id", std::string(id)},
         {"name", name},
         {"description", description},
         {"rule", std::string(word_for(rule))},
         {"now", base::to_ms(clock_.now())}});
    if (!done) return stored_or(done.error());
    if (before->zero_rule != rule) {
      if (auto loaded = reload(id, rule); !loaded) return tl::unexpected(loaded.error());
    }
    return list(id);
  }

  base::Result<void> remove(std::string_view id) override {
    {
      std::lock_guard lock(change_mutex_);
      auto done = db_.transact([&](db::Transaction& t) { return mark_removed(t, id, clock_.now()); });
      if (!done) return done;
      gates_.remove(id);
      matcher_.remove_list(id);
      totals_.forget(id);
    }
    sweep();  // what it does not get done now it does later
    return {};
  }

  base::Result<void> sweep() override {
    const std::unique_lock lock(import_mutex_, std::try_to_lock);
    if (!lock) return {};  // the rows of the import that runs must stay
    return hotlist::sweep(db_, rows_a_step_);
  }

  base::Result<EntryPage> entries(std::string_view hotlist_id, std::string_view filter,
                                  std::optional<bool> active, std::string_view cursor,
                                  std::size_t limit) override {
    if (auto known = list(hotlist_id); !known) return tl::unexpected(known.error());
    return page_of_entries(db_, {hotlist_id, filter, active, cursor, limit}, clock_.now());
  }

  base::Result<Entry> entry(std::string_view entry_id) override {
    auto found = row_of(entry_id);
    if (found) *found = as_shown(std::move(*found), clock_.now());
    return found;
  }

  base::Result<void> check_add(std::string_view hotlist_id, const NewEntry& draft) override {
    const base::Time now = clock_.now();
    const auto checked = check_entry(draft, now);
    if (!checked) return tl::unexpected(checked.error());
    if (auto known = revision_of(db_, hotlist_id); !known) return tl::unexpected(known.error());
    return db_.transact([&](db::Transaction& t) {
      return check_free(t, make_entry(hotlist_id, *checked, "", "", now), now);
    });
  }

  base::Result<Entry> add(std::string_view hotlist_id, const NewEntry& draft,
                          std::string officer_id) override {
    std::lock_guard lock(change_mutex_);
    const base::Time now = clock_.now();
    const auto checked = check_entry(draft, now);
    if (!checked) return tl::unexpected(checked.error());
    const Entry fresh =
        make_entry(hotlist_id, *checked, base::new_id("ent", now), std::move(officer_id), now);
    auto done = db_.transact([&](db::Transaction& t) -> base::Result<void> {
      if (auto touched = touch(t, hotlist_id, std::nullopt, clock_.now()); !touched) return touched;
      if (auto free = check_free(t, fresh, now); !free) return free;
      return insert(t, {&fresh, 1});
    });
    if (!done) return tl::unexpected(done.error());
    matcher_.put(hotlist_id, fresh);
    return fresh;
  }

  base::Result<Entry> change_entry(std::string_view entry_id, std::optional<base::Time> expires_at,
                                   std::optional<std::string> note, std::optional<bool> active,
                                   std::string_view ended_as) override {
    std::lock_guard lock(change_mutex_);
    const base::Time now = clock_.now();
    const auto before = row_of(entry_id);
    if (!before) return before;
    NewEntry after{before->plate,
                   before->reason,
                   before->case_number,
                   before->region,
                   before->color,
                   before->body,
                   before->make,
                   note.value_or(before->note),
                   expires_at.value_or(before->expires_at)};
    if (expires_at || active.value_or(false)) {  // a note may still be written to an entry that is over
      const auto checked = check_entry(after, now);
      if (!checked) return tl::unexpected(checked.error());
      after = *checked;
    } else if (note && (note->size() > kMaxNoteChars || !is_clean_utf8(*note))) {
      return base::failure(Errc::kBadField, "The note is not text of at most 300 characters");
    }
    const bool stands = active.value_or(before->active);
    const bool runs = stands && after.expires_at > now;
    auto done = db_.transact([&](db::Transaction& t) -> base::Result<void> {
      if (auto touched = touch(t, before->hotlist_id, std::nullopt, clock_.now()); !touched) return touched;
      if (runs) {
        if (auto free = check_free(t, *before, now); !free) return free;
      }
      const std::pair<std::string, NewEntry> change{entry_id, after};
      if (auto updated = update(t, {&change, 1}); !updated) return updated;
      auto set = t.exec("UPDATE hotlist_entries SET active = :active, ended_as = :as WHERE id = :id",
                        {{"id", std::string(entry_id)},
                         {"active", std::int64_t{stands}},
                         {"as", stands   ? std::string()
                                : active ? std::string(ended_as)
                                         : before->ended_as}});
      if (!set) return tl::unexpected(store_error(set.error()));
      return {};
    });
    if (!done) return tl::unexpected(done.error());
    auto changed = entry(entry_id);
    if (changed && changed->active) matcher_.put(changed->hotlist_id, *changed);
    if (changed && !changed->active) matcher_.retire(entry_id, before->plate);
    return changed;
  }

  base::Result<void> check_source(const Source& source) override { return check_source_fields(source); }

  base::Result<Hotlist> set_source(std::string_view list_id, const Source& source) override {
    std::lock_guard lock(change_mutex_);
    if (auto good = check_source_fields(source); !good) return tl::unexpected(good.error());
    auto done = db_.transact([&](db::Transaction& t) -> base::Result<void> {
      // Previews that were made under the old source no longer hold.
      if (auto touched = touch(t, list_id, std::nullopt, clock_.now()); !touched) return touched;
      if (auto stored = store_source(t, list_id, source); !stored) return stored;
      // A list that no file came for yet is as old as its limit.
      return set_as_of(t, list_id, clock_.now(), true);
    });
    if (!done) return tl::unexpected(done.error());
    auto changed = list(list_id);
    if (changed) keep_gate(*changed);
    return changed;
  }

  base::Result<ImportPreview> preview_import(std::string_view hotlist_id, const ImportFile& file,
                                             std::string officer_id) override {
    const base::Time now = clock_.now();
    // The revision is read before the source and the entries: a change in between makes the preview stale,
    // not wrong.
    const auto revision = revision_of(db_, hotlist_id);
    if (!revision) return tl::unexpected(revision.error());
    const auto into = list(hotlist_id);
    if (!into) return tl::unexpected(into.error());
    const ImportRules rules{now, into->zero_rule, std::chrono::hours(24) * into->source.term_days,
                            into->source.files, file.barred};
    auto parsed = parse_import(file.kind, into->source.format_text, file.text, rules);
    if (!parsed) return tl::unexpected(parsed.error());
    auto pending = std::make_shared<PendingImport>();
    pending->officer_id = std::move(officer_id);
    pending->revision = *revision;
    ImportPreview& preview = pending->preview;
    preview.id = base::new_id("imp", now);
    preview.hotlist_id = hotlist_id;
    preview.kind = file.kind;
    preview.expires_at = now + kPreviewLife;
    preview.rows = parsed->rows;
    preview.refused_count = parsed->refused_count;
    preview.refused = std::move(parsed->refused);
    preview.barred_count = parsed->barred_count;
    preview.barred = std::move(parsed->barred);
    ImportPlan plan(std::move(parsed->entries), file.whole, now, *pending);
    auto read = for_each_running(db_, hotlist_id, now, [&](const Entry& entry) { plan.standing(entry); });
    if (!read) return tl::unexpected(read.error());
    plan.finish();
    shelf_.put(pending);
    return preview;
  }

  base::Result<ImportPreview> preview(std::string_view preview_id) override {
    const auto pending = shelf_.find(preview_id, clock_.now());
    if (!pending) return preview_gone();
    const auto revision = revision_of(db_, pending->preview.hotlist_id);
    if (!revision) return tl::unexpected(revision.error());
    if (*revision != pending->revision) return preview_gone();
    return pending->preview;
  }

  void forget_preview(std::string_view preview_id) override { shelf_.drop(preview_id); }

  base::Result<Imported> commit_import(std::string_view preview_id,
                                       std::optional<base::Time> as_of) override {
    // What is added is written before the other changes have to wait; another import waits for all of it.
    std::lock_guard one_import(import_mutex_);
    const base::Time now = clock_.now();
    const auto pending = shelf_.find(preview_id, now);
    if (!pending) return preview_gone();
    ImportWriter writer(db_, *pending, clock_, rows_a_step_);
    if (auto written = writer.write_unseen(); !written) return tl::unexpected(written.error());
    std::lock_guard lock(change_mutex_);
    const std::string& list_id = pending->preview.hotlist_id;
    auto done = db_.transact([&](db::Transaction& t) -> base::Result<void> {
      if (auto touched = touch(t, list_id, pending->revision, clock_.now()); !touched) return touched;
      if (auto set = set_as_of(t, list_id, std::min(as_of.value_or(now), now), false); !set) return set;
      return writer.finish(t);
    });
    if (!done) return tl::unexpected(done.error());
    const Imported imported{static_cast<std::uint32_t>(pending->to_add.size()),
                            static_cast<std::uint32_t>(pending->to_change.size()),
                            static_cast<std::uint32_t>(pending->to_remove.size())};
    shelf_.drop(preview_id);
    const bool applied = matcher_.apply(list_id, writer.take_change());
    const auto committed = list(list_id);
    if (!committed) return tl::unexpected(committed.error());
    keep_gate(*committed);
    if (applied) return imported;
    if (auto loaded = reload(list_id, committed->zero_rule); !loaded) return tl::unexpected(loaded.error());
    return imported;
  }

  std::vector<std::string> audience_of(std::string_view list_id) const override {
    return gates_.audience_of(list_id);
  }
  std::vector<std::string> lists_hidden_from(std::string_view account_id) const override {
    return gates_.hidden_from(account_id);
  }

  base::Result<void> add_pull(const Pull& pull) override { return hotlist::add_pull(db_, pull); }
  base::Result<std::vector<Pull>> pulls(std::string_view list_id, std::size_t limit) override {
    if (auto known = name_of(list_id); !known) return tl::unexpected(known.error());
    return pulls_of(db_, list_id, limit);
  }
  base::Result<bool> knows_file(std::string_view list_id, const FoundFile& file) override {
    return hotlist::knows_file(db_, list_id, file, clock_.now());
  }

  base::Result<std::string> told_state(std::string_view list_id) override {
    auto rows = db_.query("SELECT told_state FROM hotlists WHERE id = :id AND removed_at = 0",
                          {{"id", std::string(list_id)}});
    if (!rows) return tl::unexpected(store_error(rows.error()));
    if (rows->empty()) return no_such("hotlist");
    return rows->front().text("told_state");
  }
  base::Result<void> set_told_state(std::string_view list_id, Freshness::State state) override {
    auto done = db_.exec("UPDATE hotlists SET told_state = :state WHERE id = :id",
                         {{"id", std::string(list_id)}, {"state", std::string(hotlist::name_of(state))}});
    if (!done) return tl::unexpected(store_error(done.error()));
    return {};
  }

  base::Result<std::int64_t> revision(std::string_view list_id) override { return revision_of(db_, list_id); }
  base::Result<void> each_running(std::string_view list_id, const std::function<void(Entry)>& use) override {
    return for_each_running(db_, list_id, clock_.now(), use);
  }

  base::Result<std::vector<std::string>> ended_as_recovered(std::string_view list_id) override {
    return recovered_rows(db_, list_id);
  }

  base::Result<PeerApplied> apply_peer(const PeerChange& change) override {
    std::lock_guard lock(change_mutex_);
    const base::Time now = clock_.now();
    const bool is_new = change.list_id.empty();
    const std::string list_id = is_new ? base::new_id("hot", now) : change.list_id;
    const auto name = free_name(db_, change.name, change.origin.agency);
    if (!name) return tl::unexpected(name.error());
    PeerRows rows;
    auto done = db_.transact([&](db::Transaction& t) -> base::Result<void> {
      if (is_new) {
        if (auto made = insert_peer_list(t, list_id, *name, change, now); !made) return made;
      }
      if (auto touched = touch(t, list_id, std::nullopt, now); !touched) return touched;
      auto written = write_peer_change(t, list_id, change, now);
      if (!written) return tl::unexpected(written.error());
      rows = std::move(*written);
      return set_as_of(t, list_id, now, false);
    });
    if (!done) return tl::unexpected(done.error());
    const auto stands = list(list_id);
    if (!stands) return tl::unexpected(stands.error());
    keep_gate(*stands);
    if (is_new || rows.fresh.size() + rows.gone.size() > kMaxPutOneByOne) {
      if (auto loaded = reload(list_id, stands->zero_rule); !loaded) return tl::unexpected(loaded.error());
      return std::move(rows.applied);
    }
    for (const Entry& entry : rows.gone) matcher_.retire(entry.id, entry.plate);
    for (const Entry& entry : rows.fresh) matcher_.put(list_id, entry);
    return std::move(rows.applied);
  }

  base::Result<void> renew_peer(std::string_view list_id) override {
    std::lock_guard lock(change_mutex_);
    auto done = db_.transact([&](db::Transaction& t) { return set_as_of(t, list_id, clock_.now(), false); });
    if (!done) return done;
    const auto stands = list(list_id);
    if (!stands) return tl::unexpected(stands.error());
    keep_gate(*stands);
    return {};
  }

  base::Result<std::vector<HeldEntry>> held_of_peer(std::string_view list_id) override {
    return held_rows(db_, list_id);
  }
  std::vector<std::pair<std::string, Origin>> origins() const override { return gates_.origins(); }
  base::Result<std::string> their_entry(std::string_view entry_id) override {
    return their_entry_of(db_, entry_id);
  }
  void judge_peers(std::function<bool(const Origin&, const Wanted&)> judge) override {
    gates_.judge_peers(std::move(judge));
  }

  std::vector<Hit> match(const Wanted& wanted) const override {
    const base::Time now = clock_.now();
    return matcher_.match(wanted, now, [&](Hit& hit) { return gates_.passes(hit, wanted, now); });
  }

 private:
  base::Result<Entry> row_of(std::string_view entry_id) {
    auto rows = db_.query("SELECT " + entry_columns() + " FROM hotlist_entries WHERE id = :id AND " +
                              std::string(kIsThere) +
                              " AND hotlist_id IN (SELECT id FROM hotlists WHERE removed_at = 0)",
                          {{"id", std::string(entry_id)}});
    if (!rows) return tl::unexpected(store_error(rows.error()));
    if (rows->empty()) return no_such("entry");
    return entry_of(rows->front());
  }

  base::Result<std::vector<Hotlist>> counted(std::string_view only_id) {
    const base::Time now = clock_.now();
    auto rows = select_lists(db_, now, only_id);
    if (!rows) return tl::unexpected(rows.error());
    std::vector<Hotlist> lists;
    for (ListRow& row : *rows) {
      const auto total = totals_.of(db_, row);
      if (!total) return tl::unexpected(total.error());
      row.list.entries = *total;
      row.list.active_entries = matcher_.running(row.list.id, now);
      lists.push_back(std::move(row.list));
    }
    return lists;
  }

  void keep_gate(const Hotlist& list) {
    gates_.set(list.id, {list.source, list.freshness.as_of.value_or(base::Time{}), list.origin});
  }

  // As old as its owner's last word: nobody here sets other limits.
  static base::Result<void> insert_peer_list(db::Transaction& t, const std::string& id,
                                             const std::string& name, const PeerChange& change,
                                             base::Time now) {
    auto made = t.exec(
        "INSERT INTO hotlists (id, name, description, zero_rule, updated_at, revision) VALUES (:id, :name, "
        "'',"
        " :rule, :now, 0)",
        {{"id", id},
         {"name", name},
         {"rule", std::string(word_for(change.zero_rule))},
         {"now", base::to_ms(now)}});
    if (!made) return stored_or(made.error());
    Source source;
    source.whole = true;
    source.warn_after_minutes = kPeerWarnMinutes;
    source.stop_after_minutes = kPeerStopMinutes;
    return store_source(t, id, source);
  }

  static base::Result<void> set_as_of(db::Transaction& t, std::string_view list_id, base::Time as_of,
                                      bool only_first) {
    const std::string when = only_first ? " AND as_of = 0" : "";
    auto done = t.exec("UPDATE hotlists SET as_of = :at WHERE id = :id" + when,
                       {{"id", std::string(list_id)}, {"at", base::to_ms(as_of)}});
    if (!done) return tl::unexpected(store_error(done.error()));
    return {};
  }

  base::Result<void> reload(std::string_view list_id, ZeroRule rule) {
    auto entries = running_to_match(db_, list_id, clock_.now());
    if (!entries) return tl::unexpected(entries.error());
    matcher_.set_list({std::string(list_id), rule}, std::move(*entries));
    return {};
  }

  db::Database& db_;
  const base::Clock& clock_;
  const std::size_t rows_a_step_;
  std::mutex import_mutex_;  // one import, or one sweep of what imports left; taken before change_mutex_
  std::mutex change_mutex_;  // one change at a time: the matcher follows the database in the same order
  LiveMatcher matcher_{clock_};
  ListGates gates_;
  EntryTotals totals_;
  PreviewShelf shelf_;
};

}  // namespace

base::Result<std::unique_ptr<Hotlists>> Hotlists::open(db::Database& db, const base::Clock& clock,
                                                       std::size_t rows_a_step) {
  auto store = std::make_unique<StoredHotlists>(db, clock, rows_a_step);
  if (auto loaded = store->load(); !loaded) return tl::unexpected(loaded.error());
  return store;
}

}  // namespace glasshouse::hotlist
