// The key agent: the vault in a process of its own, that lets no picture be opened unless the public log says
// so. It answers one server's messages (wire.h); how they come is the caller's. docs/formats/vault.md.
//
//   auto agent = Agent::open({.dir = DIR, .policy = policy, .clock = &clock});
//   std::string answer = (*agent)->answer(request);
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "ledger/witness.h"
#include "ledger/witness_policy.h"
#include "vault/released.h"
#include "vault/wire.h"

namespace glasshouse::vault {

class LocalVault;
struct Opening;

inline constexpr const char* kReleasedFolder = "released";  // in the agent's folder
inline constexpr const char* kWitnessFolder = "witness";
inline constexpr std::size_t kMostHeadsRemembered = 256;

struct AgentOptions {
  std::string dir;  // the vault's folder; the agent's own files stand beside the keys
  ledger::WitnessPolicy
      policy;  // the log's keys, all of one name, and who must have signed; no log: nothing is released
  std::string witness_name = "vault-agent";
  const base::Clock* clock = nullptr;  // outlives the agent
};

// Thread-safe.
class Agent {
 public:
  static base::Result<std::unique_ptr<Agent>> open(AgentOptions options);
  ~Agent();

  std::string answer(std::string_view request);  // a message, also when the request is none
  std::string witness_key() const { return witness_->witness_key(); }
  std::string quorum() const;  // in words
  std::uint64_t released() const;

 private:
  Agent(AgentOptions options, std::unique_ptr<LocalVault> keys, std::unique_ptr<ledger::Witness> witness,
        Released released);
  base::Result<Message> act(const Message& request);
  base::Result<Message> standing() const;
  base::Result<Message> drafts(const Message& request);
  base::Result<Message> keep(const Message& request);
  base::Result<Message> check(const Message& request) const;
  base::Result<Message> hold(const Message& request);
  base::Result<Message> rehead(const Message& request) const;
  base::Result<Message> shred(const Message& request);
  base::Result<Message> release(const Message& request);
  // Under the lock of releases: the log only grew, and the quorum signed.
  base::Result<void> witness_head(const ReleaseRequest& request, Opening& opening);

  const AgentOptions options_;
  const std::unique_ptr<LocalVault> keys_;
  const std::unique_ptr<ledger::Witness> witness_;
  mutable std::mutex releasing_;
  Released released_;
  // What this agent signed last: a release may end in one of these without another proof.
  std::deque<std::pair<std::uint64_t, crypto::Hash>> heads_;
};

}  // namespace glasshouse::vault
