#include "records/orders.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/id.h"
#include "base/words.h"
#include "records/records.h"

namespace glasshouse::records {
namespace {

constexpr std::array<std::pair<OrderKind, std::string_view>, 3> kKinds{
    {{OrderKind::kWarrant, "warrant"},
     {OrderKind::kCourtOrder, "court-order"},
     {OrderKind::kDeclaration, "declaration"}}};
constexpr std::array<std::pair<OrderState, std::string_view>, 4> kStates{
    {{OrderState::kEntered, "entered"},
     {OrderState::kChecked, "checked"},
     {OrderState::kRefused, "refused"},
     {OrderState::kWithdrawn, "withdrawn"}}};

OrderState state_named(const std::string& name) {
  for (const auto& [state, known] : kStates) {
    if (known == name) return state;
  }
  return OrderState::kRefused;  // nothing is searched under what cannot be understood
}

Order order_from(const db::Row& row) {
  Order order;
  order.id = row.text("id");
  order.number = row.text("number");
  order.court = row.text("court");
  order.judge = row.text("judge");
  order.kind = order_kind_named(row.text("kind")).value_or(OrderKind::kDeclaration);
  order.agency = row.text("agency");
  order.agency_kind = row.text("agency_kind");
  order.agency_state = row.text("agency_state");
  order.purpose = row.text("purpose");
  order.offence = row.text("offence");
  order.plates = base::split_words(row.text("plates"));
  order.camera_ids = base::split_words(row.text("camera_ids"));
  order.from = base::from_ms(row.integer("from_ms"));
  order.to = base::from_ms(row.integer("to_ms"));
  order.expires_at = base::from_ms(row.integer("expires_at_ms"));
  order.document_sha256 = row.text("document_sha256");
  order.note = row.text("note");
  order.entered_by = row.text("entered_by");
  order.entered_at = base::from_ms(row.integer("entered_at_ms"));
  order.state = state_named(row.text("state"));
  order.decided_by = row.text("decided_by");
  order.decision_note = row.text("decision_note");
  order.checked_by = row.text("checked_by");
  if (!row.is_null("decided_at_ms")) order.decided_at = base::from_ms(row.integer("decided_at_ms"));
  return order;
}

tl::unexpected<base::Error> wrong(std::string what, std::string why, std::string next) {
  return base::failure(Errc::kInvalid, std::move(what), std::move(why), std::move(next));
}

}  // namespace

tl::unexpected<base::Error> no_such_order() {
  return base::failure(Errc::kNotFound, "There is no such order", "", "Look at the list of orders.");
}

std::string_view name_of(OrderKind kind) {
  return kKinds[static_cast<std::size_t>(kind)].second;
}
std::string_view name_of(OrderState state) {
  return kStates[static_cast<std::size_t>(state)].second;
}
std::optional<OrderKind> order_kind_named(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

policy::CaseFacts case_facts_of(const Order& order, std::string_view officer_id) {
  policy::CaseFacts facts;
  facts.id = order.id;
  facts.number = order.number;
  facts.purpose = order.purpose;
  facts.offence = order.offence;
  facts.open = order.state == OrderState::kEntered || order.state == OrderState::kChecked;
  facts.assigned = officer_id == order.entered_by || officer_id == order.checked_by;
  facts.opened_by = order.entered_by;
  return facts;
}

policy::OrderFacts order_facts_of(const Order& order) {
  policy::OrderFacts facts;
  facts.id = order.id;
  facts.number = order.number;
  facts.verified = order.state == OrderState::kChecked;
  facts.expires_at = order.expires_at;
  facts.by_judge = order.kind != OrderKind::kDeclaration;
  facts.agency = order.agency;
  facts.entered_by = order.entered_by;
  facts.plates = order.plates;
  facts.camera_ids = order.camera_ids;
  facts.from = order.from;
  facts.to = order.to;
  return facts;
}

std::vector<db::Migration> Orders::migrations() {
  return {{"records/3-orders", R"sql(
CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  court TEXT NOT NULL,
  judge TEXT NOT NULL,
  agency TEXT NOT NULL,
  agency_kind TEXT NOT NULL,
  agency_state TEXT NOT NULL,
  purpose TEXT NOT NULL,
  offence TEXT NOT NULL,
  plates TEXT NOT NULL,
  camera_ids TEXT NOT NULL,
  from_ms BIGINT NOT NULL,
  to_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  document_sha256 TEXT NOT NULL,
  note TEXT NOT NULL,
  entered_by TEXT NOT NULL,
  entered_at_ms BIGINT NOT NULL,
  state TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at_ms BIGINT,
  decision_note TEXT NOT NULL,
  checked_by TEXT NOT NULL
);
CREATE UNIQUE INDEX orders_by_document ON orders (document_sha256, number);
)sql"}};
}

base::Result<void> Orders::check_draft(const Order& draft, base::Time now) {
  const bool judged = draft.kind != OrderKind::kDeclaration;
  if (draft.number.empty() || draft.agency.empty()) {
    return wrong("The order is not complete", "It needs its number and the agency that brought it",
                 "Copy both from the document.");
  }
  if (judged && (draft.court.empty() || draft.judge.empty())) {
    return wrong("The order names no court or no judge", "A warrant and a court order are signed by a judge",
                 "Copy both from the document; without them it is a declaration at most.");
  }
  if (draft.document_sha256.size() != 64 ||
      draft.document_sha256.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return wrong("The document's SHA-256 is missing", "It is 64 hexadecimal digits",
                 "Choose the document's file, or run sha256sum on it.");
  }
  if (draft.plates.empty() && draft.camera_ids.empty()) {
    return wrong("The order names neither plates nor cameras", "A search runs only inside what it names",
                 "Name the plates or the cameras that the document names; without either, ask the court.");
  }
  if (draft.plates.size() > kMostOrderPlates || draft.camera_ids.size() > kMostOrderCameras) {
    return wrong("The order names too much", "At most 50 plates and 500 cameras",
                 "Enter it in parts, each with its own scope.");
  }
  if (draft.to < draft.from) {
    return wrong("The end of the time lies before its start", "", "Set the end after the start.");
  }
  if (draft.expires_at <= now) {
    return wrong("The order has run out already", "", "Have the court renew it.");
  }
  return {};
}

base::Result<Order> Orders::enter(const Order& draft) {
  const base::Time now = clock_.now();
  if (auto good = check_draft(draft, now); !good) return tl::unexpected(good.error());
  const std::string id = draft.id.empty() ? base::new_id("order", now) : draft.id;
  std::vector<std::string> plates = draft.plates, cameras = draft.camera_ids;
  for (auto* list : {&plates, &cameras}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  const auto added = db_.exec(
      "INSERT INTO orders (id, kind, number, court, judge, agency, agency_kind, agency_state, purpose, "
      "offence, plates, camera_ids, from_ms, to_ms, expires_at_ms, document_sha256, note, entered_by, "
      "entered_at_ms, state, decided_by, decided_at_ms, decision_note, checked_by) VALUES (:id, :kind, "
      ":number, :court, :judge, :agency, :agency_kind, :agency_state, :purpose, :offence, :plates, "
      ":cameras, :from, :to, :expires, :document, :note, :by, :at, 'entered', '', NULL, '', '')",
      {{"id", id},
       {"kind", std::string(name_of(draft.kind))},
       {"number", draft.number},
       {"court", draft.court},
       {"judge", draft.judge},
       {"agency", draft.agency},
       {"agency_kind", draft.agency_kind},
       {"agency_state", draft.agency_state},
       {"purpose", draft.purpose},
       {"offence", draft.offence},
       {"plates", base::join(plates, " ")},
       {"cameras", base::join(cameras, " ")},
       {"from", base::to_ms(draft.from)},
       {"to", base::to_ms(draft.to)},
       {"expires", base::to_ms(draft.expires_at)},
       {"document", draft.document_sha256},
       {"note", draft.note},
       {"by", draft.entered_by},
       {"at", base::to_ms(now)}});
  if (!added) {
    if (added.error().is(db::Errc::kConflict)) {
      return base::failure(Errc::kConflict, "This document was entered already", "",
                           "Look at the list of orders.");
    }
    return tl::unexpected(added.error());
  }
  return get(id);
}

base::Result<Order> Orders::get(std::string_view id) {
  const auto rows = db_.query("SELECT * FROM orders WHERE id = :id", {{"id", std::string(id)}});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return no_such_order();
  return order_from(rows->front());
}

base::Result<std::vector<Order>> Orders::list(std::string_view before, std::size_t limit) {
  std::string sql = "SELECT * FROM orders";
  db::Params params{{"n", static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, 200))}};
  if (!before.empty()) {
    sql += " WHERE id < :before";
    params["before"] = std::string(before);
  }
  const auto rows = db_.query(sql + " ORDER BY id DESC LIMIT :n", params);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Order> orders;
  for (const db::Row& row : *rows) orders.push_back(order_from(row));
  return orders;
}

base::Result<Order> Orders::move(std::string_view id, const std::vector<OrderState>& from, OrderState to,
                                 const std::string& by, const std::string& note) {
  std::string states;
  for (const OrderState state : from)
    states += (states.empty() ? "'" : ", '") + std::string(name_of(state)) + "'";
  const auto moved =
      db_.exec("UPDATE orders SET state = :to, decided_by = :by, decided_at_ms = :at, decision_note = :note" +
                   std::string(to == OrderState::kChecked ? ", checked_by = :checked" : "") +
                   " WHERE id = :id AND state IN (" + states + ")",
               [&] {
                 db::Params params{{"to", std::string(name_of(to))},
                                   {"by", by},
                                   {"at", base::to_ms(clock_.now())},
                                   {"note", note},
                                   {"id", std::string(id)}};
                 if (to == OrderState::kChecked) params["checked"] = by;
                 return params;
               }());
  if (!moved) return tl::unexpected(moved.error());
  auto order = get(id);
  if (order && *moved == 0) {
    return base::failure(Errc::kConflict, "The order has moved on meanwhile",
                         "It is " + std::string(name_of(order->state)), "Load it again.");
  }
  return order;
}

base::Result<Order> Orders::decide(std::string_view id, bool good, const std::string& by,
                                   const std::string& note) {
  return move(id, {OrderState::kEntered}, good ? OrderState::kChecked : OrderState::kRefused, by, note);
}

base::Result<Order> Orders::withdraw(std::string_view id, const std::string& by, const std::string& note) {
  return move(id, {OrderState::kEntered, OrderState::kChecked}, OrderState::kWithdrawn, by, note);
}

}  // namespace glasshouse::records
