#include "hotlist/import_plan.h"

#include "hotlist/importer.h"

namespace glasshouse::hotlist {
namespace {

bool same_content(const Entry& entry, const NewEntry& draft) {
  return entry.reason == draft.reason && entry.case_number == draft.case_number &&
         entry.color == draft.color && entry.body == draft.body && entry.make == draft.make &&
         entry.note == draft.note && entry.expires_at == draft.expires_at;
}

}  // namespace

std::string key_of(const std::string& plate, const std::string& region) {
  return plate + "/" + region;
}

void plan_import(const std::vector<NewEntry>& wanted, std::unordered_map<std::string, Entry> standing,
                 bool replace, PendingImport& pending) {
  ImportPreview& preview = pending.preview;
  for (const NewEntry& draft : wanted) {
    const auto found = standing.find(key_of(draft.plate, draft.region));
    if (found == standing.end()) {
      if (preview.sample.size() < kMaxSampleShown) preview.sample.push_back(draft);
      pending.to_add.push_back(draft);
      continue;
    }
    if (same_content(found->second, draft)) {
      ++preview.unchanged;
    } else {
      pending.to_change.emplace_back(found->second.id, draft);
    }
    standing.erase(found);
  }
  if (replace) {
    for (const auto& [key, entry] : standing) pending.to_remove.push_back(entry.id);
  }
  preview.to_add = static_cast<std::uint32_t>(pending.to_add.size());
  preview.to_change = static_cast<std::uint32_t>(pending.to_change.size());
  preview.to_remove = static_cast<std::uint32_t>(pending.to_remove.size());
}

}  // namespace glasshouse::hotlist
