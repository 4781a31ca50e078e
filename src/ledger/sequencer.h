// The one thread that gives entries their index, commits them in groups and only then lets their callers go
// on. Internal to the module.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/audit_keys.h"
#include "ledger/entry_store.h"
#include "ledger/ledger.h"

namespace glasshouse::ledger {

// append() from any thread.
class Sequencer {
 public:
  // References outlive it. `size` entries stand in the store, the last at `last`.
  Sequencer(EntryStore& store, AuditKeys& keys, const base::Clock& clock, std::uint64_t size,
            base::Time last);
  ~Sequencer();  // finishes what was accepted
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  // Records were checked (check_record). Returns when they are durable.
  base::Result<std::uint64_t> append(std::vector<Record> records);

  std::uint64_t size() const { return size_.load(std::memory_order_acquire); }

  // From now on every append fails with this: the ledger cannot be trusted until somebody looked.
  void refuse(base::Error why);

 private:
  struct Pending {
    std::vector<Record> records;
    std::promise<base::Result<std::uint64_t>> done;
  };
  using Group = std::vector<Pending>;

  void run();
  Group take_group();
  base::Result<void> write(const Group& group);
  void finish(Group& group, const base::Result<void>& written);

  EntryStore& store_;
  AuditKeys& keys_;
  const base::Clock& clock_;
  std::atomic<std::uint64_t> size_;
  base::Time last_;  // entries never go back in time

  std::mutex mutex_;
  std::condition_variable work_, room_;
  std::deque<Pending> pending_;
  std::size_t pending_records_ = 0;
  bool closed_ = false;
  std::optional<base::Error> refused_;
  std::thread thread_;
};

}  // namespace glasshouse::ledger
