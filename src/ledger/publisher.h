// Turns acknowledged entries into tiles and signs the tree: every period when there is something new, and
// when asked. The order is what keeps the promise: entries durable, then tiles, then the compare-and-swap of
// the one checkpoint, then the file that the world reads. Internal to the module.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"
#include "ledger/checkpoint_store.h"
#include "ledger/entry_store.h"
#include "ledger/ledger.h"
#include "ledger/tree_writer.h"

namespace glasshouse::ledger {

// Thread-safe.
class Publisher {
 public:
  struct Parts {
    base::FileSystem* files;
    std::string dir;
    std::string origin;
    const base::Clock* clock;
    base::Millis period;
    const EntryStore* store;
    std::function<std::uint64_t()> acknowledged;     // how many entries are durable
    std::function<void(base::Error)> on_corruption;  // called when signing would break the log's promise
  };
  Publisher(Parts parts, crypto::SigningKey key, CheckpointStore checkpoints, TreeWriter tree,
            Checkpoint latest);
  ~Publisher();  // publishes what is acknowledged
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // Brings the files of the world in line with the stored checkpoint (after a crash between the two).
  base::Result<void> restore_files();

  Checkpoint latest() const;
  base::Result<Checkpoint> publish();

 private:
  void run();
  base::Result<void> grow_tree(TreeWriter& tree, std::uint64_t size) const;
  base::Result<void> write_files(const Checkpoint& checkpoint, base::Day day);

  Parts parts_;
  const crypto::SigningKey key_;
  std::mutex publishing_;  // held during a round
  CheckpointStore checkpoints_;
  TreeWriter tree_;
  std::optional<base::Day> old_written_for_;  // checkpoint.old stands for this day

  mutable std::mutex latest_mutex_;
  Checkpoint latest_;

  std::mutex stop_mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace glasshouse::ledger
