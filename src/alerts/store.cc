// Alerts in the records database.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <mutex>

#include "alerts/alerts.h"
#include "alerts/recent_passings.h"
#include "base/id.h"
#include "hotlist/entry_facts.h"
#include "hotlist/ncic_codes.h"

namespace glasshouse::alerts {
namespace {

constexpr std::size_t kMaxPage = 200;
constexpr std::size_t kMaxNoteChars = 500;
constexpr double kStaleListWeight = 0.8;  // an old list is right less often than a new one
constexpr std::string_view kCompared[] = {"plate", "region", "body", "color"};

constexpr std::string_view kSummaryColumns =
    "id, state, kind, rank_milli, created_at, reads, last_read_at, camera_id, hotlist_id, hotlist_name, "
    "reason, "
    "list_stale, "
    "list_as_of, agency, second_look, look_by";

hotlist::HitKind kind_named(std::string_view name) {
  return name == "exact"     ? hotlist::HitKind::kExact
         : name == "pattern" ? hotlist::HitKind::kPattern
                             : hotlist::HitKind::kPossible;
}

tl::unexpected<base::Error> store_failure(const base::Error& cause) {
  return base::failure(Errc::kStore, "The alerts could not be read or changed", cause.what(),
                       "Try again; if it stays, look at the server's log.");
}
tl::unexpected<base::Error> no_such_alert() {
  return base::failure(Errc::kNotFound, "There is no such alert", "", "Go back to the queue.");
}

int looks_needed(const db::Row& row) {
  if (row.text("state") != "pending") return 0;
  return row.integer("second_look") != 0 && row.text("look_by").empty() ? 2 : 1;
}

Summary summary_of(const db::Row& row) {
  return {
      row.text("id"),
      state_named(row.text("state")).value_or(State::kClosed),
      kind_named(row.text("kind")),
      static_cast<double>(row.integer("rank_milli")) / 1000,
      base::from_ms(row.integer("created_at")),
      static_cast<std::uint64_t>(row.integer("reads")),
      base::from_ms(row.integer("last_read_at")),
      row.text("camera_id"),
      row.text("hotlist_id"),
      row.text("hotlist_name"),
      row.text("reason"),
      row.text("agency"),
      row.integer("list_stale") != 0,
      row.integer("list_as_of") == 0 ? std::nullopt : std::optional(base::from_ms(row.integer("list_as_of"))),
      row.integer("second_look") != 0,
      looks_needed(row)};
}

std::optional<Step> step_of(const db::Row& row, const std::string& which) {
  if (row.text(which + "_by").empty()) return std::nullopt;
  Step step;
  step.officer_id = row.text(which + "_by");
  step.at = base::from_ms(row.integer(which + "_at"));
  step.code = row.text(which + "_code");
  step.note = row.text(which + "_note");
  step.ledger_index = static_cast<std::uint64_t>(row.integer(which + "_ledger"));
  return step;
}

Alert alert_of(const db::Row& row) {
  Alert alert;
  const Summary summary = summary_of(row);
  alert.id = summary.id;
  alert.state = summary.state;
  alert.kind = summary.kind;
  alert.rank = summary.rank;
  alert.created_at = summary.created_at;
  alert.reads = summary.reads;
  alert.last_read_at = summary.last_read_at;
  alert.camera_id = summary.camera_id;
  alert.hotlist_name = summary.hotlist_name;
  alert.agency = summary.agency;
  alert.withdrawn = row.text("withdrawn");
  alert.list_stale = summary.list_stale;
  alert.list_as_of = summary.list_as_of;
  alert.looks_needed = summary.looks_needed;
  alert.first_look = step_of(row, "look");
  if (alert.first_look) alert.first_look->decision = "confirm";
  alert.read_id = row.text("read_id");
  alert.entry.id = row.text("entry_id");
  hotlist::read_facts(row, alert.entry);
  alert.decision = step_of(row, "decision");
  // Nobody had decided when it was withdrawn: the row then names who withdrew it.
  if (!alert.withdrawn.empty() && alert.decision && alert.decision->code.empty()) alert.decision.reset();
  if (alert.decision) alert.decision->decision = alert.state == State::kRejected ? "reject" : "confirm";
  alert.outcome = step_of(row, "outcome");
  return alert;
}

// The fields in which the machine already sees a difference, with blanks between.
std::string differing(const std::vector<Agreement>& agreements, hotlist::HitKind kind) {
  std::string differs;
  for (const Agreement& agreement : agreements) {
    if (agreement.verdict == Verdict::kDifferent && agreement.field != "plate") {
      differs += (differs.empty() ? "" : " ") + agreement.field;
    }
  }
  if (kind == hotlist::HitKind::kPossible) differs += differs.empty() ? "plate" : " plate";
  return differs;
}

// A condition that leaves out the alerts of these hotlists.
std::string not_of(const std::vector<std::string>& hidden, db::Params& params) {
  std::string names;
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    const std::string name = "hidden_" + std::to_string(i);
    names += (i == 0 ? ":" : ", :") + name;
    params[name] = hidden[i];
  }
  return hidden.empty() ? "" : " AND hotlist_id NOT IN (" + names + ")";
}

// Pages: the pending ones by rank ("p<rank>.<id>": after that one), then the others newest first ("n<id>").
struct Cursor {
  bool pending = true;
  std::int64_t rank = 0;
  std::string id;  // empty: from the start of that part
};

std::optional<Cursor> parse_cursor(std::string_view text, std::optional<State> state) {
  Cursor cursor;
  cursor.pending = !state || *state == State::kPending;
  if (text.empty()) return cursor;
  if (text[0] == 'n') {
    cursor.pending = false;
    cursor.id = text.substr(1);
  } else if (const auto dot = text.find('.'); text[0] == 'p' && dot != std::string_view::npos) {
    const auto parsed = std::from_chars(text.data() + 1, text.data() + dot, cursor.rank);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + dot) return std::nullopt;
    cursor.id = text.substr(dot + 1);
  }
  if (!cursor.id.empty() || text == "n") {
    if (cursor.id.empty() || base::is_id(cursor.id, "alert")) return cursor;
  }
  return std::nullopt;
}

class StoredAlerts final : public Alerts {
 public:
  StoredAlerts(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}

  base::Result<std::optional<Summary>> raise(const reads::Read& read, const hotlist::Hit& hit,
                                             const hotlist::Entry& entry, std::string hotlist_name) override {
    std::lock_guard turn(raise_mutex_);  // two reads of one passing, sent by two requests, must meet
    auto known = raised_for(read.id, entry.id);
    if (!known || *known) return known;
    RecentPassings::Passing passing{read.camera_id, entry.id, read.plate ? read.plate->plate : plate::Plate(),
                                    hit.region_differs};
    if (const auto alert_id = passings_.alert_of(passing, read.captured_at)) {
      auto joined = join(*alert_id, read, entry.id);
      if (!joined || *joined) return joined;
    }
    const std::string id = base::new_id("alert", clock_.now());
    if (auto added = insert(id, read, hit, entry, std::move(hotlist_name)); !added)
      return tl::unexpected(added.error());
    passings_.begin(passing, read.captured_at, id);
    auto row = row_of(id);
    if (!row) return tl::unexpected(row.error());
    const Summary summary = summary_of(*row);
    tell(summary);
    return std::optional<Summary>(summary);
  }

  base::Result<SummaryPage> list(std::optional<State> state, std::string_view cursor, std::size_t limit,
                                 const std::vector<std::string>& hidden) override {
    const auto start = parse_cursor(cursor, state);
    if (!start) {
      return base::failure(Errc::kNotFound, "The page cannot be found", "The cursor is not one of ours",
                           "Start again.");
    }
    limit = std::clamp<std::size_t>(limit, 1, kMaxPage);
    SummaryPage page;
    if (start->pending) {
      if (auto read = read_pending(*start, limit, hidden, page); !read) return tl::unexpected(read.error());
      if (state == State::kPending || !page.next_cursor.empty()) return page;
    }
    const std::string after = start->pending ? "" : start->id;
    if (auto read = read_others(state, after, limit, hidden, page); !read)
      return tl::unexpected(read.error());
    return page;
  }

  std::uint64_t pending(const std::vector<std::string>& hidden) override {
    db::Params params;
    const std::string limits = not_of(hidden, params);
    auto rows = db_.query("SELECT COUNT(*) AS n FROM alerts WHERE state = 'pending'" + limits, params);
    return rows && !rows->empty() ? static_cast<std::uint64_t>(rows->front().integer("n")) : 0;
  }

  base::Result<Alert> get(const gate::Permit& permit, std::string_view id) override {
    if (!permit.allows(policy::Action::kViewAlerts, clock_.now()) || permit.scope().alert_id != id) {
      return base::failure(Errc::kOutsidePermit, "This alert is outside what was permitted");
    }
    auto row = row_of(id);
    if (!row) return tl::unexpected(row.error());
    return alert_of(*row);
  }

  base::Result<Refs> refs(std::string_view id) override {
    auto row = row_of(id);
    if (!row) return tl::unexpected(row.error());
    return Refs{row->text("read_id"),
                row->text("camera_id"),
                row->text("entry_id"),
                row->text("hotlist_id"),
                state_named(row->text("state")).value_or(State::kClosed),
                looks_needed(*row)};
  }

  base::Result<void> check_decision(std::string_view id, std::string_view decision, std::string_view code,
                                    const std::vector<std::string>& compared,
                                    std::string_view officer_id) override {
    auto row = row_of(id);
    if (!row) return tl::unexpected(row.error());
    if (row->text("state") != "pending") return wrong_state(*row);
    const auto& codes = decision_codes();
    const auto known =
        std::find_if(codes.begin(), codes.end(), [&](const Code& c) { return c.code == code; });
    if ((decision != "confirm" && decision != "reject") || known == codes.end() ||
        known->decision != decision) {
      return base::failure(Errc::kBadCode, "This reason does not go with this decision", "",
                           "Choose one of the listed reasons.");
    }
    if (decision == "reject") return {};
    if (is_first_looker(*row, officer_id)) return same_person();
    for (const std::string_view field : kCompared) {
      if (std::find(compared.begin(), compared.end(), field) == compared.end()) {
        return base::failure(Errc::kNotCompared, "The " + std::string(field) + " has not been compared",
                             "A confirmation compares plate, region, body and color",
                             "Compare it with the entry first; \"unknown\" counts as compared.");
      }
    }
    if (code == "all-agree" && !row->text("differs").empty()) {
      return base::failure(Errc::kBadCode, "Not everything agrees", "These differ: " + row->text("differs"),
                           "Explain the difference, or reject the alert.");
    }
    return {};
  }

  base::Result<void> decide(std::string_view id, Step step) override {
    const bool confirm = step.decision == "confirm";
    if (!confirm && step.decision != "reject")
      return base::failure(Errc::kBadCode, "A decision is confirm or reject");
    if (!confirm) return move_on(id, "pending", "rejected", "decision", step);
    auto row = row_of(id);
    if (!row) return tl::unexpected(row.error());
    if (is_first_looker(*row, step.officer_id)) return same_person();
    if (looks_needed(*row) == 2) return move_on(id, "pending", "pending", "look", step, " AND look_by = ''");
    return move_on(id, "pending", "confirmed", "decision", step,
                   " AND (second_look = 0 OR (look_by <> '' AND look_by <> :by))");
  }

  base::Result<void> check_outcome(std::string_view id, std::string_view code) override {
    auto row = row_of(id);
    if (!row) return tl::unexpected(row.error());
    if (row->text("state") != "confirmed") return wrong_state(*row);
    const auto& codes = outcome_codes();
    if (std::none_of(codes.begin(), codes.end(), [&](const Code& c) { return c.code == code; })) {
      return base::failure(Errc::kBadCode, "This is no known outcome", "",
                           "Choose one of the listed outcomes.");
    }
    return {};
  }

  base::Result<void> record_outcome(std::string_view id, Step step) override {
    return move_on(id, "confirmed", "closed", "outcome", step);
  }

  base::Result<std::vector<std::string>> open_of(std::string_view entry_id, std::string_view hotlist_id,
                                                 bool confirmed_too) override {
    const bool of_entry = !entry_id.empty();
    auto rows = db_.query("SELECT id FROM alerts WHERE state IN ('pending'" +
                              std::string(confirmed_too ? ", 'confirmed'" : "") + ") AND " +
                              std::string(of_entry ? "entry_id" : "hotlist_id") + " = :id ORDER BY id",
                          {{"id", std::string(of_entry ? entry_id : hotlist_id)}});
    if (!rows) return store_failure(rows.error());
    std::vector<std::string> ids;
    for (const db::Row& row : *rows) ids.push_back(row.text("id"));
    return ids;
  }

  base::Result<void> withdraw(std::string_view id, Step step) override {
    const db::Params params{{"by", step.officer_id},
                            {"at", base::to_ms(step.at)},
                            {"code", step.code},
                            {"note", step.note},
                            {"ledger", static_cast<std::int64_t>(step.ledger_index)},
                            {"id", std::string(id)}};
    return move(
        id,
        "UPDATE alerts SET state = 'closed', withdrawn = :code, decision_by = COALESCE(decision_by, :by),"
        " decision_at = COALESCE(decision_at, :at), decision_code = COALESCE(decision_code, ''),"
        " decision_note = COALESCE(decision_note, ''), decision_ledger = COALESCE(decision_ledger, :ledger),"
        " outcome_by = :by, outcome_at = :at, outcome_code = :code, outcome_note = :note,"
        " outcome_ledger = :ledger WHERE id = :id AND state IN ('pending', 'confirmed')",
        params);
  }

  void on_change(std::function<void(const Summary&)> listener) override {
    std::lock_guard lock(mutex_);
    listeners_.push_back(std::move(listener));
  }

 private:
  // The alert that this read raised or joined before, if it did.
  base::Result<std::optional<Summary>> raised_for(const std::string& read_id, const std::string& entry_id) {
    auto rows =
        db_.query("SELECT " + std::string(kSummaryColumns) +
                      " FROM alerts WHERE (read_id = :read AND entry_id = :entry) OR id IN"
                      " (SELECT alert_id FROM alert_reads WHERE read_id = :read AND entry_id = :entry)",
                  {{"read", read_id}, {"entry", entry_id}});
    if (!rows) return store_failure(rows.error());
    if (rows->empty()) return std::optional<Summary>();
    return std::optional<Summary>(summary_of(rows->front()));
  }

  // Counts a further read of the passing; nothing when a person has put the alert away meanwhile.
  base::Result<std::optional<Summary>> join(const std::string& alert_id, const reads::Read& read,
                                            const std::string& entry_id) {
    bool counted = false;
    auto done = db_.transact([&](db::Transaction& t) -> base::Result<void> {
      const auto moved = t.exec(
          "UPDATE alerts SET reads = reads + 1,"
          " last_read_at = CASE WHEN last_read_at < :at THEN :at ELSE last_read_at END"
          " WHERE id = :id AND state IN ('pending', 'confirmed')",
          {{"id", alert_id}, {"at", base::to_ms(read.captured_at)}});
      if (!moved) return tl::unexpected(moved.error());
      counted = *moved > 0;
      if (!counted) return {};
      const auto noted =
          t.exec("INSERT INTO alert_reads (read_id, entry_id, alert_id) VALUES (:read, :entry, :alert)",
                 {{"read", read.id}, {"entry", entry_id}, {"alert", alert_id}});
      if (!noted) return tl::unexpected(noted.error());
      return {};
    });
    if (!done) return store_failure(done.error());
    if (!counted) return std::optional<Summary>();
    auto row = row_of(alert_id);
    if (!row) return tl::unexpected(row.error());
    const Summary summary = summary_of(*row);
    tell(summary);
    return std::optional<Summary>(summary);
  }

  base::Result<void> insert(const std::string& id, const reads::Read& read, const hotlist::Hit& hit,
                            const hotlist::Entry& entry, std::string hotlist_name) {
    const auto agreements = compare(entry, read);
    const double rank = rank_of(hit.kind, agreements, read.plate ? read.plate->confidence : 0) *
                        (hit.list_stale ? kStaleListWeight : 1);
    db::Params params{{"id", id},
                      {"kind", std::string(hotlist::name_of(hit.kind))},
                      {"rank", static_cast<std::int64_t>(std::lround(rank * 1000))},
                      {"now", base::to_ms(clock_.now())},
                      {"captured_at", base::to_ms(read.captured_at)},
                      {"camera_id", read.camera_id},
                      {"read_id", read.id},
                      {"hotlist_name", std::move(hotlist_name)},
                      {"agency", hit.agency},
                      {"differs", differing(agreements, hit.kind)},
                      {"entry_id", entry.id},
                      {"stale", std::int64_t{hit.list_stale}},
                      {"second", std::int64_t{hit.second_look || hotlist::is_high_risk(entry.reason)}},
                      {"as_of", hit.list_as_of ? base::to_ms(*hit.list_as_of) : 0}};
    hotlist::bind_facts(entry, params);
    auto added = db_.exec(
        "INSERT INTO alerts (id, state, kind, rank_milli, created_at, reads, last_read_at, camera_id, "
        "read_id,"
        " hotlist_name, agency, differs, entry_id, list_stale, list_as_of, second_look, " +
            std::string(hotlist::kEntryFacts) +
            ") VALUES (:id, 'pending', :kind, :rank, :now, 1, :captured_at, :camera_id, :read_id, "
            ":hotlist_name, :agency,"
            " :differs, :entry_id, :stale, :as_of, :second, " +
            std::string(hotlist::kEntryFactValues) + ")",
        params);
    if (!added) return store_failure(added.error());
    return {};
  }

  base::Result<db::Row> row_of(std::string_view id) {
    auto rows = db_.query("SELECT * FROM alerts WHERE id = :id", {{"id", std::string(id)}});
    if (!rows) return store_failure(rows.error());
    if (rows->empty()) return no_such_alert();
    return std::move(rows->front());
  }

  static tl::unexpected<base::Error> wrong_state(const db::Row& row) {
    const std::string state = row.text("state");
    const std::string next =
        state == "pending" ? "A person must confirm it first." : "Reload it to see what was decided.";
    return base::failure(Errc::kWrongState, "The alert is " + state, "Each step is taken once and in order",
                         next);
  }

  static bool is_first_looker(const db::Row& row, std::string_view officer_id) {
    return row.text("state") == "pending" && row.integer("second_look") != 0 &&
           row.text("look_by") == officer_id;
  }
  static tl::unexpected<base::Error> same_person() {
    return base::failure(
        Errc::kSamePerson, "Another person must look at this one",
        "A stop of high risk is confirmed by two people, each for themselves, and you were the "
        "first",
        "Ask a colleague to compare it; you can still say that it is not this one.");
  }

  // The only place where a state changes: one UPDATE that names the states before.
  base::Result<void> move(std::string_view id, const std::string& update, const db::Params& params) {
    auto moved = db_.exec(update, params);
    if (!moved) return store_failure(moved.error());
    auto row = row_of(id);
    if (!row) return tl::unexpected(row.error());
    if (*moved == 0) return wrong_state(*row);
    tell(summary_of(*row));
    return {};
  }

  base::Result<void> move_on(std::string_view id, const std::string& from, const std::string& to,
                             const std::string& which, const Step& step, const std::string& only_if = {}) {
    if (step.officer_id.empty() || step.note.size() > kMaxNoteChars) {
      return base::failure(Errc::kBadCode, "A step needs its officer and a note of at most 500 characters");
    }
    return move(id,
                "UPDATE alerts SET state = :to, " + which + "_by = :by, " + which + "_at = :at, " + which +
                    "_code = :code, " + which + "_note = :note, " + which +
                    "_ledger = :ledger WHERE id = :id AND state = :from" + only_if,
                {{"to", to},
                 {"by", step.officer_id},
                 {"at", base::to_ms(step.at)},
                 {"code", step.code},
                 {"note", step.note},
                 {"ledger", static_cast<std::int64_t>(step.ledger_index)},
                 {"id", std::string(id)},
                 {"from", from}});
  }

  base::Result<void> read_pending(const Cursor& start, std::size_t limit,
                                  const std::vector<std::string>& hidden, SummaryPage& page) {
    std::string sql = "SELECT " + std::string(kSummaryColumns) + " FROM alerts WHERE state = 'pending'";
    db::Params params{{"limit", static_cast<std::int64_t>(limit + 1)}};
    if (!start.id.empty()) {
      sql += " AND (rank_milli < :rank OR (rank_milli = :rank AND id < :id))";
      params["rank"] = start.rank;
      params["id"] = start.id;
    }
    sql += not_of(hidden, params);
    auto rows = db_.query(sql + " ORDER BY rank_milli DESC, id DESC LIMIT :limit", params);
    if (!rows) return store_failure(rows.error());
    for (const db::Row& row : *rows) {
      if (page.alerts.size() == limit) {
        const Summary& last = page.alerts.back();
        page.next_cursor = "p" + std::to_string(std::lround(last.rank * 1000)) + "." + last.id;
        break;
      }
      page.alerts.push_back(summary_of(row));
    }
    return {};
  }

  base::Result<void> read_others(std::optional<State> state, const std::string& after, std::size_t limit,
                                 const std::vector<std::string>& hidden, SummaryPage& page) {
    if (page.alerts.size() == limit) {
      page.next_cursor = "n";
      return {};
    }
    const std::size_t room = limit - page.alerts.size();
    std::string sql = "SELECT " + std::string(kSummaryColumns) + " FROM alerts WHERE ";
    db::Params params{{"limit", static_cast<std::int64_t>(room + 1)}};
    if (state) {
      sql += "state = :state";
      params["state"] = std::string(alerts::name_of(*state));
    } else {
      sql += "state <> 'pending'";
    }
    if (!after.empty()) {
      sql += " AND id < :after";
      params["after"] = after;
    }
    sql += not_of(hidden, params);
    auto rows = db_.query(sql + " ORDER BY id DESC LIMIT :limit", params);
    if (!rows) return store_failure(rows.error());
    for (std::size_t i = 0; i < rows->size() && i < room; ++i) page.alerts.push_back(summary_of((*rows)[i]));
    if (rows->size() > room) page.next_cursor = "n" + page.alerts.back().id;
    return {};
  }

  void tell(const Summary& summary) {
    std::vector<std::function<void(const Summary&)>> listeners;
    {
      std::lock_guard lock(mutex_);
      listeners = listeners_;
    }
    for (const auto& listener : listeners) listener(summary);
  }

  db::Database& db_;
  const base::Clock& clock_;
  std::mutex raise_mutex_;
  RecentPassings passings_;  // under raise_mutex_
  std::mutex mutex_;
  std::vector<std::function<void(const Summary&)>> listeners_;
};

}  // namespace

std::vector<db::Migration> Alerts::migrations() {
  return {
      {"alerts/1-start",
       "CREATE TABLE alerts (id TEXT PRIMARY KEY, state TEXT NOT NULL, kind TEXT NOT NULL, rank_milli BIGINT "
       "NOT NULL,"
       " created_at BIGINT NOT NULL, camera_id TEXT NOT NULL, read_id TEXT NOT NULL, hotlist_name TEXT NOT "
       "NULL,"
       " differs TEXT NOT NULL, entry_id TEXT NOT NULL, hotlist_id TEXT NOT NULL, plate TEXT NOT NULL,"
       " pattern BIGINT NOT NULL, reason TEXT NOT NULL, case_number TEXT NOT NULL, region TEXT NOT NULL,"
       " color TEXT NOT NULL, body TEXT NOT NULL, make TEXT NOT NULL, expires_at BIGINT NOT NULL, added_by "
       "TEXT NOT NULL,"
       " added_at BIGINT NOT NULL, note TEXT NOT NULL, decision_by TEXT, decision_at BIGINT, decision_code "
       "TEXT,"
       " decision_note TEXT, decision_ledger BIGINT, outcome_by TEXT, outcome_at BIGINT, outcome_code TEXT,"
       " outcome_note TEXT, outcome_ledger BIGINT, UNIQUE (read_id, entry_id),"
       " CHECK (state IN ('pending', 'confirmed', 'rejected', 'closed')),"
       " CHECK ((state = 'pending') = (decision_by IS NULL)), CHECK ((state = 'closed') = (outcome_by IS NOT "
       "NULL)));\n"
       "CREATE INDEX alerts_queue ON alerts (state, rank_milli, id);\n"},
      {"alerts/2-passings",
       "ALTER TABLE alerts ADD COLUMN reads BIGINT NOT NULL DEFAULT 1;\n"
       "ALTER TABLE alerts ADD COLUMN last_read_at BIGINT NOT NULL DEFAULT 0;\n"
       "UPDATE alerts SET last_read_at = created_at;\n"
       "CREATE TABLE alert_reads (read_id TEXT NOT NULL, entry_id TEXT NOT NULL, alert_id TEXT NOT NULL "
       "REFERENCES "
       "alerts(id),\n PRIMARY KEY (read_id, entry_id));\n"},
      {"alerts/3-list-age",
       "ALTER TABLE alerts ADD COLUMN list_stale BIGINT NOT NULL DEFAULT 0;\n"
       "ALTER TABLE alerts ADD COLUMN list_as_of BIGINT NOT NULL DEFAULT 0;\n"},
      {"alerts/4-other-agencies",
       "ALTER TABLE alerts ADD COLUMN agency TEXT NOT NULL DEFAULT '';\n"
       "ALTER TABLE alerts ADD COLUMN withdrawn TEXT NOT NULL DEFAULT '';\n"
       "CREATE INDEX alerts_by_entry ON alerts (entry_id);\n"},
      {"alerts/5-second-look",
       "ALTER TABLE alerts ADD COLUMN second_look BIGINT NOT NULL DEFAULT 0;\n"
       "ALTER TABLE alerts ADD COLUMN look_by TEXT NOT NULL DEFAULT '';\n"
       "ALTER TABLE alerts ADD COLUMN look_at BIGINT NOT NULL DEFAULT 0;\n"
       "ALTER TABLE alerts ADD COLUMN look_code TEXT NOT NULL DEFAULT '';\n"
       "ALTER TABLE alerts ADD COLUMN look_note TEXT NOT NULL DEFAULT '';\n"
       "ALTER TABLE alerts ADD COLUMN look_ledger BIGINT NOT NULL DEFAULT 0;\n"}};
}

base::Result<std::unique_ptr<Alerts>> Alerts::open(db::Database& db, const base::Clock& clock) {
  return std::make_unique<StoredAlerts>(db, clock);
}

}  // namespace glasshouse::alerts
