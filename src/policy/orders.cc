// What outside agencies bring to the order desk, and work in an emergency: the house rules that put two
// people and a scope around both.
#include <algorithm>
#include <array>
#include <string>

#include "policy/rule.h"

namespace glasshouse::policy {
namespace {

using Q = const Question&;
using F = const Facts&;

bool is_desk_role(Role role) {
  return role == Role::kOfficer || role == Role::kSupervisor;
}

bool order_desk(Q q, F) {
  return q.action == Action::kOrderDesk && is_desk_role(q.who.role);
}
bool order_check(Q q, F) {
  return q.action == Action::kCheckOrder && q.who.role == Role::kSupervisor;
}
bool emergency(Q q, F) {
  return q.action == Action::kUseExigent && q.on_case && is_desk_role(q.who.role);
}
bool emergency_judged(Q q, F) {
  return q.action == Action::kJudgeExigent && q.who.role == Role::kSupervisor;
}
// An order is entered by one person and checked by another, and a question under it stays inside it.
bool order_checked_alone(Q q, F) {
  return q.action == Action::kCheckOrder && q.order && q.order->entered_by == q.who.id;
}
bool order_unchecked(Q q, F) {
  return needs_case(q.action) && q.order && !q.order->verified;
}
bool order_run_out(Q q, F f) {
  return (needs_case(q.action) || q.action == Action::kOrderDesk || q.action == Action::kCheckOrder) &&
         q.order && f.now >= q.order->expires_at;
}
bool order_of_another(Q q, F) {
  return needs_case(q.action) && q.order && q.order->agency != q.on_behalf_of;
}
bool beyond_order_plates(Q q, F) {
  if (!needs_case(q.action) || !q.order || q.order->plates.empty()) return false;
  return !std::binary_search(q.order->plates.begin(), q.order->plates.end(), q.plate);
}
bool beyond_order_cameras(Q q, F) {
  if (!needs_case(q.action) || !q.order || q.order->camera_ids.empty()) return false;
  const std::vector<std::string>& named = q.order->camera_ids;
  return q.camera_ids.empty() ||
         std::any_of(q.camera_ids.begin(), q.camera_ids.end(), [&](const std::string& id) {
           return !std::binary_search(named.begin(), named.end(), id);
         });
}
bool beyond_order_window(Q q, F) {
  if (!needs_case(q.action) || !q.order) return false;
  return (q.order->from && (!q.from || *q.from < *q.order->from)) ||
         (q.order->to && (!q.to || *q.to > *q.order->to));
}
bool beyond_order_kind(Q q, F) {
  return needs_case(q.action) && q.order && q.asks != Asks::kReads;
}

// In an emergency somebody is in danger, or violence was done.
bool exigent_light(Q q, F) {
  return q.action == Action::kUseExigent && q.on_case &&
         gravity_of(q.on_case->offence) < Gravity::kViolentFelony;
}
bool exigent_for_others(Q q, F) {
  return (q.action == Action::kUseExigent || (needs_case(q.action) && q.on_case && q.on_case->exigent)) &&
         !q.beneficiary_kind.empty() && q.beneficiary_kind != "own";
}
bool exigent_judged_alone(Q q, F) {
  return q.action == Action::kJudgeExigent && q.on_case && q.on_case->opened_by == q.who.id;
}

constexpr std::string_view kInsideOrder = "Ask for what the order names, or have the court extend the order.";

constexpr std::array kRules{
    Rule{"house/order-desk", Effect::kPermit, order_desk,
         "Officers and supervisors enter the orders that outside agencies bring.", "house rule"},
    Rule{"house/order-check", Effect::kPermit, order_check,
         "A supervisor checks an order that somebody else entered.", "house rule"},
    Rule{"house/exigent-use", Effect::kPermit, emergency,
         "In an emergency an officer or a supervisor works before the case has its number.", "house rule"},
    Rule{"house/exigent-judgement", Effect::kPermit, emergency_judged,
         "A supervisor judges the use in an emergency by somebody else.", "house rule"},

    Rule{"house/order-two-people", Effect::kForbid, order_checked_alone,
         "Whoever entered an order does not check it.", "house rule: two people", 14,
         "Ask another supervisor to check it.", "ask-supervisor"},
    Rule{"house/order-checked", Effect::kForbid, order_unchecked,
         "No second person has checked this order yet.", "house rule: two people", 14,
         "Ask a supervisor who did not enter it to check it.", kOrderDesk},
    Rule{"house/order-running", Effect::kForbid, order_run_out, "The order has run out.", "house rule", 14,
         "Have the court renew it, and enter the new one.", kOrderDesk},
    Rule{"house/order-agency", Effect::kForbid, order_of_another,
         "The order serves only the agency that brought it.", "house rule", 14,
         "Ask on behalf of the agency that the order names.", kOrderDesk},
    Rule{"house/order-plates", Effect::kForbid, beyond_order_plates,
         "The question is not about one of the plates that the order names.",
         "house rule: the search stays inside the order", 17, kInsideOrder, kOrderDesk},
    Rule{"house/order-cameras", Effect::kForbid, beyond_order_cameras,
         "The question reaches cameras that the order does not name.",
         "house rule: the search stays inside the order", 17, kInsideOrder, kOrderDesk},
    Rule{"house/order-window", Effect::kForbid, beyond_order_window,
         "The time asked for lies outside the order's.", "house rule: the search stays inside the order", 17,
         kInsideOrder, kOrderDesk},
    Rule{"house/order-question", Effect::kForbid, beyond_order_kind,
         "An order gives the reads that it names, not who else was there.",
         "house rule: the search stays inside the order", 17, kInsideOrder, kOrderDesk},
    Rule{"house/exigent-grave", Effect::kForbid, exigent_light,
         "Only a life in danger or a violent felony lets somebody work before there is a case.", "house rule",
         8, "Open a case with its number, or name what is grave enough.", kChooseCase},
    Rule{"house/exigent-own", Effect::kForbid, exigent_for_others,
         "An emergency of the own agency serves nobody else.", "house rule", 7, kByOrder, kOrderDesk},
    Rule{"house/exigent-two-people", Effect::kForbid, exigent_judged_alone,
         "Nobody judges their own use in an emergency.", "house rule: two people", 14,
         "Another supervisor judges it.", "ask-supervisor"},
};

}  // namespace

std::span<const Rule> order_rules() {
  return kRules;
}

}  // namespace glasshouse::policy
