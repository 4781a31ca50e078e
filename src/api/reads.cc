#include "api/reads.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/live.h"
#include "api/permit_cache.h"
#include "api/sealed.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;
using PermitPtr = std::shared_ptr<const gate::Permit>;

constexpr const char* kPrivate = "private, no-store";

// The case named in the request, or the one that the session works on; empty when there is neither.
std::string case_of(Context& ctx, const std::optional<WorkingCase>& work) {
  std::string case_id = text_query(ctx.request, "case_id", 40);
  if (case_id.empty() && work) case_id = work->case_id;
  return case_id;
}

// A permit for one read, or the response that says why not. The same person, case, read and action go on
// under the entry that the ledger holds while that permit runs, as long as policy still agrees.
tl::expected<PermitPtr, net::Response> permit_for(Context& ctx, Action action, const std::string& read_id,
                                                  const std::string& case_id, std::string words) {
  policy::Question question = question_of(ctx, action);
  if (!case_id.empty()) {
    auto facts = case_facts(ctx, case_id);
    if (facts.problem) return tl::unexpected(std::move(*facts.problem));
    question.on_case = std::move(facts.facts);
  }
  const base::Time now = ctx.services.clock->now();
  const std::string key = std::string(policy::name_of(action)) + "\n" + ctx.identity.session->id + "\n" +
                          case_id + "\n" + read_id;
  if (policy::decide(question, ctx.services.gate->standing().facts).allowed) {
    if (auto permit = ctx.services.permits->find(key, now)) return permit;
  }
  gate::Scope scope;
  scope.read_ids = {read_id};
  scope.question = std::move(words);
  auto given = ctx.services.gate->ask(question, std::move(scope));
  if (!given) return tl::unexpected(problem(given.error()));
  return ctx.services.permits->keep(key, std::move(*given));
}

net::Response one_read(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  const auto work = ctx.services.live->working(ctx.identity.session->id);
  std::optional<reads::Read> read;
  if (work) {  // a read that came in while the live permit ran is covered by it
    if (auto live = ctx.services.reads->get(*work->permit, id)) read = std::move(*live);
  }
  if (!read) {
    const auto permit = permit_for(ctx, Action::kViewRead, id, case_of(ctx, work), "One read in full");
    if (!permit) return permit.error();
    auto found = ctx.services.reads->get(**permit, id);
    if (!found) return problem(found.error());
    read = std::move(*found);
  }
  People people(ctx.services.accounts);
  auto response = json_response(200, render(*read, people));
  response.headers.set("Cache-Control", kPrivate);
  return response;
}

net::Response picture(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  const auto work = ctx.services.live->working(ctx.identity.session->id);
  if (work) {
    if (auto live = ctx.services.reads->picture(*work->permit, id))
      return give_picture(ctx, *work->permit, std::move(*live), kPrivate);
  }
  const auto permit =
      permit_for(ctx, Action::kViewPicture, id, case_of(ctx, work), "The picture of one read");
  if (!permit) return permit.error();
  auto found = ctx.services.reads->picture(**permit, id);
  if (!found) return problem(found.error());
  return give_picture(ctx, **permit, std::move(*found), kPrivate);
}

net::Response preview(Context& ctx) {
  auto bytes = ctx.services.reads->preview(ctx.request.params.at("id"));
  if (!bytes) return problem(bytes.error());
  auto response = net::Response::text(200, std::move(*bytes), "image/jpeg");
  response.headers.set("Cache-Control", "private, max-age=600");  // shows no plate and never changes
  return response;
}

net::Response correct(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string text = fields.text("plate", 20);
  std::string region = fields.text("region", 10, false);
  std::string reason = fields.text("reason", 300);
  fields.no_others();
  const auto plate = plate::Plate::parse_lenient(text);
  if (!text.empty() && !plate) fields.wrong("plate", "A plate has 1 to 10 letters and digits.");
  if (region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) {
    fields.wrong("region", "A region is a code such as us-va.");
  }
  if (auto failed = fields.failed()) return *failed;

  const std::string& id = ctx.request.params.at("id");
  const auto work = ctx.services.live->working(ctx.identity.session->id);
  const auto permit =
      permit_for(ctx, Action::kCorrectRead, id, case_of(ctx, work), "A correction of one read");
  if (!permit) return permit.error();
  const auto correction =
      ctx.services.reads->correct(**permit, id, *plate, std::move(region), std::move(reason));
  if (!correction) return problem(correction.error());
  const auto read = ctx.services.reads->get(**permit, id);
  if (!read) return problem(read.error());
  People people(ctx.services.accounts);
  return json_response(201, render(*read, people));
}

net::Response withdraw(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  std::string reason = fields.text("reason", 300);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const std::string& id = ctx.request.params.at("id");
  const auto work = ctx.services.live->working(ctx.identity.session->id);
  const auto permit =
      permit_for(ctx, Action::kCorrectRead, id, case_of(ctx, work), "A correction of one read taken back");
  if (!permit) return permit.error();
  const auto done =
      ctx.services.reads->withdraw(**permit, id, ctx.request.params.at("item"), std::move(reason));
  if (!done) return problem(done.error());
  const auto read = ctx.services.reads->get(**permit, id);
  if (!read) return problem(read.error());
  People people(ctx.services.accounts);
  return json_response(200, render(*read, people));
}

constexpr Route kReadRoutes[] = {
    {Method::kGet, "/api/v1/reads/{id}", Caller::kSession, Action::kViewRead, 0, one_read},
    {Method::kGet, "/api/v1/reads/{id}/picture", Caller::kSession, Action::kViewPicture, 0, picture},
    {Method::kGet, "/api/v1/reads/{id}/preview", Caller::kSession, Action::kViewMasked, 0, preview},
    {Method::kPost, "/api/v1/reads/{id}/corrections", Caller::kSession, Action::kCorrectRead, kSmallBody,
     correct},
    {Method::kPost, "/api/v1/reads/{id}/corrections/{item}/withdrawal", Caller::kSession,
     Action::kCorrectRead, kSmallBody, withdraw},
};

}  // namespace

std::span<const Route> reads_routes() {
  return kReadRoutes;
}

}  // namespace glasshouse::api
