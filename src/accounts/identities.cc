#include "accounts/identities.h"

#include "accounts/accounts.h"

namespace glasshouse::accounts {

base::Result<void> Identities::link(std::string_view account_id, std::string_view issuer,
                                    std::string_view subject) {
  if (subject.empty() || subject.size() > kMostSubjectBytes)
    return base::failure(Errc::kInvalid, "The provider names nobody", "Its subject is empty or too long");
  const std::string id(account_id);
  const auto linked = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    if (auto gone = tx.exec("DELETE FROM account_identities WHERE account_id = :id", {{"id", id}}); !gone)
      return tl::unexpected(gone.error());
    const auto added = tx.exec(
        "INSERT INTO account_identities (account_id, issuer, subject, linked_at_ms) VALUES (:id, :issuer, "
        ":subject, :now)",
        {{"id", id},
         {"issuer", std::string(issuer)},
         {"subject", std::string(subject)},
         {"now", base::to_ms(clock_.now())}});
    if (!added) return tl::unexpected(added.error());
    return {};
  });
  if (!linked && linked.error().is(db::Errc::kConflict))
    return base::failure(Errc::kDuplicate, "This person of the provider is linked to another account", "",
                         "Sign out there and choose your own account.");
  return linked;
}

base::Result<bool> Identities::unlink(std::string_view account_id) {
  const auto gone =
      db_.exec("DELETE FROM account_identities WHERE account_id = :id", {{"id", std::string(account_id)}});
  if (!gone) return tl::unexpected(gone.error());
  return *gone > 0;
}

base::Result<std::optional<LinkedIdentity>> Identities::of(std::string_view account_id) {
  return first("account_id = :id", {{"id", std::string(account_id)}});
}

base::Result<std::optional<LinkedIdentity>> Identities::find(std::string_view issuer,
                                                             std::string_view subject) {
  return first("issuer = :issuer AND subject = :subject",
               {{"issuer", std::string(issuer)}, {"subject", std::string(subject)}});
}

base::Result<std::optional<LinkedIdentity>> Identities::first(const std::string& where,
                                                              const db::Params& params) {
  const auto rows = db_.query("SELECT * FROM account_identities WHERE " + where, params);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return std::optional<LinkedIdentity>();
  const db::Row& row = rows->front();
  return std::optional(LinkedIdentity{row.text("account_id"), row.text("issuer"), row.text("subject"),
                                      base::from_ms(row.integer("linked_at_ms"))});
}

}  // namespace glasshouse::accounts
