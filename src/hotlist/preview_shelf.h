// Inside hotlist: imports that were previewed and wait for a person to commit them. In memory only.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

// The oldest gives way. A change is some 350 bytes; one preview may hold more of them than all together
// should: it lies there alone then.
inline constexpr std::size_t kMaxPreviews = 8;
inline constexpr std::size_t kMaxShelfChanges = 1'200'000;
inline constexpr base::Millis kPreviewLife{15 * 60 * 1000};

struct PendingImport {
  ImportPreview preview;
  std::string officer_id;
  std::int64_t revision = 0;  // of the list that it was compared with
  std::vector<NewEntry> to_add;
  std::vector<std::pair<std::string, NewEntry>> to_change;   // entry id, what it becomes
  std::vector<std::string> to_remove;                        // entry ids
  std::vector<std::pair<std::string, base::Time>> to_renew;  // entry id, its new end

  std::size_t changes() const {
    return to_add.size() + to_change.size() + to_remove.size() + to_renew.size();
  }
};

// Thread-safe.
class PreviewShelf {
 public:
  void put(std::shared_ptr<const PendingImport> pending);
  std::shared_ptr<const PendingImport> find(std::string_view id, base::Time now);  // null when gone
  void drop(std::string_view id);

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<const PendingImport>> pending_;  // oldest first
};

}  // namespace glasshouse::hotlist
