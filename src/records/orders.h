// What outside agencies bring to the order desk: a judge's warrant or order, or their own written
// declaration. One person enters it, another checks it against the document; then questions may be asked
// inside its scope. The document itself is not kept here: only its SHA-256, which both people make from their
// own copy.
//
//   auto order = orders.enter(draft);            // kEntered
//   orders.decide(order->id, true, checker, ""); // kChecked
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "policy/policy.h"

namespace glasshouse::records {

enum class OrderKind { kWarrant, kCourtOrder, kDeclaration };
std::string_view name_of(OrderKind kind);  // "warrant", "court-order", "declaration"
std::optional<OrderKind> order_kind_named(std::string_view name);

enum class OrderState { kEntered, kChecked, kRefused, kWithdrawn };
std::string_view name_of(OrderState state);  // "entered", …

inline constexpr std::size_t kMostOrderPlates = 50;
inline constexpr std::size_t kMostOrderCameras = 500;

struct Order {
  std::string id, number, court, judge;
  OrderKind kind = OrderKind::kWarrant;
  std::string agency, agency_kind, agency_state;  // who brought it; the kind as policy names it
  std::string purpose, offence;                   // coded
  std::vector<std::string> plates, camera_ids;    // sorted; empty: not limited to any
  base::Time from, to;                            // the reads it covers
  base::Time expires_at;
  std::string document_sha256;  // 64 hex digits
  std::string note;
  std::string entered_by;
  base::Time entered_at;
  OrderState state = OrderState::kEntered;
  std::string decided_by, decision_note;  // of whoever checked, refused or withdrew it last
  std::optional<base::Time> decided_at;
  std::string checked_by;  // stays when it is withdrawn later
};

// The two people of an order work under it as under a case of theirs.
policy::CaseFacts case_facts_of(const Order& order, std::string_view officer_id);
policy::OrderFacts order_facts_of(const Order& order);

tl::unexpected<base::Error> no_such_order();  // also for those who may not know of it

// Thread-safe.
class Orders {
 public:
  Orders(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}
  static std::vector<db::Migration> migrations();

  // kInvalid, with what is wrong with it.
  static base::Result<void> check_draft(const Order& draft, base::Time now);
  base::Result<Order> enter(
      const Order& draft);                       // id may be given; kConflict: the agency has one so numbered
  base::Result<Order> get(std::string_view id);  // kNotFound
  // Newest first, those before the id `before`.
  base::Result<std::vector<Order>> list(std::string_view before, std::size_t limit);
  // Each step only from the state before it: kConflict when somebody was faster.
  base::Result<Order> decide(std::string_view id, bool good, const std::string& by, const std::string& note);
  base::Result<Order> withdraw(std::string_view id, const std::string& by, const std::string& note);

 private:
  base::Result<Order> move(std::string_view id, const std::vector<OrderState>& from, OrderState to,
                           const std::string& by, const std::string& note);
  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::records
