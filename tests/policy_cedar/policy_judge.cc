// Reads questions as lines of JSON and answers each with the decision and the ids of the rules it rests on.
//   {"stack": ["a.toml", …]}      the packs that hold from now on  → {"packs": N}
//   {"now": …, "action": …, …}    as cases.mjs makes them          → {"allowed": true, "rules":
//   ["house/case-work"]}
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "policy/rule.h"
#include "policy/stack.h"

namespace {

using Json = nlohmann::json;
using namespace glasshouse;

policy::Action action_named(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(policy::Action::kViewMasked); ++i) {
    const auto action = static_cast<policy::Action>(i);
    if (policy::name_of(action) == name) return action;
  }
  throw std::runtime_error("no such action: " + name);
}

policy::Stack stack_of(const Json& paths) {
  std::vector<policy::Adoption> adoptions;
  for (const Json& path : paths) {
    std::ifstream in(path.get<std::string>());
    auto pack = policy::parse_pack(std::string(std::istreambuf_iterator<char>(in), {}));
    if (!pack) throw std::runtime_error(path.get<std::string>() + ": " + pack.error().message());
    adoptions.push_back({std::move(*pack), base::Day{}, false});
  }
  return policy::Stack(std::move(adoptions));
}

policy::OrderFacts order_of(const Json& line) {
  policy::OrderFacts order;
  order.number = "1";
  order.verified = line.at("verified");
  order.expires_at = base::from_ms(line.at("expires_at"));
  order.by_judge = line.at("by_judge");
  order.entered_by = line.at("entered_by");
  order.agency = line.at("agency");
  order.plates = line.at("plates").get<std::vector<std::string>>();
  order.camera_ids = line.at("cameras").get<std::vector<std::string>>();
  if (line.contains("from")) order.from = base::from_ms(line.at("from"));
  if (line.contains("to")) order.to = base::from_ms(line.at("to"));
  return order;
}

policy::Question question_of(const Json& line) {
  policy::Question q;
  q.action = action_named(line.at("action"));
  q.who = {.id = "u",
           .agency_id = "a",
           .role = policy::role_named(line.at("role").get<std::string>()).value(),
           .active = line.at("active")};
  if (line.contains("trained_until")) q.who.trained_until = base::from_ms(line.at("trained_until"));
  if (line.contains("other_agency")) {
    q.who.agency_id = line.at("other_agency");
    q.who.of_other_agency = true;
  }
  if (line.contains("grant")) {
    const Json& g = line.at("grant");
    q.grant = policy::GrantFacts{.id = "g",
                                 .to_agency = g.at("to"),
                                 .cameras = g.at("cameras").get<std::vector<std::string>>(),
                                 .purposes = g.at("purposes").get<std::vector<std::string>>(),
                                 .from_minute = g.at("from_minute"),
                                 .until_minute = g.at("until_minute"),
                                 .minute_now = g.at("minute_now"),
                                 .starts_at = base::from_ms(g.at("starts_at")),
                                 .ends_at = base::from_ms(g.at("ends_at")),
                                 .offered = g.at("offered"),
                                 .accepted = g.at("accepted"),
                                 .revoked = g.at("revoked"),
                                 .lists = g.at("lists")};
  }
  for (const auto& [name, into] : {std::pair("onward", &q.onward), std::pair("barred", &q.agency_barred),
                                   std::pair("stopped", &q.sharing_stopped),
                                   std::pair("regional", &q.regional), std::pair("in_region", &q.in_region)})
    *into = line.value(name, false);
  q.on_behalf_of = line.at("names");
  q.beneficiary_kind = line.at("kind");
  q.beneficiary_state = line.at("state");
  q.attested = line.at("attested");
  const std::string asks = line.at("asks");
  for (const policy::Asks wide : policy::kWideQuestions) {
    if (policy::name_of(wide) == asks) q.asks = wide;
  }
  q.agencies = line.at("agencies");
  q.reach_m = line.at("reach_m");
  q.camera_ids = line.at("cameras").get<std::vector<std::string>>();
  if (line.contains("case")) {
    const Json& on = line.at("case");
    q.on_case = policy::CaseFacts{.id = on.at("fresh").get<bool>() ? "" : "c",
                                  .number = on.at("number"),
                                  .purpose = on.at("purpose"),
                                  .offence = on.at("offence"),
                                  .open = on.at("open"),
                                  .assigned = on.at("assigned"),
                                  .exigent = on.at("exigent"),
                                  .opened_by = on.at("opened_by")};
  }
  q.plate = line.at("plate");
  if (line.contains("order")) q.order = order_of(line.at("order"));
  if (line.contains("from")) q.from = base::from_ms(line.at("from"));
  if (line.contains("to")) q.to = base::from_ms(line.at("to"));
  if (line.contains("keep_days")) q.keep_days = line.at("keep_days").get<int>();
  for (const Json& near : line.at("near"))
    q.near.push_back({near.at("kind"), near.at("distance_m"), near.at("consent")});
  return q;
}

Json answer(const Json& line, const policy::Stack& stack) {
  const base::Time now = base::from_ms(line.at("now"));
  const auto rules = stack.at(base::day_of(now));
  const policy::Decision decision =
      policy::decide(question_of(line), {now, line.at("retained_days"), rules.get()});
  Json ids = Json::array();
  for (const policy::RuleHit& hit : decision.rules) {
    if (hit.id != "house/no-permit") ids.push_back(hit.id);  // what Cedar says by naming nothing
  }
  return {{"allowed", decision.allowed}, {"rules", std::move(ids)}};
}

}  // namespace

int main() {
  policy::Stack stack;
  for (std::string text; std::getline(std::cin, text);) {
    try {
      const Json line = Json::parse(text);
      if (line.contains("stack")) {
        stack = stack_of(line.at("stack"));
        std::cout << Json{{"packs", line.at("stack").size()}} << std::endl;
      } else {
        std::cout << answer(line, stack) << std::endl;
      }
    } catch (const std::exception& error) {
      std::cerr << "policy_judge: " << error.what() << "\n";
      return 1;
    }
  }
  return 0;
}
