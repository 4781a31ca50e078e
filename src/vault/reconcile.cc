#include "vault/reconcile.h"

#include <optional>
#include <set>

#include "base/file.h"
#include "ledger/fsck.h"
#include "ledger/note.h"
#include "ledger/proof_file.h"
#include "ledger/tile.h"
#include "ledger/verify.h"
#include "vault/opening.h"
#include "vault/released.h"

namespace glasshouse::vault {
namespace {

class Reconciling {
 public:
  Reconciling(std::string log_dir, std::uint64_t size) : log_dir_(std::move(log_dir)), size_(size) {}

  base::Result<void> know_kinds() {
    if (!base::posix_files().exists(log_dir_ + "/ledger.db")) return {};
    auto indexes = ledger::entries_of_kind(log_dir_, kReleaseKind);
    if (!indexes) return tl::unexpected(indexes.error());
    kinds_.emplace(indexes->begin(), indexes->end());
    return {};
  }

  base::Result<void> take(const ReleaseLine& line) {
    ++done_.released;
    const std::string name =
        "Release " + std::to_string(line.number) + " of " + base::format_rfc3339(line.time);
    if (line.size > size_ || line.index >= line.size) {
      problem(name + " names an entry that this log does not have");
      return {};
    }
    ledger::TileHashes hashes(line.size, ledger::tiles_in(log_dir_));
    const auto root = ledger::root_of(line.size, std::ref(hashes));
    if (!root) return tl::unexpected(root.error());
    if (ledger::bytes_of(*root) != line.root)
      problem(name + " was made for another log of the same name: a fork");
    const auto leaf = hashes(0, line.index);
    if (!leaf) return tl::unexpected(leaf.error());
    if (ledger::bytes_of(*leaf) != line.leaf)
      problem(name + " has no entry in the log: another stands there");
    if (!used_.insert(line.index).second) problem(name + " was made for an entry that was used before");
    if (kinds_ && !kinds_->contains(line.index))
      problem(name + " was made for an entry that opens no picture");
    return {};
  }

  Reconciled result() {
    done_.has_kinds = kinds_.has_value();
    if (kinds_) {
      for (const std::uint64_t index : *kinds_) done_.not_released += used_.contains(index) ? 0 : 1;
    }
    return std::move(done_);
  }

 private:
  void problem(std::string sentence) {
    if (done_.problems.size() < kMostProblems) done_.problems.push_back(std::move(sentence));
  }

  const std::string log_dir_;
  const std::uint64_t size_;
  std::optional<std::set<std::uint64_t>> kinds_;
  std::set<std::uint64_t> used_;
  Reconciled done_;
};

}  // namespace

base::Result<Reconciled> reconcile(const std::string& released_dir, const std::string& log_dir,
                                   const std::string& vkey) {
  const auto log = ledger::verify_folder(log_dir, vkey.empty() ? std::nullopt : std::optional(vkey));
  if (!log) return tl::unexpected(log.error());
  Reconciling reconciling(log_dir, log->head.size);
  if (auto known = reconciling.know_kinds(); !known) return tl::unexpected(known.error());
  const auto read =
      read_released(released_dir, [&](const ReleaseLine& line) { return reconciling.take(line); });
  if (!read) return tl::unexpected(read.error());
  return reconciling.result();
}

}  // namespace glasshouse::vault
