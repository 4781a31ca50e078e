#include "api/orders.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "base/id.h"
#include "base/words.h"
#include "plate/plate.h"
#include "records/orders.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;
using records::Order;

constexpr std::size_t kOrderBody = 64 * 1024;  // 500 camera ids fit
constexpr std::size_t kMostScopeBytes = 2000;  // of an entry's field; the order itself holds all of it

records::Orders orders(const Context& ctx) {
  return {*ctx.services.db, *ctx.services.clock};
}

Json render(Context& ctx, const Order& order, People& people) {
  const policy::Officer me = ctx.identity.officer();
  Json body{{"id", order.id},
            {"kind", records::name_of(order.kind)},
            {"number", order.number},
            {"agency", order.agency},
            {"agency_kind", order.agency_kind},
            {"purpose", order.purpose},
            {"offence", order.offence},
            {"plates", order.plates},
            {"camera_ids", order.camera_ids},
            {"from", base::format_rfc3339(order.from)},
            {"to", base::format_rfc3339(order.to)},
            {"expires_at", base::format_rfc3339(order.expires_at)},
            {"document_sha256", order.document_sha256},
            {"state", records::name_of(order.state)},
            {"run_out", order.expires_at <= ctx.services.clock->now()},
            {"entered_by", people.name(order.entered_by)},
            {"entered_at", base::format_rfc3339(order.entered_at)},
            {"entered_by_me", order.entered_by == me.id},
            {"mine", records::case_facts_of(order, me.id).assigned}};
  const auto say = [&](const char* name, const std::string& text) {
    if (!text.empty()) body[name] = text;
  };
  say("court", order.court);
  say("judge", order.judge);
  say("agency_state", order.agency_state);
  say("note", order.note);
  say("decision_note", order.decision_note);
  if (!order.decided_by.empty()) body["decided_by"] = people.name(order.decided_by);
  if (order.decided_at) body["decided_at"] = base::format_rfc3339(*order.decided_at);
  return body;
}

net::Response answer(Context& ctx, int status, const base::Result<Order>& order,
                     std::optional<std::uint64_t> ledger_index = {}) {
  if (!order) return problem(order.error());
  People people(ctx.services.accounts);
  Json body = render(ctx, *order, people);
  if (ledger_index) body["ledger_index"] = *ledger_index;
  return json_response(status, body);
}

// Judged as it will be when somebody has checked it: what could never be searched is refused here, in the
// same words and with its record.
policy::Question question_about(Context& ctx, Action action, const Order& order) {
  policy::Question question = question_of(ctx, action);
  question.on_case = records::case_facts_of(order, question.who.id);
  question.on_case->id.clear();  // packs judge the purpose as of a case that shall be opened
  question.on_behalf_of = order.agency;
  question.beneficiary_kind = order.agency_kind;
  question.beneficiary_state = order.agency_state;
  question.order = records::order_facts_of(order);
  question.order->verified = true;
  return question;
}

std::string scope_of(const Order& order) {
  std::string text = order.plates.empty() ? "Any plate" : "Plates " + base::join(order.plates, " ");
  text += order.camera_ids.empty() ? ", all cameras" : ", cameras " + base::join(order.camera_ids, " ");
  return text.substr(0, kMostScopeBytes) + ", " + base::format_rfc3339(order.from) + " to " +
         base::format_rfc3339(order.to);
}

std::vector<ledger::Field> fields_of(const Order& order) {
  std::vector<ledger::Field> fields{
      {"order_number", order.judge.empty() ? order.number : order.number + ", " + order.judge,
       Release::kRestricted},
      {"document", order.document_sha256, Release::kRestricted},
      {"question", scope_of(order), Release::kRestricted}};
  if (!order.court.empty()) fields.push_back({"court", order.court, Release::kAfterDay});
  return fields;
}

net::Response list_orders(Context& ctx) {
  const auto page = page_query(ctx.request);
  if (!page) return problem(page.error());
  const auto found = orders(ctx).list(page->cursor, page->limit);
  if (!found) return problem(found.error());
  People people(ctx.services.accounts);
  Json body{{"items", Json::array()}};
  for (const Order& order : *found) body["items"].push_back(render(ctx, order, people));
  if (found->size() == page->limit) body["next_cursor"] = found->back().id;
  return json_response(200, body);
}

net::Response get_order(Context& ctx) {
  return answer(ctx, 200, orders(ctx).get(ctx.request.params.at("id")));
}

// Plates as people type them, folded; what is none is told.
std::vector<std::string> plates_from(Fields& fields) {
  std::vector<std::string> plates;
  for (const std::string& typed : fields.texts("plates", records::kMostOrderPlates, 20)) {
    const auto plate = plate::Plate::parse_lenient(typed);
    if (plate) {
      plates.push_back(plate->text());
    } else {
      fields.wrong("plates", "A plate has 1 to 10 letters and digits.");
    }
  }
  std::sort(plates.begin(), plates.end());
  return plates;
}

std::vector<std::string> cameras_from(Context& ctx, Fields& fields) {
  std::vector<std::string> ids = fields.texts("camera_ids", records::kMostOrderCameras, 40);
  for (const std::string& id : ids) {
    if (!ctx.services.records->camera(id))
      fields.wrong("camera_ids", "One of them is no camera of this agency.");
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Order draft_from(Context& ctx, Fields& fields) {
  Order draft;
  const std::string kind = fields.text("kind", 20);
  if (const auto named = records::order_kind_named(kind)) {
    draft.kind = *named;
  } else if (!kind.empty()) {
    fields.wrong("kind", "This is warrant, court-order or declaration.");
  }
  draft.number = fields.text("number", 80);
  draft.court = fields.text("court", 120, false);
  draft.judge = fields.text("judge", 120, false);
  draft.agency = fields.text("agency", 120);
  draft.agency_kind = fields.text("agency_kind", 20);
  draft.agency_state = fields.text("agency_state", 6, false);
  draft.purpose = fields.text("purpose", 40);
  draft.offence = fields.text("offence", 40);
  draft.plates = plates_from(fields);
  draft.camera_ids = cameras_from(ctx, fields);
  draft.from = fields.time("from");
  draft.to = fields.time("to");
  draft.expires_at = fields.time("expires_at");
  draft.document_sha256 = fields.text("document_sha256", 64);
  draft.note = fields.text("note", 500, false);
  draft.entered_by = ctx.identity.officer().id;
  return draft;
}

net::Response enter_order(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  Order draft = draft_from(ctx, fields);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const base::Time now = ctx.services.clock->now();
  if (auto good = records::Orders::check_draft(draft, now); !good) return problem(good.error());
  draft.id = base::new_id("order", now);
  const auto recorded = ctx.services.gate->record_act(question_about(ctx, Action::kOrderDesk, draft),
                                                      "order.enter", fields_of(draft));
  if (!recorded) return problem(recorded.error());
  return answer(ctx, 201, orders(ctx).enter(draft), *recorded);
}

net::Response check_order(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string decision = fields.text("decision", 20);
  const std::string document = fields.text("document_sha256", 64, decision != "refused");
  const std::string note = fields.text("note", 500, decision == "refused");
  if (decision != "checked" && decision != "refused" && !decision.empty())
    fields.wrong("decision", "This is checked or refused.");
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto order = orders(ctx).get(ctx.request.params.at("id"));
  if (!order) return problem(order.error());
  if (order->state != records::OrderState::kEntered) {
    return problem(409, "conflict", "This order waits for no check",
                   "It is " + std::string(records::name_of(order->state)), "Load it again.");
  }
  const bool good = decision == "checked";
  if (good && document != order->document_sha256) {
    return problem(422, "other-document", "This is not the document that was entered",
                   "Its SHA-256 is another one", "Choose the file again, or refuse the order and say why.");
  }
  const auto recorded =
      ctx.services.gate->record_act(question_about(ctx, Action::kCheckOrder, *order),
                                    good ? "order.check" : "order.refuse", fields_of(*order));
  if (!recorded) return problem(recorded.error());
  return answer(ctx, 200, orders(ctx).decide(order->id, good, ctx.identity.officer().id, note), *recorded);
}

// Also one that has run out or that no rule would let in any more can be withdrawn.
net::Response withdraw_order(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string note = fields.text("note", 500);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto order = orders(ctx).get(ctx.request.params.at("id"));
  if (!order) return problem(order.error());
  std::vector<ledger::Field> said = fields_of(*order);
  said.push_back({"order", order->id, Release::kRestricted});
  std::uint64_t index = 0;
  if (auto refused = record_act(ctx, Action::kOrderDesk, "order.withdraw", std::move(said), &index))
    return *refused;
  return answer(ctx, 200, orders(ctx).withdraw(order->id, ctx.identity.officer().id, note), index);
}

constexpr Route kOrderRoutes[] = {
    {Method::kGet, "/api/v1/orders", Caller::kSession, Action::kOrderDesk, 0, list_orders},
    {Method::kPost, "/api/v1/orders", Caller::kSession, Action::kOrderDesk, kOrderBody, enter_order},
    {Method::kGet, "/api/v1/orders/{id}", Caller::kSession, Action::kOrderDesk, 0, get_order},
    {Method::kPost, "/api/v1/orders/{id}/check", Caller::kSession, Action::kCheckOrder, kSmallBody,
     check_order},
    {Method::kPost, "/api/v1/orders/{id}/withdrawal", Caller::kSession, Action::kOrderDesk, kSmallBody,
     withdraw_order},
};

}  // namespace

std::span<const Route> orders_routes() {
  return kOrderRoutes;
}

}  // namespace glasshouse::api
