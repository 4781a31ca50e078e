#include "api/packs.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;

constexpr std::size_t kPackBody = 96 * 1024;  // a signed pack as a JSON text

void add_source(Json& body, const policy::Source& source) {
  body["citation"] = source.citation;
  body["mark"] = source.mark;
  if (!source.note.empty()) body["note"] = source.note;
}

Json render_rules(const policy::Pack& pack) {
  Json rules = Json::array();
  const policy::Rules compiled({pack});
  for (const policy::PackRule& rule : compiled.rules()) {
    Json body{{"id", rule.id}, {"sentence", rule.sentence}};
    add_source(body, {rule.citation, rule.mark, rule.note});
    rules.push_back(std::move(body));
  }
  return rules;
}

Json render_duty(const policy::Duty& duty, base::Day today) {
  Json body{{"name", duty.name}, {"kind", duty.kind}, {"what", duty.what}};
  if (!duty.to.empty()) body["to"] = duty.to;
  if (duty.every_minutes > 0) body["every"] = policy::words_of_minutes(duty.every_minutes);
  if (const auto due = policy::next_due(duty, today)) body["next_due"] = base::format_day(*due);
  add_source(body, duty.source);
  return body;
}

Json render_pack(const policy::Pack& pack, base::Day today) {
  Json body{{"id", pack.id},
            {"title", pack.title},
            {"level", policy::name_of(pack.level)},
            {"jurisdiction", pack.jurisdiction},
            {"version", pack.version},
            {"effective", base::format_day(pack.effective)},
            {"review", pack.review},
            {"cameras", pack.cameras},
            {"rules", render_rules(pack)},
            {"duties", Json::array()},
            {"notices", Json::array()}};
  if (pack.ends) body["ends"] = base::format_day(*pack.ends);
  if (!pack.summary.empty()) body["summary"] = pack.summary;
  for (const policy::Duty& duty : pack.duties) body["duties"].push_back(render_duty(duty, today));
  for (const policy::Notice& notice : pack.notices) {
    Json told{{"text", notice.text}};
    add_source(told, notice.source);
    body["notices"].push_back(std::move(told));
  }
  return body;
}

Json render_offer(const PackOffer& offer, base::Day today) {
  Json body = render_pack(offer.pack, today);
  body["sha256"] = offer.sha256_hex;
  if (!offer.signed_by.empty()) body["signed_by"] = offer.signed_by;
  return body;
}

Json render_plan(const PackPlan& plan, base::Day today) {
  Json body{{"pack", render_offer(plan.offer, today)},
            {"from_day", base::format_day(plan.from)},
            {"ends", plan.ends},
            {"loosens", plan.loosens},
            {"differences", Json::array()}};
  for (const policy::Difference& difference : plan.differences) {
    constexpr std::array kDirections{"stricter", "looser", "other"};
    body["differences"].push_back(
        {{"topic", difference.topic},
         {"sentence", difference.sentence},
         {"citation", difference.citation},
         {"direction", kDirections[static_cast<std::size_t>(difference.direction)]}});
  }
  return body;
}

Json render_retention(const policy::Rules& rules) {
  Json list = Json::array();
  for (const policy::ReadState state : policy::kReadStates) {
    const auto kept = rules.kept(state);
    if (!kept) continue;
    list.push_back({{"state", policy::name_of(state)},
                    {"at_most", policy::words_of_minutes(kept->minutes)},
                    {"never_stored", kept->minutes < policy::kMinutesADay},
                    {"rule_id", kept->rule_id},
                    {"citation", kept->citation}});
  }
  return list;
}

net::Response list_packs(Context& ctx) {
  const PackShelf& shelf = *ctx.services.packs;
  const gate::Standing standing = ctx.services.gate->standing();
  const base::Day today = base::day_of(standing.facts.now);
  Json body{{"retention", render_retention(*standing.rules)},
            {"retained_days", standing.facts.retained_days},
            {"in_force", Json::array()},
            {"coming", Json::array()},
            {"offered", Json::array()}};
  for (const policy::Pack& pack : standing.rules->packs())
    body["in_force"].push_back(render_pack(pack, today));
  for (const AdoptedPack& adopted : shelf.adopted()) {
    if (adopted.from <= today) continue;
    body["coming"].push_back({{"pack", render_offer(adopted.offer, today)},
                              {"from_day", base::format_day(adopted.from)},
                              {"ends", adopted.ends},
                              {"ledger_index", adopted.ledger_index}});
  }
  for (const PackOffer& offer : shelf.offers()) body["offered"].push_back(render_offer(offer, today));
  return json_response(200, body);
}

struct AskedPack {
  std::optional<PackOffer> offer;
  std::optional<base::Day> from;
  std::string sha256;
  bool accepts_looser = false;
};

std::optional<base::Day> day_in(Fields& fields, const char* name) {
  const std::string text = fields.text(name, 10, false);
  if (text.empty()) return std::nullopt;
  const auto day = base::parse_day(text);
  if (!day) fields.wrong(name, "This must be a day like 2026-04-01.");
  return day;
}

// The pack that a request means: one of the shelf by its id, or a text as it was received, to the byte.
base::Result<PackOffer> offer_in(Context& ctx, Fields& fields) {
  const std::string id = fields.text("id", 40, false);
  const Json* text = fields.member("text");
  if (id.empty() == (text == nullptr))
    fields.wrong("id", "Give the id of an offered pack, or a pack's text.");
  if (text != nullptr && text->is_string())
    return ctx.services.packs->open_offer(text->get_ref<const std::string&>());
  if (text != nullptr) fields.wrong("text", "This must be text.");
  return ctx.services.packs->offer(id);
}

tl::expected<AskedPack, net::Response> read_pack_request(Context& ctx, bool adopts) {
  const auto body = parse_body(ctx.request);
  if (!body) return tl::unexpected(problem(body.error()));
  Fields fields(*body);
  AskedPack asked;
  const bool ends = ctx.request.params.contains("id");
  auto offer = ends ? ctx.services.packs->adopted_offer(ctx.request.params.at("id")) : offer_in(ctx, fields);
  asked.from = day_in(fields, "from_day");
  if (adopts) {
    if (!ends) asked.sha256 = fields.text("sha256", 64);
    asked.accepts_looser = fields.optional_bool("accepts_looser").value_or(false);
  }
  fields.no_others();
  if (auto failed = fields.failed()) return tl::unexpected(std::move(*failed));
  if (!offer) return tl::unexpected(problem(offer.error()));
  asked.offer = std::move(*offer);
  return asked;
}

net::Response preview_pack(Context& ctx) {
  auto asked = read_pack_request(ctx, false);
  if (!asked) return std::move(asked.error());
  const auto plan = ctx.services.packs->plan(std::move(*asked->offer), asked->from, false);
  if (!plan) return problem(plan.error());
  return json_response(200, render_plan(*plan, base::day_of(ctx.services.clock->now())));
}

// Records first, then keeps, then judges by it.
net::Response carry_out(Context& ctx, bool ends) {
  auto asked = read_pack_request(ctx, true);
  if (!asked) return std::move(asked.error());
  if (!ends && asked->offer->sha256_hex != asked->sha256) {
    return problem(409, "conflict", "This is not the pack that was looked at.",
                   "The hash given is not that of the pack's text.",
                   "Look at what it changes, and adopt it again.");
  }
  const auto plan = ctx.services.packs->plan(std::move(*asked->offer), asked->from, ends);
  if (!plan) return problem(plan.error());
  if (plan->loosens && !asked->accepts_looser) {
    return problem(409, "loosens", "This would loosen rules that hold now.",
                   "Some of the differences allow more than before.",
                   "Look at what changes; if it is meant, say so with accepts_looser.");
  }
  std::uint64_t index = 0;
  if (auto refused = record_act(ctx, Action::kManageSettings, ends ? "policy.end" : "policy.adopt",
                                adoption_fields(*plan), &index)) {
    return *refused;
  }
  if (auto kept = ctx.services.packs->adopt(*plan, ctx.identity.officer().id, index); !kept)
    return problem(kept.error());
  ctx.services.gate->set_packs(ctx.services.packs->stack());
  Json body = render_plan(*plan, base::day_of(ctx.services.clock->now()));
  body["ledger_index"] = index;
  return json_response(200, body);
}

net::Response adopt_pack(Context& ctx) {
  return carry_out(ctx, false);
}
net::Response end_pack(Context& ctx) {
  return carry_out(ctx, true);
}

// Everybody with an account sees the rules that hold; an administrator changes them.
constexpr Route kPackRoutes[] = {
    {Method::kGet, "/api/v1/packs", Caller::kSession, Action::kViewLedger, 0, list_packs},
    {Method::kPost, "/api/v1/packs/preview", Caller::kSession, Action::kManageSettings, kPackBody,
     preview_pack},
    {Method::kPost, "/api/v1/packs/adoptions", Caller::kSession, Action::kManageSettings, kPackBody,
     adopt_pack},
    {Method::kPost, "/api/v1/packs/{id}/end", Caller::kSession, Action::kManageSettings, kSmallBody,
     end_pack},
};

}  // namespace

std::vector<ledger::Field> adoption_fields(const PackPlan& plan) {
  using ledger::Release;
  return {{"pack", plan.offer.pack.id + "@" + std::to_string(plan.offer.pack.version), Release::kAtOnce},
          {"hash", plan.offer.sha256_hex, Release::kAtOnce},
          {"from_day", base::format_day(plan.from), Release::kAtOnce},
          {"count", std::to_string(plan.differences.size()), Release::kAtOnce},
          {"result", plan.loosens ? "looser" : "not-looser", Release::kAfterDay}};
}

const policy::PackRule* rule_against(const policy::Rules& rules, const std::string& purpose_code) {
  for (const policy::PackRule& rule : rules.rules()) {
    if (!rule.cameras.empty()) continue;
    const auto* closed = std::get_if<policy::NotAmongPurposes>(&rule.condition);
    const auto* barred = std::get_if<policy::AmongPurposes>(&rule.condition);
    if (closed != nullptr && !std::binary_search(closed->codes.begin(), closed->codes.end(), purpose_code))
      return &rule;
    if (barred != nullptr && std::binary_search(barred->codes.begin(), barred->codes.end(), purpose_code))
      return &rule;
  }
  return nullptr;
}

base::Result<void> adopt_offered_pack(Services& services, const std::string& id) {
  auto offer = services.packs->offer(id);
  if (!offer) return tl::unexpected(offer.error());
  const auto plan = services.packs->plan(std::move(*offer), std::nullopt, false);
  if (!plan) return tl::unexpected(plan.error());
  const auto index = services.gate->record_event("policy.adopt", adoption_fields(*plan));
  if (!index) return tl::unexpected(index.error());
  if (auto kept = services.packs->adopt(*plan, "machine", *index); !kept) return kept;
  services.gate->set_packs(services.packs->stack());
  return {};
}

std::span<const Route> packs_routes() {
  return kPackRoutes;
}

}  // namespace glasshouse::api
