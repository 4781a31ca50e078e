#include "policy/stack.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "policy/pack_rules.h"

namespace glasshouse::policy {
namespace {

bool never_stores_unmatched(const Pack& pack) {
  return std::any_of(pack.keep.begin(), pack.keep.end(), [](const KeepRule& rule) {
    return rule.state == ReadState::kUnmatched && rule.minutes < kMinutesADay;
  });
}

// One pack a level is in force; camera packs stand side by side.
std::string slot_of(const Pack& pack) {
  std::string slot(name_of(pack.level));
  if (pack.level == Level::kCamera) slot += "/" + pack.id;
  return slot;
}

// Rows of `rows` whose key no row of `spoken` has.
template <class Row, class Key>
void keep_unspoken(std::vector<Row>& rows, const std::vector<Row>& spoken, Key key) {
  std::erase_if(rows, [&](const Row& row) {
    return std::any_of(spoken.begin(), spoken.end(),
                       [&](const Row& other) { return key(other) == key(row); });
  });
}

// The strict default for what the state's pack does not speak of.
Pack stand_in(const Pack* state) {
  Pack pack = strict_default_pack();
  if (state == nullptr) return pack;
  keep_unspoken(pack.keep, state->keep, [](const KeepRule& rule) { return rule.state; });
  keep_unspoken(pack.recipients, state->recipients, [](const RecipientRule& rule) { return rule.kind; });
  keep_unspoken(pack.questions, state->questions, [](const QuestionRule& rule) { return rule.asks; });
  keep_unspoken(pack.places, state->places, [](const PlaceRule& rule) { return rule.kind; });
  if (!state->barred_files.empty()) pack.barred_files.clear();
  keep_unspoken(pack.duties, state->duties, [](const Duty& duty) { return duty.kind; });
  keep_unspoken(pack.notices, state->notices, [](const Notice& notice) { return notice.name; });
  if (!state->reach.empty()) pack.reach.clear();
  if (state->permitted) pack.permitted.reset();
  if (state->offence) pack.offence.reset();
  return pack;
}

// The packs that hold on a day. Of what has begun by then, the later beginning holds; of two on one day, what
// was adopted later.
std::vector<Pack> packs_on(base::Day day, const std::vector<Adoption>& adoptions) {
  std::map<std::string, const Adoption*> slots;
  for (const Adoption& adoption : adoptions) {
    if (adoption.from > day) continue;
    const Adoption*& holder = slots[slot_of(adoption.pack)];
    if (holder == nullptr || adoption.from >= holder->from) holder = &adoption;
  }
  std::vector<Pack> packs;
  const Pack* state = nullptr;
  for (const auto& [slot, adoption] : slots) {
    if (adoption->ended || (adoption->pack.ends && day >= *adoption->pack.ends)) continue;
    if (adoption->pack.level == Level::kState) state = &adoption->pack;
    packs.push_back(adoption->pack);
  }
  if (state == nullptr || state->id != strict_default_pack().id) packs.push_back(stand_in(state));
  return packs;
}

}  // namespace

Rules::Rules(std::vector<Pack> packs) : packs_(std::move(packs)) {
  std::sort(packs_.begin(), packs_.end(), [](const Pack& a, const Pack& b) {
    return std::pair(a.level, std::string_view(a.id)) < std::pair(b.level, std::string_view(b.id));
  });
  for (const Pack& pack : packs_) add_rules_of(pack, rules_);
}

std::optional<Rules::Kept> Rules::kept(ReadState state) const {
  std::optional<Kept> shortest;
  for (const Pack& pack : packs_) {
    if (pack.level == Level::kCamera) continue;
    for (const KeepRule& rule : pack.keep) {
      if (rule.state != state || (shortest && rule.minutes >= shortest->minutes)) continue;
      shortest = Kept{rule.minutes, pack.id, pack.id + "/retention-" + std::string(name_of(state)),
                      rule.source.citation};
    }
  }
  return shortest;
}

std::optional<int> Rules::stored_days() const {
  std::optional<int> shortest;
  for (const PackRule& rule : rules_) {
    const auto* kept = std::get_if<KeptLonger>(&rule.condition);
    if (kept == nullptr) continue;
    shortest = std::min(shortest.value_or(std::numeric_limits<int>::max()), static_cast<int>(kept->days));
  }
  return shortest;
}

std::optional<Rules::Barred> Rules::bars_file(std::string_view file) const {
  for (const Pack& pack : packs_) {
    for (const BarredFilesRule& rule : pack.barred_files) {
      if (std::find(rule.files.begin(), rule.files.end(), file) != rule.files.end())
        return Barred{pack.id + "/barred-" + rule.name, rule.source.citation};
    }
  }
  return std::nullopt;
}

bool Rules::stores_unmatched(std::string_view camera_id) const {
  return std::none_of(packs_.begin(), packs_.end(), [&](const Pack& pack) {
    const bool about_it = pack.level != Level::kCamera || std::find(pack.cameras.begin(), pack.cameras.end(),
                                                                    camera_id) != pack.cameras.end();
    return about_it && never_stores_unmatched(pack);
  });
}

Stack::Stack(std::vector<Adoption> adoptions) : adoptions_(std::move(adoptions)) {
  std::set<base::Day> changes{base::Day{}};
  for (const Adoption& adoption : adoptions_) {
    changes.insert(adoption.from);
    if (adoption.pack.ends) changes.insert(std::max(*adoption.pack.ends, adoption.from));
  }
  for (const base::Day day : changes)
    periods_.emplace_back(day, std::make_shared<const Rules>(packs_on(day, adoptions_)));
}

std::shared_ptr<const Rules> Stack::at(base::Day day) const {
  const auto later =
      std::upper_bound(periods_.begin(), periods_.end(), day,
                       [](base::Day value, const auto& period) { return value < period.first; });
  return later == periods_.begin() ? periods_.front().second : std::prev(later)->second;
}

std::optional<base::Day> Stack::hits_only_since(base::Day day) const {
  std::optional<base::Day> since;
  for (auto period = periods_.rbegin(); period != periods_.rend(); ++period) {
    if (period->first > day) continue;
    if (period->second->stores_unmatched("")) break;  // "": of a camera that no camera's pack speaks of
    since = period->first;
  }
  return since;
}

const Rules& strict_default() {
  static const Rules rules({strict_default_pack()});
  return rules;
}

}  // namespace glasshouse::policy
