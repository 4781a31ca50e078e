#include "hotlist/import_plan.h"

#include <functional>

#include "hotlist/entry_check.h"
#include "hotlist/importer.h"

namespace glasshouse::hotlist {
namespace {

bool same_facts(const Entry& entry, const NewEntry& draft) {
  return entry.reason == draft.reason && entry.case_number == draft.case_number &&
         entry.color == draft.color && entry.body == draft.body && entry.make == draft.make &&
         entry.note == draft.note;
}

// An end that is the list's term moves with every import. It is written anew once half of it is over, so that
// a file which comes every hour does not rewrite the list every hour.
bool needs_renewal(const Entry& entry, const NewEntry& draft, base::Time now) {
  return entry.expires_at - now < (draft.expires_at - now) / 2;
}

template <class Samples, class Sample>
void show(Samples& samples, Sample sample) {
  if (samples.size() < kMaxSampleShown) samples.push_back(std::move(sample));
}

}  // namespace

std::size_t ImportPlan::Hash::operator()(const Key& key) const {
  const std::size_t plate = std::hash<std::string_view>()(key.plate);
  return plate ^ (std::hash<std::string_view>()(key.region) + 0x9E3779B97F4A7C15u + (plate << 6));
}

ImportPlan::ImportPlan(std::vector<NewEntry> wanted, bool whole, base::Time now, PendingImport& pending)
    : wanted_(std::move(wanted)),
      whole_(whole),
      now_(now),
      pending_(pending),
      stands_(wanted_.size()),
      rows_(wanted_.size(), Hash{this}, Same{this}) {
  for (std::uint32_t row = 0; row < wanted_.size(); ++row) rows_.insert(row);
}

void ImportPlan::standing(const Entry& entry) {
  ImportPreview& preview = pending_.preview;
  const auto found = rows_.find(Key{entry.plate, entry.region});
  if (found == rows_.end()) {
    if (!whole_) return;
    show(preview.to_remove_sample, draft_of(entry));
    pending_.to_remove.push_back(entry.id);
    return;
  }
  if (stands_[*found]) return;
  stands_[*found] = true;
  NewEntry& draft = wanted_[*found];
  const bool same_end = !draft.own_end || entry.expires_at == draft.expires_at;
  if (same_facts(entry, draft) && same_end) {
    ++preview.unchanged;
    if (!draft.own_end && needs_renewal(entry, draft, now_))
      pending_.to_renew.emplace_back(entry.id, draft.expires_at);
    return;
  }
  show(preview.to_change_sample, ChangedEntry{draft_of(entry), draft});
  pending_.to_change.emplace_back(entry.id, draft);
}

void ImportPlan::finish() {
  rows_.clear();
  for (std::size_t row = 0; row < wanted_.size(); ++row) {
    if (stands_[row]) continue;
    show(pending_.preview.sample, wanted_[row]);
    pending_.to_add.push_back(std::move(wanted_[row]));
  }
  ImportPreview& preview = pending_.preview;
  preview.to_add = static_cast<std::uint32_t>(pending_.to_add.size());
  preview.to_change = static_cast<std::uint32_t>(pending_.to_change.size());
  preview.to_remove = static_cast<std::uint32_t>(pending_.to_remove.size());
  preview.to_renew = static_cast<std::uint32_t>(pending_.to_renew.size());
}

}  // namespace glasshouse::hotlist
