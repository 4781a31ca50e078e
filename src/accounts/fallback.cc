#include "accounts/fallback.h"

#include <array>

#include "crypto/crypto.h"
#include "crypto/totp.h"

namespace glasshouse::accounts {
namespace {

constexpr std::size_t kCodeDigits = 6;
// The app's clock may be a little off, and typing takes a while.
constexpr std::array<std::int64_t, 3> kNearSteps{0, -1, 1};

}  // namespace

Fallback::Fallback(db::Database& db, const base::Clock& clock, const std::string& sealing_secret)
    : db_(db),
      clock_(clock),
      sealer_(crypto::TextSealer::from_secret(sealing_secret).value()),
      nobody_(crypto::hash_password(crypto::hex(crypto::random_bytes(32)))) {}

base::Result<std::string> Fallback::begin(const std::string& account_id) {
  std::string secret = crypto::random_bytes(crypto::kTotpSecretBytes);
  const auto sealed = sealer_.seal(secret);
  if (!sealed) return tl::unexpected(sealed.error());
  const auto stored = db_.exec(
      "INSERT INTO account_fallbacks (account_id, secret, begun, last_step) VALUES (:id, '', :begun, 0) ON "
      "CONFLICT (account_id) DO UPDATE SET begun = excluded.begun",
      {{"id", account_id}, {"begun", *sealed}});
  if (!stored) return tl::unexpected(stored.error());
  return secret;
}

base::Result<std::optional<Fallback::Kept>> Fallback::kept(const std::string& account_id,
                                                           const char* column) {
  const auto rows = db_.query("SELECT secret, begun, last_step FROM account_fallbacks WHERE account_id = :id",
                              {{"id", account_id}});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty() || rows->front().text(column).empty()) return std::nullopt;
  auto secret = sealer_.open(rows->front().text(column));
  if (!secret) return tl::unexpected(secret.error());
  return Kept{std::move(*secret), rows->front().integer("last_step")};
}

std::int64_t Fallback::step_of(const Kept& kept, std::string_view code, base::Time now) {
  if (code.size() != kCodeDigits) return 0;
  for (const std::int64_t near : kNearSteps) {
    const std::int64_t step = crypto::totp_step(now) + near;
    if (step > kept.last_step && crypto::equal_constant_time(crypto::totp_code(kept.secret, step), code))
      return step;
  }
  return 0;
}

base::Result<void> Fallback::confirm(const std::string& account_id, const std::string& phc,
                                     std::string_view code) {
  const auto begun = kept(account_id, "begun");
  if (!begun) return tl::unexpected(begun.error());
  const std::int64_t step = *begun ? step_of({(*begun)->secret, 0}, code, clock_.now()) : 0;
  if (step == 0)
    return base::failure(Errc::kInvalid, "The code is not right", "It changes every 30 seconds",
                         "Type the one that the app shows now.");
  return db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    const auto moved = tx.exec(
        "UPDATE account_fallbacks SET secret = begun, begun = '', last_step = :step WHERE account_id = :id "
        "AND begun <> ''",
        {{"step", step}, {"id", account_id}});
    if (!moved) return tl::unexpected(moved.error());
    const auto set =
        tx.exec("UPDATE accounts SET password = :phc WHERE id = :id", {{"phc", phc}, {"id", account_id}});
    if (!set) return tl::unexpected(set.error());
    return {};
  });
}

base::Result<bool> Fallback::check(const std::string& account_id, const std::string& phc,
                                   std::string_view password, std::string_view code) {
  const bool right = crypto::check_password(phc.empty() ? nobody_ : phc, password) && !phc.empty();
  if (account_id.empty()) return false;
  const auto now_kept = kept(account_id, "secret");
  if (!now_kept) return tl::unexpected(now_kept.error());
  const std::int64_t step = *now_kept ? step_of(**now_kept, code, clock_.now()) : 0;
  if (!right || step == 0) return false;
  // Two with the same code at the same moment: one of them finds the step used.
  const auto used =
      db_.exec("UPDATE account_fallbacks SET last_step = :step WHERE account_id = :id AND last_step < :step2",
               {{"step", step}, {"id", account_id}, {"step2", step}});
  if (!used) return tl::unexpected(used.error());
  return *used == 1;
}

base::Result<void> Fallback::forget(db::Transaction& tx, const std::string& account_id) {
  for (const char* sql : {"DELETE FROM account_fallbacks WHERE account_id = :id",
                          "UPDATE accounts SET password = '' WHERE id = :id",
                          "DELETE FROM account_sessions WHERE account_id = :id AND means = 'fallback'"}) {
    if (auto done = tx.exec(sql, {{"id", account_id}}); !done) return tl::unexpected(done.error());
  }
  return {};
}

}  // namespace glasshouse::accounts
