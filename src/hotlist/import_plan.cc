#include "hotlist/import_plan.h"

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

std::string key_of(const std::string& plate, const std::string& region) {
  return plate + "/" + region;
}

void plan_import(const std::vector<NewEntry>& wanted, std::unordered_map<std::string, Entry> standing,
                 bool whole, base::Time now, PendingImport& pending) {
  ImportPreview& preview = pending.preview;
  for (const NewEntry& draft : wanted) {
    const auto found = standing.find(key_of(draft.plate, draft.region));
    if (found == standing.end()) {
      show(preview.sample, draft);
      pending.to_add.push_back(draft);
      continue;
    }
    const Entry& entry = found->second;
    const bool same_end = !draft.own_end || entry.expires_at == draft.expires_at;
    if (same_facts(entry, draft) && same_end) {
      ++preview.unchanged;
      if (!draft.own_end && needs_renewal(entry, draft, now))
        pending.to_renew.emplace_back(entry.id, draft.expires_at);
    } else {
      show(preview.to_change_sample, ChangedEntry{draft_of(entry), draft});
      pending.to_change.emplace_back(entry.id, draft);
    }
    standing.erase(found);
  }
  if (whole) {
    for (const auto& [key, entry] : standing) {
      show(preview.to_remove_sample, draft_of(entry));
      pending.to_remove.push_back(entry.id);
    }
  }
  preview.to_add = static_cast<std::uint32_t>(pending.to_add.size());
  preview.to_change = static_cast<std::uint32_t>(pending.to_change.size());
  preview.to_remove = static_cast<std::uint32_t>(pending.to_remove.size());
  preview.to_renew = static_cast<std::uint32_t>(pending.to_renew.size());
}

}  // namespace glasshouse::hotlist
