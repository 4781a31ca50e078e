// Plans for the questions that reach further than one list of reads: who was at several places, who travels
// with a plate, the way of one plate, which vehicles look like one. No I/O.
#pragma once

#include "search/language.h"

namespace glasshouse::search {

enum class Kind { kReads, kMeet, kConvoy, kRoute, kAgain };
Kind kind_of(const Asked& asked);
std::string_view name_of(Kind kind);  // "reads", "meet", "convoy", "route", "again"

template <class Query>
struct WidePlan {
  Query query;
  gate::Scope scope;     // ask the gate for exactly this
  std::string sentence;  // "Vehicles that were at all of these: …"
};
using MeetPlan = WidePlan<reads::MeetQuery>;
using ConvoyPlan = WidePlan<reads::ConvoyQuery>;
using RoutePlan = WidePlan<reads::RouteQuery>;
using AgainPlan = WidePlan<reads::AgainQuery>;

base::Result<MeetPlan> plan_meet(const Asked& asked, const Surroundings& around, int retained_days,
                                 std::size_t limit);
base::Result<ConvoyPlan> plan_convoy(const Asked& asked, const Surroundings& around, int retained_days,
                                     std::size_t limit);
base::Result<RoutePlan> plan_route(const Asked& asked, const Surroundings& around, int retained_days,
                                   std::size_t limit);
// The query lacks the fingerprint: only who may see the read can fill it in.
base::Result<AgainPlan> plan_again(const Asked& asked, const Surroundings& around, int retained_days,
                                   std::size_t limit);
// What would be searched and in which words, whatever its kind.
struct Outline {
  gate::Scope scope;
  std::string sentence;
};
base::Result<Outline> outline_of(const Asked& asked, const Surroundings& around, int retained_days);

}  // namespace glasshouse::search
