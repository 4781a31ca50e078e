#include "api/search.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/permit_cache.h"
#include "api/searches.h"
#include "base/log.h"
#include "search/language.h"
#include "search/query.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using Mode = reads::PlateQuery::Mode;

constexpr std::size_t kSearchBody = 64 * 1024;  // 500 camera ids fit

struct Asked {
  std::string case_id, behalf, behalf_kind = "own", behalf_state, cursor;
  std::size_t limit = 50;
  base::Millis local_offset{0};  // of times in the text that the asker's own list keeps
  search::Question question;
  std::string words;  // the question as sent: the same words may go on under the same permit
};

std::optional<Mode> mode_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Mode>, 5> kModes{{{"exact", Mode::kExact},
                                                                     {"prefix", Mode::kPrefix},
                                                                     {"wildcard", Mode::kWildcard},
                                                                     {"contains", Mode::kContains},
                                                                     {"confusable", Mode::kConfusable}}};
  for (const auto& [known, mode] : kModes) {
    if (known == name) return mode;
  }
  return std::nullopt;
}

// A nested object's fields; what is wrong in it is told under its own name.
template <class Read>
void nested(Fields& outer, std::string_view name, std::vector<net::Response>& failures, Read read) {
  const Json* value = outer.member(name);
  if (value == nullptr) return;
  if (!value->is_object()) {
    outer.wrong(std::string(name), "This must be an object.");
    return;
  }
  Fields fields(*value);
  read(fields);
  fields.no_others();
  if (auto failed = fields.failed()) failures.push_back(std::move(*failed));
}

void read_area(Fields& fields, search::Question& question, std::vector<net::Response>& failures) {
  nested(fields, "circle", failures, [&](Fields& circle) {
    search::Circle area;
    area.center = circle.place("center");
    area.radius_m = circle.number("radius_m", 10, 200'000);
    question.area = area;
  });
  nested(fields, "rectangle", failures, [&](Fields& rectangle) {
    search::Rectangle area;
    area.south = rectangle.number("south", -90, 90);
    area.west = rectangle.number("west", -180, 180);
    area.north = rectangle.number("north", -90, 90);
    area.east = rectangle.number("east", -180, 180);
    if (question.area) rectangle.wrong("rectangle", "Give a circle or a rectangle, not both.");
    question.area = area;
  });
}

void read_question(Fields& fields, search::Question& question, std::vector<net::Response>& failures) {
  nested(fields, "plate", failures, [&](Fields& plate) {
    reads::PlateQuery asked;
    asked.text = plate.text("text", 20);
    const std::string mode = plate.text("mode", 20);
    if (const auto named = mode_named(mode)) {
      asked.mode = *named;
    } else if (!mode.empty()) {
      plate.wrong("mode", "This must be exact, prefix, wildcard, contains or confusable.");
    }
    question.plate = asked;
  });
  question.region = fields.text("region", 10, false);
  question.colors = fields.texts("colors", 12, 30);
  question.bodies = fields.texts("bodies", 12, 30);
  question.makes = fields.texts("makes", 12, 30);
  question.camera_ids = fields.texts("camera_ids", 500, 40);
  nested(fields, "area", failures, [&](Fields& area) { read_area(area, question, failures); });
  question.from = fields.optional_time("from");
  question.to = fields.optional_time("to");
}

tl::expected<Asked, net::Response> read_request(const net::Request& request) {
  const auto body = parse_body(request);
  if (!body) return tl::unexpected(problem(body.error()));
  Asked asked;
  std::vector<net::Response> failures;
  Fields fields(*body);
  asked.case_id = fields.text("case_id", 40);
  nested(fields, "on_behalf_of", failures, [&](Fields& behalf) {
    asked.behalf = behalf.text("agency", 120, false);
    asked.behalf_kind = behalf.text("kind", 20);
    asked.behalf_state = behalf.text("state", 6, false);
  });
  asked.cursor = fields.text("cursor", 200, false);
  asked.limit = static_cast<std::size_t>(fields.optional_integer("limit", 1, 200).value_or(50));
  asked.local_offset = std::chrono::minutes(
      fields.optional_integer("utc_offset_min", -kMostOffsetMin, kMostOffsetMin).value_or(0));
  if (fields.member("question") == nullptr) fields.wrong("question", "This is needed.");
  nested(fields, "question", failures,
         [&](Fields& question) { read_question(question, asked.question, failures); });
  fields.no_others();
  if (auto failed = fields.failed()) return tl::unexpected(std::move(*failed));
  if (!failures.empty()) return tl::unexpected(std::move(failures.front()));
  asked.words = body->contains("question") ? (*body)["question"].dump() : std::string();
  return asked;
}

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
  auto asked = read_request(ctx.request);
  if (!asked) return std::move(asked.error());
  const base::Time now = ctx.services.clock->now();
  const auto cameras = ctx.services.records->cameras();
  if (!cameras) return problem(cameras.error());
  auto plan = search::plan(asked->question, camera_places(*cameras), now, ctx.services.gate->retained_days(),
                           asked->cursor, asked->limit);
  if (!plan) return problem(plan.error());

  auto facts = case_facts(ctx, asked->case_id);
  if (facts.problem) return std::move(*facts.problem);
  policy::Question question = question_of(ctx, policy::Action::kSearchReads);
  question.on_case = std::move(facts.facts);
  question.on_behalf_of = asked->behalf;
  question.beneficiary_kind = asked->behalf_kind;
  question.beneficiary_state = asked->behalf_state;
  question.from = plan->query.from;
  question.to = plan->query.to;
  question.cameras = plan->query.camera_ids.size();
  question.names_plate = plan->names_plate;
  question.camera_ids = plan->query.camera_ids;
  question.reach_m = farthest_m(ctx.services.records->settings().center, *cameras, plan->query.camera_ids);

  // A further page goes on under the first one's permit while it runs; then it is asked for, and recorded,
  // again.
  const std::string key = "search\n" + ctx.identity.session->id + "\n" + asked->case_id + "\n" +
                          asked->behalf + "\n" + asked->behalf_kind + "\n" + asked->behalf_state + "\n" +
                          asked->words;
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
    const auto places = camera_places(*cameras);
    note_search(ctx, *permit, "reads", search::text_of(text, {places, now, asked->local_offset}),
                page->total_at_least);
  }
  Json body = answer(ctx.services, *plan, *page, permit->ledger_index(), cameras->size());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
  body["took_ms"] = std::round(took.count() * 10) / 10;
  auto response = json_response(200, body);
  response.headers.set("Cache-Control", "private, no-store");
  return response;
}

constexpr Route kSearchRoutes[] = {
    {net::Method::kPost, "/api/v1/search", Caller::kSession, policy::Action::kSearchReads, kSearchBody,
     search},
};

}  // namespace

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
