#include "records/outside_book.h"

#include <array>

#include "base/log.h"

namespace glasshouse::records {
namespace {

struct OutsideTimeColumn {
  const char* name;
  std::optional<base::Time> OutsideState::*member;
};
constexpr std::array<OutsideTimeColumn, 5> kOutsideTimes{{{"tried_ms", &OutsideState::tried_at},
                                                          {"good_ms", &OutsideState::good_at},
                                                          {"brought_ms", &OutsideState::brought_at},
                                                          {"as_of_ms", &OutsideState::as_of},
                                                          {"failing_ms", &OutsideState::failing_since}}};

OutsideState outside_state_of(const db::Row& row) {
  OutsideState state;
  for (const OutsideTimeColumn& column : kOutsideTimes) {
    if (!row.is_null(column.name)) state.*column.member = base::from_ms(row.integer(column.name));
  }
  state.why = row.text("why");
  state.next = row.text("next_step");
  state.latest = row.text("latest");
  state.brought = row.text("brought");
  return state;
}

}  // namespace

std::vector<db::Migration> OutsideBook::migrations() {
  return {{"records/10-outside", R"sql(
CREATE TABLE outside_states (
  id TEXT PRIMARY KEY,
  tried_ms BIGINT,
  good_ms BIGINT,
  brought_ms BIGINT,
  as_of_ms BIGINT,
  failing_ms BIGINT,
  why TEXT NOT NULL,
  next_step TEXT NOT NULL,
  latest TEXT NOT NULL,
  brought TEXT NOT NULL
);
)sql"}};
}

base::Result<std::unique_ptr<OutsideBook>> OutsideBook::open(db::Database& db, const base::Clock& clock) {
  std::unique_ptr<OutsideBook> book(new OutsideBook(db, clock));
  const auto rows = db.query("SELECT * FROM outside_states");
  if (!rows) return tl::unexpected(rows.error());
  for (const db::Row& row : *rows) book->known_[row.text("id")] = {outside_state_of(row), clock.now()};
  return book;
}

void OutsideBook::set_files(OutsideFiles files) {
  std::lock_guard lock(mutex_);
  files_ = std::move(files);
}

OutsideFiles OutsideBook::files() const {
  std::lock_guard lock(mutex_);
  return files_;
}

void OutsideBook::set_up(OutsideThing thing) {
  std::lock_guard lock(mutex_);
  things_[thing.id] = std::move(thing);
}

void OutsideBook::take_down(std::string_view id) {
  std::lock_guard lock(mutex_);
  things_.erase(std::string(id));
}

std::vector<OutsideThing> OutsideBook::things() const {
  std::lock_guard lock(mutex_);
  std::vector<OutsideThing> all;
  for (const auto& [id, thing] : things_) all.push_back(thing);
  return all;
}

OutsideState OutsideBook::state(std::string_view id) const {
  std::lock_guard lock(mutex_);
  const auto known = known_.find(std::string(id));
  return known == known_.end() ? OutsideState{} : known->second.state;
}

void OutsideBook::connected(std::string_view id, std::string source_id) {
  std::lock_guard lock(mutex_);
  const std::string key(id);
  if (const auto thing = things_.find(key); thing != things_.end())
    thing->second.source_id = std::move(source_id);
  OutsideState& state = known_[key].state;
  state.connected_since = state.tried_at = state.good_at = clock_.now();
  state.failing_since.reset();
  state.why = state.next = "";
  save(key, true);
}

void OutsideBook::worked(std::string_view id, std::string latest, std::optional<base::Time> as_of) {
  std::lock_guard lock(mutex_);
  const std::string key(id);
  OutsideState& state = known_[key].state;
  const bool was_failing = state.failing_since.has_value();
  state.tried_at = state.good_at = clock_.now();
  state.failing_since.reset();
  state.why = state.next = "";
  state.latest = std::move(latest);
  if (as_of) state.as_of = as_of;
  save(key, was_failing);
}

void OutsideBook::brought(std::string_view id, std::string what) {
  std::lock_guard lock(mutex_);
  const std::string key(id);
  OutsideState& state = known_[key].state;
  const bool is_told = !what.empty();
  state.brought_at = clock_.now();
  if (is_told) state.brought = std::move(what);
  save(key, is_told);
}

void OutsideBook::failed(std::string_view id, const base::Error& why) {
  std::lock_guard lock(mutex_);
  const std::string key(id);
  OutsideState& state = known_[key].state;
  std::string sentence = why.what();
  if (sentence.ends_with('.')) sentence.pop_back();
  if (!why.why().empty()) sentence += ": " + why.why();
  const bool is_new = !state.failing_since || state.why != sentence;
  state.tried_at = clock_.now();
  if (!state.failing_since) state.failing_since = state.tried_at;
  state.connected_since.reset();
  state.why = sentence;
  state.next = why.next();
  save(key, is_new);
}

void OutsideBook::forget(std::string_view id) {
  std::lock_guard lock(mutex_);
  known_.erase(std::string(id));
  const auto gone = db_.exec("DELETE FROM outside_states WHERE id = :id", {{"id", std::string(id)}});
  if (!gone) base::log(base::Level::kError, "outside", "a state was not forgotten: " + gone.error().what());
}

void OutsideBook::save(const std::string& id, bool at_once) {
  Known& known = known_[id];
  const base::Time now = clock_.now();
  if (!at_once && known.saved_at != base::Time{} && now - known.saved_at < kOutsideSaved) return;
  known.saved_at = now;
  db::Params values{{"id", id},
                    {"why", known.state.why},
                    {"next_step", known.state.next},
                    {"latest", known.state.latest},
                    {"brought", known.state.brought}};
  for (const OutsideTimeColumn& column : kOutsideTimes) {
    const auto& time = known.state.*column.member;
    values[column.name] = time ? db::Value(base::to_ms(*time)) : db::Value(nullptr);
  }
  const auto kept = db_.exec(
      "INSERT INTO outside_states (id, tried_ms, good_ms, brought_ms, as_of_ms, failing_ms, why, next_step, "
      "latest, brought) VALUES (:id, :tried_ms, :good_ms, :brought_ms, :as_of_ms, :failing_ms, :why, "
      ":next_step, :latest, :brought) ON CONFLICT (id) DO UPDATE SET tried_ms = excluded.tried_ms, "
      "good_ms = excluded.good_ms, brought_ms = excluded.brought_ms, as_of_ms = excluded.as_of_ms, "
      "failing_ms = excluded.failing_ms, why = excluded.why, next_step = excluded.next_step, "
      "latest = excluded.latest, brought = excluded.brought",
      values);
  if (!kept) base::log(base::Level::kError, "outside", "a state was not kept: " + kept.error().what());
}

std::string shown_address(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t place = url.find("://");
  if (place == std::string_view::npos) return std::string(url);
  const std::string_view rest = url.substr(place + 3);
  const std::size_t at = rest.substr(0, rest.find('/')).rfind('@');
  return std::string(url.substr(0, place + 3)) +
         std::string(at == std::string_view::npos ? rest : rest.substr(at + 1));
}

}  // namespace glasshouse::records
