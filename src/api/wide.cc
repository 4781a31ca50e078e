#include "api/wide.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/search.h"
#include "search/wide.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

// The newest and the oldest read of a plate are reads of it like any other.
policy::Asks asks_of(const search::Asked& asked) {
  switch (search::kind_of(asked)) {
    case search::Kind::kRoute:
      return asked.show == search::Show::kRoute ? policy::Asks::kRoute : policy::Asks::kReads;
    case search::Kind::kMeet:
      return policy::Asks::kMeet;
    case search::Kind::kConvoy:
      return policy::Asks::kConvoy;
    case search::Kind::kAgain:
      return policy::Asks::kConvoy;
    case search::Kind::kReads:
      break;
  }
  return policy::Asks::kReads;
}

// What looks like a vehicle reaches as many strangers as any wide question, and packs have no word of its own
// for it: it is asked as one that would be refused, if there is any.
void as_wide_as_any(Context& ctx, policy::Question& question) {
  const gate::Standing standing = ctx.services.gate->standing();
  for (const policy::Asks asks : policy::kWideQuestions) {
    policy::Question wide = question;
    wide.asks = asks;
    if (policy::decide(wide, standing.facts).allowed) continue;
    question.asks = asks;
    return;
  }
}

}  // namespace

tl::expected<WideRequest, net::Response> read_wide_request(const Json& body, bool needs_case) {
  WideRequest asked;
  Fields fields(body);
  asked.text = fields.text("text", search::kMostTextBytes, needs_case);
  asked.case_id = fields.text("case_id", 40, needs_case);
  asked.cursor = static_cast<std::size_t>(
      fields.optional_integer("cursor", 0, static_cast<std::int64_t>(search::kMostTextBytes))
          .value_or(static_cast<std::int64_t>(asked.text.size())));
  asked.limit = static_cast<std::size_t>(fields.optional_integer("limit", 1, 200).value_or(50));
  asked.local_offset = std::chrono::minutes(
      fields.optional_integer("utc_offset_min", -kMostOffsetMin, kMostOffsetMin).value_or(0));
  std::optional<net::Response> wrong_behalf;
  if (const Json* behalf = fields.member("on_behalf_of")) {
    if (behalf->is_object()) {
      Fields inner(*behalf);
      asked.behalf = inner.text("agency", 120, false);
      asked.behalf_kind = inner.text("kind", 20);
      asked.behalf_state = inner.text("state", 6, false);
      inner.no_others();
      wrong_behalf = inner.failed();
    } else {
      fields.wrong("on_behalf_of", "This must be an object.");
    }
  }
  fields.no_others();
  if (auto failed = fields.failed()) return tl::unexpected(std::move(*failed));
  if (wrong_behalf) return tl::unexpected(std::move(*wrong_behalf));
  return asked;
}

tl::expected<WideRequest, net::Response> read_wide_request(const net::Request& request, bool needs_case) {
  const auto body = parse_body(request);
  if (!body) return tl::unexpected(problem(body.error()));
  return read_wide_request(*body, needs_case);
}

net::Response not_understood(const search::Mistake& mistake) {
  return problem(422, "bad-question", mistake.what,
                 "At character " + std::to_string(mistake.at + 1) + " of the question",
                 "What works: " + mistake.works);
}

policy::Question wide_question(Context& ctx, policy::Action action, const WideRequest& request,
                               policy::CaseFacts on_case, const search::Asked& asked,
                               const gate::Scope& scope, const std::vector<records::Camera>& cameras) {
  policy::Question question = question_of(ctx, action);
  question.on_case = std::move(on_case);
  question.on_behalf_of = request.behalf;
  question.beneficiary_kind = request.behalf_kind;
  question.beneficiary_state = request.behalf_state;
  question.from = scope.from;
  question.to = scope.to;
  question.cameras = scope.camera_ids.size();
  question.camera_ids = scope.camera_ids;
  question.reach_m = farthest_m(ctx.services.records->settings().center, cameras, scope.camera_ids);
  question.names_plate = asked.question.plate.has_value();
  question.asks = asks_of(asked);
  if (search::kind_of(asked) == search::Kind::kAgain) as_wide_as_any(ctx, question);
  return question;
}

tl::expected<reads::Fingerprint, net::Response> looks_of(Context& ctx, const gate::Permit& permit,
                                                         const policy::Question& question,
                                                         const std::string& read_id) {
  auto read = ctx.services.reads->get(permit, read_id);
  if (!read && read.error().is(reads::Errc::kOutsidePermit)) {
    policy::Question view = question;
    view.action = policy::Action::kViewRead;
    view.from = view.to = std::nullopt;
    view.cameras = 0;
    view.camera_ids.clear();
    view.asks = policy::Asks::kReads;
    gate::Scope scope;
    scope.read_ids = {read_id};
    scope.question = "One read in full";
    auto given = ctx.services.gate->ask(view, std::move(scope));
    if (!given) return tl::unexpected(problem(given.error()));
    read = ctx.services.reads->get(*given, read_id);
  }
  if (!read) return tl::unexpected(problem(read.error()));
  if (read->fingerprint) return *read->fingerprint;
  return tl::unexpected(problem(422, "no-fingerprint", "How this vehicle looks was not measured",
                                "Its camera found no vehicle around the plate, or sends no fingerprints",
                                "Search for its color and body, or start from another read of it"));
}

const char* alike_word(float likeness) {
  constexpr float kVeryAlike = 0.9f, kAlike = 0.8f;
  return likeness >= kVeryAlike ? "very" : likeness >= kAlike ? "alike" : "loosely";
}

}  // namespace glasshouse::api
