#include "alerts/misreads.h"

#include <algorithm>
#include <array>

namespace glasshouse::alerts {
namespace {

struct WrongCode {
  const char *kind, *label;
  const char *decision, *outcome;  // what says so before and after a confirmation; empty: nothing does
};
constexpr std::array kWrongCodes{
    WrongCode{"misread", "The plate was misread", "misread", "misread"},
    WrongCode{"wrong-region", "Same plate, another state or country", "wrong-region", "wrong-region"},
    WrongCode{"wrong-vehicle", "Same plate, another vehicle", "wrong-vehicle", ""},
    WrongCode{"stale", "The list's entry no longer held", "stale-entry", "stale"},
    WrongCode{"unfounded", "The list's entry was unfounded", "", "unfounded"},
};

const WrongCode* wrong_code(std::string_view code, bool outcome) {
  const auto* found = std::find_if(kWrongCodes.begin(), kWrongCodes.end(), [&](const WrongCode& one) {
    return !code.empty() && code == (outcome ? one.outcome : one.decision);
  });
  return found == kWrongCodes.end() ? nullptr : found;
}

// One row a wrong or right ending; an alert that was withdrawn was nobody's finding.
constexpr std::string_view kRejected =
    " FROM alerts WHERE state = 'rejected' AND decision_at >= :from AND decision_at < :until";
constexpr std::string_view kClosed =
    " FROM alerts WHERE state = 'closed' AND withdrawn = '' AND outcome_at >= :from AND outcome_at < :until";

}  // namespace

base::Result<MisreadRegister> misreads(db::Database& db, base::Time from, base::Time until) {
  const db::Params span{{"from", base::to_ms(from)}, {"until", base::to_ms(until)}};
  MisreadRegister found;
  for (const WrongCode& one : kWrongCodes) found.kinds.push_back({one.kind, one.label});
  auto decided = db.query(
      "SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN state = 'rejected' THEN 0 ELSE 1 END), 0) AS yes FROM "
      "alerts WHERE decision_code <> '' AND decision_at >= :from AND decision_at < :until",
      span);
  if (!decided) return tl::unexpected(decided.error());
  found.decided = static_cast<std::size_t>(decided->front().integer("n"));
  found.confirmed = static_cast<std::size_t>(decided->front().integer("yes"));
  for (const bool outcome : {false, true}) {
    const std::string column = outcome ? "outcome" : "decision";
    const std::string where(outcome ? kClosed : kRejected);
    auto counts = db.query(
        "SELECT " + column + "_code AS code, COUNT(*) AS n" + where + " GROUP BY " + column + "_code", span);
    if (!counts) return tl::unexpected(counts.error());
    std::string codes;
    for (const WrongCode& one : kWrongCodes) {
      const std::string code = outcome ? one.outcome : one.decision;
      if (!code.empty()) codes += (codes.empty() ? "'" : ", '") + code + "'";
    }
    for (const db::Row& row : *counts) {
      const WrongCode* wrong = wrong_code(row.text("code"), outcome);
      if (wrong == nullptr) continue;
      MisreadKind& kind = found.kinds[static_cast<std::size_t>(wrong - kWrongCodes.data())];
      (outcome ? kind.after : kind.before) = static_cast<std::size_t>(row.integer("n"));
      found.wrong += static_cast<std::size_t>(row.integer("n"));
    }
    db::Params limited = span;
    limited["limit"] = static_cast<std::int64_t>(kMostMisreads);
    auto rows = db.query("SELECT " + column + "_code AS code, " + column + "_at AS at, " + column +
                             "_ledger AS ledger" + where + " AND " + column + "_code IN (" + codes +
                             ") ORDER BY at DESC LIMIT :limit",
                         limited);
    if (!rows) return tl::unexpected(rows.error());
    for (const db::Row& row : *rows) {
      const WrongCode* wrong = wrong_code(row.text("code"), outcome);
      if (wrong == nullptr) continue;
      found.newest.push_back({base::from_ms(row.integer("at")), wrong->kind, outcome,
                              static_cast<std::uint64_t>(row.integer("ledger"))});
    }
  }
  std::sort(found.newest.begin(), found.newest.end(),
            [](const Misread& a, const Misread& b) { return a.at > b.at; });
  if (found.newest.size() > kMostMisreads) found.newest.resize(kMostMisreads);
  return found;
}

}  // namespace glasshouse::alerts
