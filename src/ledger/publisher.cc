#include "ledger/publisher.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "ledger/note.h"

namespace glasshouse::ledger {
namespace {

// Leaves read and hashed at one time, a multiple of the tile width; about 3 MB.
constexpr std::uint64_t kRoundLeaves = 16ULL * kTileWidth;

}  // namespace

Publisher::Publisher(Parts parts, crypto::SigningKey key, CheckpointStore checkpoints, TreeWriter tree,
                     Checkpoint latest)
    : parts_(std::move(parts)),
      key_(std::move(key)),
      checkpoints_(std::move(checkpoints)),
      tree_(std::move(tree)),
      latest_(std::move(latest)),
      thread_([this] { run(); }) {}

Publisher::~Publisher() {
  {
    const std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
  if (auto last = publish(); !last)
    base::log(base::Level::kWarn, "ledger", "last checkpoint: " + last.error().message());
}

void Publisher::run() {
  std::string last_complaint;  // a disk that stays broken is told once, not twice a second
  std::unique_lock lock(stop_mutex_);
  while (!stop_.wait_for(lock, parts_.period, [&] { return stopping_; })) {
    lock.unlock();
    auto published = publish();
    const std::string complaint = published ? "" : published.error().message();
    if (!complaint.empty() && complaint != last_complaint) {
      base::log(base::Level::kError, "ledger", "checkpoint not published: " + complaint);
    }
    last_complaint = complaint;
    lock.lock();
  }
}

Checkpoint Publisher::latest() const {
  const std::lock_guard lock(latest_mutex_);
  return latest_;
}

base::Result<void> Publisher::grow_tree(TreeWriter& tree, std::uint64_t size) const {
  while (tree.size() < size) {
    const std::uint64_t from = tree.round_start();
    auto leaves = parts_.store->leaves(from, std::min(size, from + kRoundLeaves));
    if (!leaves) return tl::unexpected(leaves.error());
    if (auto added = tree.add(*leaves); !added) return added;
  }
  return {};
}

base::Result<Checkpoint> Publisher::publish() {
  const std::lock_guard round(publishing_);
  const std::uint64_t size = parts_.acknowledged();
  const Checkpoint old = latest();
  if (size == old.size) return old;
  TreeWriter tree = tree_;
  if (auto grown = grow_tree(tree, size); !grown) {
    if (grown.error().is(Errc::kCorrupt)) parts_.on_corruption(grown.error());
    return tl::unexpected(grown.error());
  }
  Checkpoint next{size, tree.root(), {}};
  next.note = sign_note(format_tree_head({parts_.origin, next.size, next.root}), parts_.origin, key_);
  const base::Day today = base::day_of(parts_.clock->now());
  if (auto swapped = checkpoints_.swap(parts_.origin, old, next, today); !swapped) {
    if (swapped.error().is(Errc::kCorrupt)) parts_.on_corruption(swapped.error());
    return tl::unexpected(swapped.error());
  }
  tree_ = std::move(tree);
  {
    const std::lock_guard lock(latest_mutex_);
    latest_ = next;
  }
  if (auto written = write_files(next, today); !written) return tl::unexpected(written.error());
  return next;
}

base::Result<void> Publisher::write_files(const Checkpoint& checkpoint, base::Day day) {
  if (auto written = parts_.files->write_atomic(parts_.dir + "/checkpoint", checkpoint.note); !written) {
    return base::failure(Errc::kIo, "The checkpoint cannot be written", written.error().message(),
                         "Check the disk.");
  }
  if (old_written_for_ == day) return {};
  // checkpoint.old is the last one of an earlier day: whoever verifies the folder sees that history only
  // grew.
  auto old = checkpoints_.last_before(parts_.origin, day);
  if (!old) return tl::unexpected(old.error());
  if (*old) {
    if (auto written = parts_.files->write_atomic(parts_.dir + "/checkpoint.old", (*old)->note); !written) {
      return base::failure(Errc::kIo, "checkpoint.old cannot be written", written.error().message(),
                           "Check the disk.");
    }
  }
  old_written_for_ = day;
  return {};
}

base::Result<void> Publisher::restore_files() {
  const std::lock_guard round(publishing_);
  return write_files(latest(), base::day_of(parts_.clock->now()));
}

}  // namespace glasshouse::ledger
