#include "api/questions.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/people.h"
#include "api/search.h"
#include "api/search_request.h"
#include "api/searches.h"
#include "api/wide.h"
#include "search/wide.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kQuestionBody = 16 * 1024;
Json mistake_json(const search::Mistake& mistake) {
  return {{"at", mistake.at}, {"length", mistake.length}, {"what", mistake.what}, {"works", mistake.works}};
}

Json place_json(const search::Question& q) {
  Json body = Json::object();
  if (!q.camera_ids.empty()) body["camera_ids"] = q.camera_ids;
  if (q.area) {
    if (const auto* circle = std::get_if<search::Circle>(&*q.area)) {
      body["area"]["circle"] = {
          {"center", {{"lat", circle->center.lat_deg}, {"lon", circle->center.lon_deg}}},
          {"radius_m", circle->radius_m}};
    } else {
      const auto& box = std::get<search::Rectangle>(*q.area);
      body["area"]["rectangle"] = {
          {"south", box.south}, {"west", box.west}, {"north", box.north}, {"east", box.east}};
    }
  }
  if (q.from) body["from"] = base::format_rfc3339(*q.from);
  if (q.to) body["to"] = base::format_rfc3339(*q.to);
  return body;
}

// The fields of the form, as POST /search takes them.
Json form_json(const search::Question& q) {
  constexpr std::array<const char*, 5> kModes{"exact", "prefix", "wildcard", "contains", "confusable"};
  Json body = place_json(q);
  if (q.plate)
    body["plate"] = {{"text", q.plate->text}, {"mode", kModes[static_cast<std::size_t>(q.plate->mode)]}};
  if (!q.region.empty()) body["region"] = q.region;
  if (!q.colors.empty()) body["colors"] = q.colors;
  if (!q.bodies.empty()) body["bodies"] = q.bodies;
  if (!q.makes.empty()) body["makes"] = q.makes;
  return body;
}

// Whether it would be answered, and by which rules; nothing is asked or recorded.
Json decision_json(Context& ctx, const policy::Question& question) {
  const gate::Standing standing = ctx.services.gate->standing();
  const policy::Decision decision = policy::decide(question, standing.facts);
  Json body{{"allowed", decision.allowed}, {"rules", Json::array()}};
  for (const policy::RuleHit& rule : decision.rules) {
    body["rules"].push_back({{"id", rule.id}, {"sentence", rule.sentence}, {"citation", rule.citation}});
  }
  if (decision.remedy) body["remedy"] = decision.remedy->sentence;
  return body;
}

constexpr std::size_t kMostCamerasNamed = 12;

// Whose cameras, which and when: what a person is told before anything is asked.
Json reach_json(Context& ctx, const gate::Scope& scope, const std::vector<records::Camera>& cameras) {
  Json body{{"agencies", {ctx.services.records->settings().agency_name}},
            {"cameras", scope.camera_ids.empty() ? cameras.size() : scope.camera_ids.size()},
            {"all_cameras", scope.camera_ids.empty()},
            {"camera_names", Json::array()}};
  for (const records::Camera& camera : cameras) {
    if (body["camera_names"].size() == kMostCamerasNamed) break;
    if (std::find(scope.camera_ids.begin(), scope.camera_ids.end(), camera.id) != scope.camera_ids.end())
      body["camera_names"].push_back(camera.name);
  }
  if (scope.from) body["from"] = base::format_rfc3339(*scope.from);
  if (scope.to) body["to"] = base::format_rfc3339(*scope.to);
  return body;
}

net::Response understand(Context& ctx) {
  auto asked = read_wide_request(ctx.request, false);
  if (!asked) return std::move(asked.error());
  const auto cameras = ctx.services.records->cameras();
  if (!cameras) return problem(cameras.error());
  const auto places = camera_places(*cameras);
  const search::Surroundings around{places, ctx.services.clock->now(), local_clock(ctx, asked->local_offset)};
  Json body{{"completions", Json::array()}};
  for (const search::Completion& one : search::complete(asked->text, asked->cursor, around)) {
    body["completions"].push_back(
        {{"at", one.at}, {"length", one.length}, {"text", one.text}, {"meaning", one.meaning}});
  }
  const auto understood = search::parse(asked->text, around);
  if (!understood) {
    body["mistake"] = mistake_json(understood.error());
    return json_response(200, body);
  }
  const int days = ctx.services.gate->retained_days();
  body["kind"] = search::name_of(search::kind_of(*understood));
  body["show"] = search::name_of(understood->show);
  body["least_cameras"] = understood->least_cameras;
  body["apart_s"] = understood->apart.count();
  body["canonical"] = search::text_of(*understood, around);
  body["form"] = form_json(understood->question);
  body["also"] = Json::array();
  for (const search::Question& also : understood->also) body["also"].push_back(place_json(also));
  const auto outline = search::outline_of(*understood, around, days);
  if (!outline) {
    body["mistake"] =
        mistake_json({0, asked->text.size(), outline.error().message(), outline.error().next()});
    return json_response(200, body);
  }
  body["sentence"] = outline->sentence;
  body["reach"] = reach_json(ctx, outline->scope, *cameras);
  if (asked->case_id.empty()) return json_response(200, body);
  auto facts = case_facts(ctx, asked->case_id);
  if (facts.problem) return std::move(*facts.problem);
  body["decision"] =
      decision_json(ctx, wide_question(ctx, policy::Action::kSearchReads, *asked, std::move(*facts.facts),
                                       *understood, outline->scope, *cameras));
  return json_response(200, body);
}

// What the wide questions have in common: understood, planned, asked at the gate; then `answer` reads. They
// reach people who have nothing to do with the case: packs say how grave it must be ([questions.KIND]).
template <class MakePlan, class Answer>
net::Response answer_wide(Context& ctx, search::Kind kind, MakePlan make_plan, Answer answer) {
  auto asked = read_wide_request(ctx.request, true);
  if (!asked) return std::move(asked.error());
  const auto cameras = ctx.services.records->cameras();
  if (!cameras) return problem(cameras.error());
  const auto places = camera_places(*cameras);
  const search::Surroundings around{places, ctx.services.clock->now(), local_clock(ctx, asked->local_offset)};
  const auto understood = search::parse(asked->text, around);
  if (!understood) return not_understood(understood.error());
  if (search::kind_of(*understood) != kind) {
    return problem(
        422, "question", "This text asks something else",
        "It is a question of the kind " + std::string(search::name_of(search::kind_of(*understood))),
        "Ask it where that kind is answered");
  }
  auto plan = make_plan(*understood, around, ctx.services.gate->retained_days(), asked->limit);
  if (!plan) return problem(plan.error());
  auto facts = case_facts(ctx, asked->case_id);
  if (facts.problem) return std::move(*facts.problem);
  const policy::Question question = wide_question(
      ctx, policy::Action::kSearchReads, *asked, std::move(*facts.facts), *understood, plan->scope, *cameras);
  auto permit = ctx.services.gate->ask(question, plan->scope);
  if (!permit) return problem(permit.error());
  Json body{{"ledger_index", permit->ledger_index()}, {"canonical", search::text_of(*understood, around)}};
  if (auto failed = answer(*permit, question, *plan, body)) return std::move(*failed);
  note_search(ctx, *permit, std::string(search::name_of(kind)), body["canonical"].get<std::string>(),
              body["total"].get<std::uint64_t>());
  auto response = json_response(200, body);
  response.headers.set("Cache-Control", "private, no-store");
  return response;
}

std::optional<net::Response> put_vehicles(Context& ctx, const gate::Permit& permit,
                                          const base::Result<reads::Vehicles>& found,
                                          const std::string& sentence, Json& body) {
  if (!found) return problem(found.error());
  record_result(ctx, permit.ledger_index(), found->total);
  body["sentence"] = incomplete_sentence(sentence, found->missing_days);
  body["total"] = found->total;
  body["vehicles"] = Json::array();
  for (const reads::VehicleSeen& vehicle : found->vehicles) {
    body["vehicles"].push_back({{"plate", vehicle.plate.text()},
                                {"cameras", vehicle.cameras},
                                {"reads", vehicle.reads},
                                {"first_seen", base::format_rfc3339(vehicle.first)},
                                {"last_seen", base::format_rfc3339(vehicle.last)}});
  }
  body["items"] = Json::array();
  People people(ctx.services.accounts);
  for (const reads::Read& read : found->reads) body["items"].push_back(render(read, people));
  return std::nullopt;
}

net::Response meet(Context& ctx) {
  return answer_wide(
      ctx, search::Kind::kMeet, search::plan_meet,
      [&](const gate::Permit& permit, const policy::Question&, const search::MeetPlan& plan, Json& body) {
        return put_vehicles(ctx, permit, ctx.services.reads->meet(permit, plan.query), plan.sentence, body);
      });
}

net::Response convoy(Context& ctx) {
  return answer_wide(
      ctx, search::Kind::kConvoy, search::plan_convoy,
      [&](const gate::Permit& permit, const policy::Question&, const search::ConvoyPlan& plan, Json& body) {
        return put_vehicles(ctx, permit, ctx.services.reads->convoy(permit, plan.query), plan.sentence, body);
      });
}

net::Response route(Context& ctx) {
  return answer_wide(ctx, search::Kind::kRoute, search::plan_route,
                     [&](const gate::Permit& permit, const policy::Question&, const search::RoutePlan& plan,
                         Json& body) -> std::optional<net::Response> {
                       const auto found = ctx.services.reads->route(permit, plan.query);
                       if (!found) return problem(found.error());
                       record_result(ctx, permit.ledger_index(), found->total);
                       body["sentence"] = incomplete_sentence(plan.sentence, found->missing_days);
                       body["total"] = found->total;
                       body["items"] = Json::array();
                       body["gaps"] = Json::array();
                       People people(ctx.services.accounts);
                       const reads::Read* before = nullptr;
                       for (const reads::Read& read : found->reads) {
                         body["items"].push_back(render(read, people));
                         if (before != nullptr && read.captured_at - before->captured_at >= kRouteGap) {
                           body["gaps"].push_back({{"after_read_id", before->id},
                                                   {"from", base::format_rfc3339(before->captured_at)},
                                                   {"to", base::format_rfc3339(read.captured_at)}});
                         }
                         before = &read;
                       }
                       if (found->first) body["first"] = render(*found->first, people);
                       return std::nullopt;
                     });
}

net::Response again(Context& ctx) {
  return answer_wide(
      ctx, search::Kind::kAgain, search::plan_again,
      [&](const gate::Permit& permit, const policy::Question& question, search::AgainPlan& plan,
          Json& body) -> std::optional<net::Response> {
        auto looks = looks_of(ctx, permit, question, plan.query.besides);
        if (!looks) return std::move(looks.error());
        plan.query.like = *looks;
        const auto found = ctx.services.reads->again(permit, plan.query);
        if (!found) return problem(found.error());
        record_result(ctx, permit.ledger_index(), found->reads.size());
        body["sentence"] = incomplete_sentence(plan.sentence, found->missing_days);
        body["total"] = found->reads.size();
        body["items"] = Json::array();
        body["alike"] = Json::array();
        People people(ctx.services.accounts);
        for (const reads::Alike& one : found->reads) {
          body["items"].push_back(render(one.read, people));
          body["alike"].push_back({{"read_id", one.read.id},
                                   {"likeness", std::round(static_cast<double>(one.likeness) * 1000) / 1000},
                                   {"word", alike_word(one.likeness)}});
        }
        return std::nullopt;
      });
}

constexpr Route kQuestionRoutes[] = {
    {net::Method::kPost, "/api/v1/search/understand", Caller::kSession, policy::Action::kViewCameras,
     kQuestionBody, understand},
    {net::Method::kPost, "/api/v1/search/meet", Caller::kSession, policy::Action::kSearchReads, kQuestionBody,
     meet},
    {net::Method::kPost, "/api/v1/search/convoy", Caller::kSession, policy::Action::kSearchReads,
     kQuestionBody, convoy},
    {net::Method::kPost, "/api/v1/search/route", Caller::kSession, policy::Action::kSearchReads,
     kQuestionBody, route},
    {net::Method::kPost, "/api/v1/search/again", Caller::kSession, policy::Action::kSearchReads,
     kQuestionBody, again},
};

}  // namespace

std::span<const Route> questions_routes() {
  return kQuestionRoutes;
}

}  // namespace glasshouse::api
