#include "api/search.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/permit_cache.h"
#include "api/search_request.h"
#include "api/searches.h"
#include "base/log.h"
#include "search/language.h"
#include "search/query.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kSearchBody = 64 * 1024;  // 500 camera ids fit

Json answer(Services& services, const search::Plan& plan, const reads::Page& page, std::uint64_t ledger_index,
            std::size_t cameras) {
  Json body{{"items", Json::array()},
            {"ledger_index", ledger_index},
            {"sentence", plan.sentence},
            {"cameras", plan.query.camera_ids.empty() ? cameras : plan.query.camera_ids.size()},
            {"timeline", Json::array()},
            {"total_at_least", page.total_at_least}};
  People people(services.accounts);
  for (const reads::Read& read : page.reads) body["items"].push_back(render(read, people));
  for (const reads::TimelineBin& bin : page.timeline) {
    body["timeline"].push_back({{"from", base::format_rfc3339(bin.from)}, {"count", bin.count}});
  }
  if (!page.next_cursor.empty()) body["next_cursor"] = page.next_cursor;
  body["sentence"] = incomplete_sentence(plan.sentence, page.missing_days);
  return body;
}

net::Response search(Context& ctx) {
  const auto started = std::chrono::steady_clock::now();
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  auto asked = read_search_request(*body);
  if (!asked) return std::move(asked.error());
  const auto under = authority_of(ctx, *asked);
  if (!under) return under.error();
  const base::Time now = ctx.services.clock->now();
  const auto cameras = ctx.services.records->cameras();
  if (!cameras) return problem(cameras.error());
  auto plan = search::plan(asked->question, camera_places(*cameras), now, ctx.services.gate->retained_days(),
                           asked->cursor, asked->limit);
  if (!plan) return problem(plan.error());
  const policy::Question question =
      plain_question(ctx, policy::Action::kSearchReads, *asked, *under, *plan, *cameras);

  // A further page goes on under the first one's permit while it runs; then it is asked for, and recorded,
  // again.
  const std::string key = "search\n" + ctx.identity.session->id + "\n" + asked->case_id + asked->order_id +
                          "\n" + asked->behalf + "\n" + asked->behalf_kind + "\n" + asked->behalf_state +
                          "\n" + asked->words;
  const gate::Standing standing = ctx.services.gate->standing();
  std::shared_ptr<const gate::Permit> permit;
  if (!asked->cursor.empty() && policy::decide(question, standing.facts).allowed)
    permit = ctx.services.permits->find(key, now);
  if (permit != nullptr) {
    plan->query.from = std::max(plan->query.from, permit->scope().from.value_or(plan->query.from));
    plan->query.to = std::min(plan->query.to, permit->scope().to.value_or(plan->query.to));
    if (plan->query.to <= plan->query.from) permit = nullptr;
  }
  if (permit == nullptr) {
    auto given = ctx.services.gate->ask(question, plan->scope);
    if (!given) return problem(given.error());
    permit = ctx.services.permits->keep(key, std::move(*given));
  }
  const auto page = ctx.services.reads->search(*permit, plan->query);
  if (!page) return problem(page.error());
  if (asked->cursor.empty()) {
    record_result(ctx, permit->ledger_index(), page->total_at_least);
    search::Asked text;
    text.question = asked->question;
    // As people write times: whole seconds.
    if (auto& from = text.question.from) from = std::chrono::floor<std::chrono::seconds>(*from);
    if (auto& to = text.question.to) to = std::chrono::ceil<std::chrono::seconds>(*to);
    const auto places = camera_places(*cameras);
    note_search(ctx, *permit, "reads",
                search::text_of(text, {places, now, local_clock(ctx, asked->local_offset)}),
                page->total_at_least);
  }
  Json found = answer(ctx.services, *plan, *page, permit->ledger_index(), cameras->size());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
  found["took_ms"] = std::round(took.count() * 10) / 10;
  auto response = json_response(200, found);
  response.headers.set("Cache-Control", "private, no-store");
  return response;
}

constexpr Route kSearchRoutes[] = {
    {net::Method::kPost, "/api/v1/search", Caller::kSession, policy::Action::kSearchReads, kSearchBody,
     search},
};

}  // namespace

policy::Question plain_question(Context& ctx, policy::Action action, const SearchRequest& asked,
                                const Authority& under, const search::Plan& plan,
                                const std::vector<records::Camera>& cameras) {
  policy::Question question = question_of(ctx, action);
  question.on_case = under.facts;
  if (under.order) question.order = records::order_facts_of(*under.order);
  if (plan.query.plate && plan.query.plate->mode == reads::PlateQuery::Mode::kExact)
    question.plate = plan.query.plate->text;
  question.on_behalf_of = asked.behalf;
  question.beneficiary_kind = asked.behalf_kind;
  question.beneficiary_state = asked.behalf_state;
  question.from = plan.query.from;
  question.to = plan.query.to;
  question.cameras = plan.query.camera_ids.size();
  question.names_plate = plan.names_plate;
  question.camera_ids = plan.query.camera_ids;
  question.reach_m = farthest_m(ctx.services.records->settings().center, cameras, plan.query.camera_ids);
  return question;
}

double farthest_m(base::LatLon center, const std::vector<records::Camera>& cameras,
                  const std::vector<std::string>& asked) {
  if (center == base::LatLon{}) {
    for (const records::Camera& camera : cameras) {
      center.lat_deg += camera.place.lat_deg / static_cast<double>(cameras.size());
      center.lon_deg += camera.place.lon_deg / static_cast<double>(cameras.size());
    }
  }
  double farthest = 0;
  for (const records::Camera& camera : cameras) {
    if (asked.empty() || std::find(asked.begin(), asked.end(), camera.id) != asked.end())
      farthest = std::max(farthest, base::distance_m(center, camera.place));
  }
  return farthest;
}

std::vector<search::CameraPlace> camera_places(const std::vector<records::Camera>& cameras) {
  std::vector<search::CameraPlace> places;
  for (const records::Camera& camera : cameras) places.push_back({camera.id, camera.name, camera.place});
  return places;
}

void record_result(Context& ctx, std::uint64_t index, std::uint64_t count) {
  const auto recorded = ctx.services.gate->record_event(
      "search.result", {{"subject", std::to_string(index), ledger::Release::kRestricted},
                        {"count", std::to_string(count), ledger::Release::kAfterDay}});
  if (!recorded)
    base::log(base::Level::kError, "api", "a search's count was not recorded: " + recorded.error().message());
}

std::string incomplete_sentence(std::string sentence, const std::vector<base::Day>& missing_days) {
  if (missing_days.empty()) return sentence;
  std::string days;
  for (base::Day day : missing_days) days += (days.empty() ? "" : ", ") + base::format_day(day);
  return sentence + ". This answer is not complete: the stored reads of " + days + " are damaged";
}

std::span<const Route> search_routes() {
  return kSearchRoutes;
}

}  // namespace glasshouse::api
