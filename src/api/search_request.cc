#include "api/search_request.h"

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/search.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using Mode = reads::PlateQuery::Mode;

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

}  // namespace

base::LocalClock local_clock(Context& ctx, base::Millis offset) {
  const std::string zone = ctx.services.records->settings().timezone;
  const base::LocalClock agency = base::LocalClock::of_zone(zone, offset);
  return agency.offset_at(ctx.services.clock->now()) == offset ? agency : base::LocalClock(offset);
}

tl::expected<SearchRequest, net::Response> read_search_request(const Json& body) {
  SearchRequest asked;
  std::vector<net::Response> failures;
  Fields fields(body);
  asked.case_id = fields.text("case_id", 40, false);
  asked.order_id = fields.text("order_id", 40, false);
  if (asked.case_id.empty() == asked.order_id.empty())
    fields.wrong("case_id", "A question is asked under a case or under an order: name one of them.");
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
  asked.words = body.contains("question") ? body["question"].dump() : std::string();
  return asked;
}

tl::expected<Authority, net::Response> authority_of(Context& ctx, SearchRequest& asked) {
  if (asked.order_id.empty()) {
    auto facts = case_facts(ctx, asked.case_id);
    if (facts.problem) return tl::unexpected(std::move(*facts.problem));
    return Authority{std::move(*facts.facts), std::nullopt};
  }
  const policy::Officer who = ctx.identity.officer();
  auto order = records::Orders(*ctx.services.db, *ctx.services.clock).get(asked.order_id);
  if (!order) return tl::unexpected(problem(order.error()));
  if (!policy::role_carries(who.role, policy::Action::kOrderDesk))
    return tl::unexpected(problem(records::no_such_order().value()));
  asked.behalf = order->agency;
  asked.behalf_kind = order->agency_kind;
  asked.behalf_state = order->agency_state;
  search::Question& question = asked.question;
  if (!question.from) question.from = order->from;
  if (!question.to) question.to = order->to;
  if (question.camera_ids.empty() && !question.area) question.camera_ids = order->camera_ids;
  if (!question.plate && order->plates.size() == 1)
    question.plate = reads::PlateQuery{.mode = Mode::kExact, .text = order->plates.front()};
  policy::CaseFacts facts = records::case_facts_of(*order, who.id);
  return Authority{std::move(facts), std::move(*order)};
}

}  // namespace glasshouse::api
