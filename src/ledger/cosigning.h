// A log collects cosignatures: every new checkpoint goes to all witnesses of the policy at once, and as soon
// as the quorum has signed, the ledger publishes the checkpoint with their signatures.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "ledger/witness.h"
#include "ledger/witness_policy.h"

namespace glasshouse::ledger {

// POSTs a body to an address and gives the answer's status and body. Called from a thread a witness.
using AskWitness =
    std::function<base::Result<WitnessAnswer>(const std::string& url, const std::string& body)>;

// How far a witness is.
struct WitnessStanding {
  std::string name;                // in the policy
  std::string key;                 // its verifier key
  std::uint64_t size = 0;          // the largest checkpoint that it signed for us
  std::optional<base::Time> time;  // when, by its own clock
  std::string trouble;             // why it did not sign the last one it was asked for; empty when it did
};

// Thread-safe. One thread a witness and one that looks for new checkpoints.
class Cosigning {
 public:
  struct Options {
    Ledger* ledger = nullptr;  // opened with has_witnesses; outlives this
    WitnessPolicy policy;      // witnesses without an address are not asked
    AskWitness ask;
    base::Millis look_every{50};
    base::Millis round{2000};  // so long a checkpoint waits for its quorum before a newer one takes its place
    base::Millis first_wait{250};  // after a failure; doubles with each
    base::Millis longest_wait{60000};
  };
  explicit Cosigning(Options options);
  ~Cosigning();
  Cosigning(const Cosigning&) = delete;
  Cosigning& operator=(const Cosigning&) = delete;

  std::vector<WitnessStanding> witnesses() const;
  const WitnessPolicy& policy() const { return options_.policy; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Seat {
    WitnessStanding standing;
    std::uint64_t at = 0;  // the size that the witness is believed to hold
    std::string line;      // its signature of the target
    unsigned failures = 0;
    SteadyTime not_before{};
  };

  void look();
  void take_target(const Checkpoint& latest);
  void sit(std::size_t seat);
  base::Result<NoteSignature> ask(const PolicyWitness& witness, const Checkpoint& target, std::uint64_t& at);
  void note_answer(std::size_t seat, const Checkpoint& target, std::uint64_t at,
                   const base::Result<NoteSignature>& answer);
  void publish();

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  Checkpoint target_;
  SteadyTime target_since_{};
  bool reached_ = true;  // the target has its quorum
  std::vector<Seat> seats_;
  std::mutex publishing_;
  std::vector<std::thread> threads_;
};

}  // namespace glasshouse::ledger
