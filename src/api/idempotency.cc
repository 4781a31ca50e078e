#include "api/idempotency.h"

#include <algorithm>

#include "api/json.h"
#include "base/log.h"

namespace glasshouse::api {
namespace {

constexpr std::int64_t kRunning = 0;  // in place of a status

}  // namespace

std::vector<db::Migration> Idempotency::migrations() {
  return {{"api/1-idempotency",
           "CREATE TABLE idempotency_keys (account_id TEXT NOT NULL, idempotency_key TEXT NOT NULL,\n"
           "  fingerprint TEXT NOT NULL, status BIGINT NOT NULL, content_type TEXT NOT NULL, answer TEXT NOT "
           "NULL,\n"
           "  made_at_ms BIGINT NOT NULL, PRIMARY KEY (account_id, idempotency_key));\n"
           "CREATE INDEX idempotency_by_age ON idempotency_keys (made_at_ms);\n"}};
}

bool Idempotency::is_key(std::string_view text) {
  return text.size() >= 8 && text.size() <= 80 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::optional<net::Response> Idempotency::begin(const std::string& account_id, const std::string& key,
                                                const std::string& fingerprint) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto added = db_.exec(
        "INSERT INTO idempotency_keys (account_id, idempotency_key, fingerprint, status, content_type, "
        "answer, "
        "made_at_ms) VALUES (:account, :key, :fingerprint, 0, '', '', :now)",
        {{"account", account_id},
         {"key", key},
         {"fingerprint", fingerprint},
         {"now", base::to_ms(clock_.now())}});
    if (added) return std::nullopt;
    if (!added.error().is(db::Errc::kConflict)) return problem(added.error());
    if (auto answer = known(account_id, key, fingerprint)) return answer;
  }
  return problem(409, "still-running", "The same request is being worked on.", {}, "Wait for its answer.");
}

// Nothing when the row was too old and is now gone.
std::optional<net::Response> Idempotency::known(const std::string& account_id, const std::string& key,
                                                const std::string& fingerprint) {
  const db::Params which{{"account", account_id}, {"key", key}};
  const auto rows = db_.query(
      "SELECT fingerprint, status, content_type, answer, made_at_ms FROM idempotency_keys WHERE account_id = "
      ":account "
      "AND idempotency_key = :key",
      which);
  if (!rows) return problem(rows.error());
  if (rows->empty()) return std::nullopt;
  const db::Row& row = rows->front();
  const base::Millis age = clock_.now() - base::from_ms(row.integer("made_at_ms"));
  const bool running = row.integer("status") == kRunning;
  if (age >= kIdempotencyLife || (running && age >= kIdempotencyRunning)) {
    (void)db_.exec("DELETE FROM idempotency_keys WHERE account_id = :account AND idempotency_key = :key",
                   which);
    return std::nullopt;
  }
  if (row.text("fingerprint") != fingerprint) {
    return problem(422, "key-reused", "This Idempotency-Key belongs to another request.",
                   "It was used within the last 24 hours.", "Use a new key for a new request.");
  }
  if (running) {
    return problem(409, "still-running", "The same request is being worked on.", {}, "Wait for its answer.");
  }
  if (row.text("content_type") == kShownOnce) {
    return problem(409, "shown-once", "This was done before, and its secret was shown then.",
                   "Links and tokens are shown once and not kept.", "Make a new one if it was lost.");
  }
  net::Response response = net::Response::text(static_cast<int>(row.integer("status")), row.text("answer"),
                                               row.text("content_type"));
  if (row.text("content_type").empty()) response.headers.remove("Content-Type");
  response.headers.set("Idempotency-Replayed", "true");
  return response;
}

void Idempotency::finish(const std::string& account_id, const std::string& key,
                         const net::Response& response) {
  db::Params which{{"account", account_id}, {"key", key}};
  if (response.status >= 500 || response.body.size() > kMaxStoredAnswerBytes || response.events) {
    (void)db_.exec("DELETE FROM idempotency_keys WHERE account_id = :account AND idempotency_key = :key",
                   which);
    return;
  }
  const bool secret = response.headers.get(kShownOnce).has_value();
  which["status"] = std::int64_t{response.status};
  which["type"] =
      secret ? std::string(kShownOnce) : std::string(response.headers.get("Content-Type").value_or(""));
  which["answer"] = secret ? std::string() : response.body;
  const auto kept = db_.exec(
      "UPDATE idempotency_keys SET status = :status, content_type = :type, answer = :answer WHERE account_id "
      "= :account "
      "AND idempotency_key = :key",
      which);
  if (!kept)
    base::log(base::Level::kWarn, "api", "an idempotent answer was not kept: " + kept.error().what());
}

void Idempotency::drop_old() {
  (void)db_.exec("DELETE FROM idempotency_keys WHERE made_at_ms < :before",
                 {{"before", base::to_ms(clock_.now() - kIdempotencyLife)}});
}

}  // namespace glasshouse::api
