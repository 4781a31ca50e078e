#include "ledger/sequencer.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "ledger/commitment.h"

namespace glasshouse::ledger {
namespace {

constexpr std::chrono::seconds kMaxWaitForRoom{10};

tl::unexpected<base::Error> closed() {
  return base::failure(Errc::kClosed, "The ledger is closed", "the server stops", "Ask again when it runs.");
}

}  // namespace

Sequencer::Sequencer(EntryStore& store, AuditKeys& keys, const base::Clock& clock, std::uint64_t size,
                     base::Time last)
    : store_(store), keys_(keys), clock_(clock), size_(size), last_(last), thread_([this] { run(); }) {}

Sequencer::~Sequencer() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  work_.notify_all();
  room_.notify_all();
  thread_.join();
}

base::Result<std::uint64_t> Sequencer::append(std::vector<Record> records) {
  std::future<base::Result<std::uint64_t>> result;
  {
    std::unique_lock lock(mutex_);
    const std::size_t count = records.size();
    const auto ready = [&] { return closed_ || refused_ || pending_records_ + count <= kMaxPendingRecords; };
    if (!room_.wait_for(lock, kMaxWaitForRoom, ready)) {
      return base::failure(Errc::kBusy, "The ledger is too busy", "its disk does not keep up",
                           "Try again in a minute.");
    }
    if (closed_) return closed();
    if (refused_) return tl::unexpected(*refused_);
    pending_.push_back({std::move(records), {}});
    pending_records_ += count;
    result = pending_.back().done.get_future();
  }
  work_.notify_one();
  return result.get();
}

void Sequencer::refuse(base::Error why) {
  const std::lock_guard lock(mutex_);
  if (!refused_) refused_ = std::move(why);
  room_.notify_all();
}

Sequencer::Group Sequencer::take_group() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [&] { return closed_ || !pending_.empty(); });
  Group group;
  std::size_t records = 0;
  while (!pending_.empty() &&
         (group.empty() || records + pending_.front().records.size() <= kMaxBatchRecords)) {
    records += pending_.front().records.size();
    group.push_back(std::move(pending_.front()));
    pending_.pop_front();
  }
  return group;
}

void Sequencer::run() {
  for (;;) {
    Group group = take_group();
    if (group.empty()) return;  // closed, and all that was accepted is done
    finish(group, write(group));
  }
}

base::Result<void> Sequencer::write(const Group& group) {
  {
    const std::lock_guard lock(mutex_);
    if (refused_) return tl::unexpected(*refused_);
  }
  const base::Time now = std::max(clock_.now(), last_);
  auto key = keys_.find_or_make(base::day_of(now));
  if (!key) return tl::unexpected(key.error());
  std::vector<StoredEntry> entries;
  std::uint64_t index = size();
  for (const Pending& pending : group) {
    for (const Record& record : pending.records) {
      Commitment commitment = commit(*key, index, fields_of(record, now));
      entries.push_back({index, now, record.kind, record.fields, std::move(commitment.leaf)});
      ++index;
    }
  }
  if (auto added = store_.add(entries); !added) return added;
  last_ = now;
  return {};
}

void Sequencer::finish(Group& group, const base::Result<void>& written) {
  // A full disk can be mended while we run. After any other failure nobody knows what the disk holds.
  if (!written && !written.error().is(Errc::kNoSpace) && !written.error().is(Errc::kBusy)) {
    base::log(base::Level::kError, "ledger",
              "append failed, all further ones are refused: " + written.error().message());
    refuse(written.error());
  }
  std::uint64_t index = size();
  std::size_t records = 0;
  for (const Pending& pending : group) records += pending.records.size();
  if (written) size_.store(index + records, std::memory_order_release);
  {
    const std::lock_guard lock(mutex_);
    pending_records_ -= records;
  }
  room_.notify_all();
  for (Pending& pending : group) {
    if (written) {
      pending.done.set_value(index);
      index += pending.records.size();
    } else {
      pending.done.set_value(tl::unexpected(written.error()));
    }
  }
}

}  // namespace glasshouse::ledger
