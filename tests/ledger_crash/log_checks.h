// What must hold of a log after any crash, for the programs that crash it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/tile.h"

namespace glasshouse::tests {

inline int fail(const std::string& what) {
  std::cerr << what << "\n";
  return 1;
}

inline std::string subject_of(const ledger::Entry& entry) {
  for (const auto& d : entry.disclosures) {
    if (d.name == "subject") return d.value;
  }
  return "";
}

inline int check_acked(const ledger::Ledger& log, const std::string& path) {
  std::ifstream lines(path);
  std::uint64_t index = 0;
  std::string id;
  while (lines >> index >> id) {
    auto entry = log.entry(ledger::Reader::kAuditor, index);
    if (!entry)
      return fail("acknowledged but lost: entry " + std::to_string(index) + ": " + entry.error().message());
    if (subject_of(*entry) != id)
      return fail("entry " + std::to_string(index) + " is " + subject_of(*entry) + ", not " + id);
  }
  return 0;
}

inline int check_seen(const ledger::Ledger& log, const std::string& dir, const std::string& seen) {
  const auto key = ledger::parse_verifier_key(log.verifier_key());
  const ledger::Checkpoint now = log.checkpoint();
  std::map<std::uint64_t, crypto::Hash> roots = {{now.size, now.root}};
  ledger::TileHashes hashes(now.size, ledger::tiles_in(dir));
  for (const auto& file : std::filesystem::directory_iterator(seen)) {
    std::stringstream note;
    note << std::ifstream(file.path()).rdbuf();
    auto head = ledger::open_checkpoint(note.str(), *key);
    if (!head) return fail("a checkpoint was served that is none: " + head.error().message());
    if (!roots.emplace(head->size, head->root).second && roots[head->size] != head->root) {
      return fail("two roots for size " + std::to_string(head->size));
    }
    auto proof = ledger::prove_consistency(head->size, now.size, std::ref(hashes));
    if (!proof || !ledger::verify_consistency(head->size, head->root, now.size, now.root, *proof)) {
      return fail("the checkpoint of size " + std::to_string(head->size) + " did not grow into " +
                  std::to_string(now.size));
    }
  }
  return 0;
}

}  // namespace glasshouse::tests
