// The vault of an agent on another machine (agent.h), as the server sees it. Before a picture is opened it
// writes the entry that opens it, and shows the agent that it stands in the log.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "vault/vault.h"

namespace glasshouse::vault {

inline constexpr base::Millis kMostWaitForQuorum{5000};

struct RemoteOptions {
  // Sends a request and gives the answer; kAway when the agent cannot be reached. Called from many threads.
  std::function<base::Result<std::string>(const std::string& request)> send;
  std::string cache_path;            // the newest list of public keys: for a start while the agent is away
  ledger::Ledger* ledger = nullptr;  // outlives the vault, as the clock does
  bool has_witnesses = false;        // of the ledger: what they signed is waited for
  // Writes the entry; returns its index.
  std::function<base::Result<std::uint64_t>(std::string kind, std::vector<ledger::Field> fields)> record;
  const base::Clock* clock = nullptr;
};

// kAway when the agent cannot be reached and no list of keys is known yet; kDamaged when it has another
// agency's keys than before.
base::Result<std::unique_ptr<Vault>> open_remote(RemoteOptions options);

}  // namespace glasshouse::vault
