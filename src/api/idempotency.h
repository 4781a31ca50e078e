// A write sent twice with the same Idempotency-Key acts once and gets the first answer again, for 24 hours.
//
//   Idempotency once(db, clock);
//   if (auto answer = once.begin(account_id, key, fingerprint)) return *answer;   // known, running, or
//   another request auto response = handle(); once.finish(account_id, key, response);
//
// Kept: status and body. Not kept: an answer of 500 and above (it may be tried again), and the body of one
// marked kShownOnce (a link, a token): secrets are not stored, so the second answer says that it was shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "net/http.h"

namespace glasshouse::api {

inline constexpr base::Millis kIdempotencyLife{24 * 60 * 60 * 1000};
inline constexpr base::Millis kIdempotencyRunning{2 * 60 * 1000};  // after that the first is taken for dead
inline constexpr std::size_t kMaxStoredAnswerBytes = 256 * 1024;
// A handler sets this header on an answer that holds a secret; it is removed before the answer leaves.
inline constexpr const char* kShownOnce = "X-Glasshouse-Shown-Once";

// Thread-safe.
class Idempotency {
 public:
  Idempotency(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}

  static std::vector<db::Migration> migrations();
  static bool is_key(std::string_view text);  // 8..80 printable ASCII characters

  // Nothing: go on and call finish(). A response: give it back.
  std::optional<net::Response> begin(const std::string& account_id, const std::string& key,
                                     const std::string& fingerprint);
  void finish(const std::string& account_id, const std::string& key, const net::Response& response);
  void drop_old();

 private:
  std::optional<net::Response> known(const std::string& account_id, const std::string& key,
                                     const std::string& fingerprint);

  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::api
