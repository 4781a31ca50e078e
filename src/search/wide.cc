#include "search/wide.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace glasshouse::search {
namespace {

constexpr std::size_t kMostRouteReads = 500;

base::Result<Plan> plain_plan(const Question& question, const Surroundings& around, int retained_days) {
  return plan(question, around.cameras, around.now, retained_days, "", 200);
}

std::string seconds_text(std::chrono::seconds apart) {
  const auto count = apart.count();
  return count % 60 == 0 && count > 60 ? std::to_string(count / 60) + " minutes"
                                       : std::to_string(count) + " seconds";
}

}  // namespace

Kind kind_of(const Asked& asked) {
  if (!asked.question.again.empty()) return Kind::kAgain;
  if (!asked.also.empty()) return Kind::kMeet;
  if (asked.show == Show::kConvoy) return Kind::kConvoy;
  return asked.show == Show::kReads ? Kind::kReads : Kind::kRoute;
}

std::string_view name_of(Kind kind) {
  constexpr std::array<std::string_view, 5> kNames{"reads", "meet", "convoy", "route", "again"};
  return kNames[static_cast<std::size_t>(kind)];
}

// Each place is planned as a question of its own: what it may reach does not grow because there are several.
base::Result<MeetPlan> plan_meet(const Asked& asked, const Surroundings& around, int retained_days,
                                 std::size_t limit) {
  MeetPlan meet;
  std::set<std::string> cameras;
  std::vector<Question> parts{asked.question};
  parts.insert(parts.end(), asked.also.begin(), asked.also.end());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Question part = asked.question;
    part.area = parts[i].area;
    part.camera_ids = parts[i].camera_ids;
    part.from = parts[i].from;
    part.to = parts[i].to;
    auto one = plain_plan(part, around, retained_days);
    if (!one) return tl::unexpected(one.error());
    meet.query.windows.push_back({one->query.camera_ids, one->query.from, one->query.to});
    if (i == 0) {
      meet.query.plate = one->query.plate;
      meet.query.region = one->query.region;
      meet.query.colors = one->query.colors;
      meet.query.bodies = one->query.bodies;
      meet.query.makes = one->query.makes;
      meet.scope.from = one->query.from;
      meet.scope.to = one->query.to;
    }
    cameras.insert(one->query.camera_ids.begin(), one->query.camera_ids.end());
    meet.scope.from = std::min(*meet.scope.from, one->query.from);
    meet.scope.to = std::max(*meet.scope.to, one->query.to);
    meet.sentence += fmt::format("{}({}) {}", i == 0 ? "" : "; ", i + 1, one->sentence);
  }
  meet.sentence = fmt::format("Who was at all {} of these: {}", parts.size(), meet.sentence);
  meet.query.limit = std::clamp<std::size_t>(limit, 1, reads::kMostVehicles);
  meet.scope.camera_ids.assign(cameras.begin(), cameras.end());
  meet.scope.question = meet.sentence;
  return meet;
}

base::Result<ConvoyPlan> plan_convoy(const Asked& asked, const Surroundings& around, int retained_days,
                                     std::size_t limit) {
  auto one = plain_plan(asked.question, around, retained_days);
  if (!one) return tl::unexpected(one.error());
  const auto& plate = one->query.plate;
  if (!plate || plate->mode != reads::PlateQuery::Mode::kExact || !one->names_plate) {
    return base::failure(Errc::kBadPlate, "A convoy is that of one plate", "The whole plate is needed",
                         "Write plate:7KA8123");
  }
  ConvoyPlan convoy;
  convoy.query.plate = *plate::Plate::parse(plate->text);
  convoy.query.from = one->query.from;
  convoy.query.to = one->query.to;
  convoy.query.camera_ids = one->query.camera_ids;
  convoy.query.within = asked.apart;
  convoy.query.least_cameras = asked.least_cameras;
  convoy.query.limit = std::clamp<std::size_t>(limit, 1, reads::kMostVehicles);
  convoy.scope = std::move(one->scope);
  convoy.sentence = fmt::format("Who passed within {} of it at {} cameras or more: {}",
                                seconds_text(asked.apart), asked.least_cameras, one->sentence);
  convoy.scope.question = convoy.sentence;
  return convoy;
}

base::Result<RoutePlan> plan_route(const Asked& asked, const Surroundings& around, int retained_days,
                                   std::size_t limit) {
  auto one = plain_plan(asked.question, around, retained_days);
  if (!one) return tl::unexpected(one.error());
  using Mode = reads::PlateQuery::Mode;
  const auto& plate = one->query.plate;
  if (!plate || (plate->mode != Mode::kExact && plate->mode != Mode::kConfusable) || !one->names_plate) {
    return base::failure(Errc::kBadPlate, "A route is that of one plate", "The whole plate is needed",
                         "Write plate:7KA8123");
  }
  RoutePlan route;
  route.query.plate = *plate;
  route.query.from = one->query.from;
  route.query.to = one->query.to;
  route.query.camera_ids = one->query.camera_ids;
  route.query.limit = asked.show == Show::kLast || asked.show == Show::kFirst
                          ? 1
                          : std::clamp<std::size_t>(limit, 1, kMostRouteReads);
  route.scope = std::move(one->scope);
  const char* what = asked.show == Show::kLast    ? "Last seen"
                     : asked.show == Show::kFirst ? "First seen"
                                                  : "The way of";
  route.sentence = std::string(what) + ": " + one->sentence;
  route.scope.question = route.sentence;
  return route;
}

base::Result<AgainPlan> plan_again(const Asked& asked, const Surroundings& around, int retained_days,
                                   std::size_t limit) {
  auto one = plain_plan(asked.question, around, retained_days);
  if (!one) return tl::unexpected(one.error());
  AgainPlan again;
  again.query.besides = asked.question.again;
  again.query.region = one->query.region;
  again.query.colors = one->query.colors;
  again.query.bodies = one->query.bodies;
  again.query.makes = one->query.makes;
  again.query.camera_ids = one->query.camera_ids;
  again.query.from = one->query.from;
  again.query.to = one->query.to;
  again.query.limit = std::clamp<std::size_t>(limit, 1, 200);
  again.scope = std::move(one->scope);
  again.sentence = fmt::format("What looks like the vehicle of {}, whatever its plate: {}",
                               asked.question.again, one->sentence);
  again.scope.question = again.sentence;
  return again;
}

base::Result<Outline> outline_of(const Asked& asked, const Surroundings& around, int retained_days) {
  const auto outline = [](auto plan) -> base::Result<Outline> {
    if (!plan) return tl::unexpected(plan.error());
    return Outline{std::move(plan->scope), std::move(plan->sentence)};
  };
  switch (kind_of(asked)) {
    case Kind::kMeet:
      return outline(plan_meet(asked, around, retained_days, 50));
    case Kind::kConvoy:
      return outline(plan_convoy(asked, around, retained_days, 50));
    case Kind::kRoute:
      return outline(plan_route(asked, around, retained_days, 50));
    case Kind::kAgain:
      return outline(plan_again(asked, around, retained_days, 50));
    case Kind::kReads:
      break;
  }
  return outline(plain_plan(asked.question, around, retained_days));
}

}  // namespace glasshouse::search
