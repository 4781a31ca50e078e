#include "hotlist/preview_shelf.h"

#include <algorithm>

namespace glasshouse::hotlist {

void PreviewShelf::put(std::shared_ptr<const PendingImport> pending) {
  std::lock_guard lock(mutex_);
  const auto full = [&] {
    std::size_t changes = pending->changes();
    for (const auto& known : pending_) changes += known->changes();
    return pending_.size() >= kMaxPreviews || changes > kMaxShelfChanges;
  };
  while (!pending_.empty() && full()) pending_.erase(pending_.begin());
  pending_.push_back(std::move(pending));
}

std::shared_ptr<const PendingImport> PreviewShelf::find(std::string_view id, base::Time now) {
  std::lock_guard lock(mutex_);
  std::erase_if(pending_, [&](const auto& pending) { return pending->preview.expires_at <= now; });
  const auto found =
      std::find_if(pending_.begin(), pending_.end(), [&](const auto& p) { return p->preview.id == id; });
  return found == pending_.end() ? nullptr : *found;
}

void PreviewShelf::drop(std::string_view id) {
  std::lock_guard lock(mutex_);
  std::erase_if(pending_, [&](const auto& pending) { return pending->preview.id == id; });
}

}  // namespace glasshouse::hotlist
