// Which witnesses count and how many must have signed (C2SP tlog-policy): a text file that a log's operator
// and everybody who checks the log can share. Pure.
//
//   log town.example/pd+6f0a1b2c+AQ…
//   witness clerk clerk.example/w+0d3e…+BA… https://witness.clerk.example
//   witness paper paper.example/w+77aa…+BA… https://paper.example/witness
//   group public 1 clerk paper          one of the two; also any, all
//   quorum public                       a witness, a group, or none
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/cosignature.h"
#include "ledger/note.h"

namespace glasshouse::ledger {

inline constexpr std::size_t kMaxPolicyBytes = 64 * 1024;
inline constexpr std::size_t kMaxPolicyWitnesses = 64;
inline constexpr std::size_t kMaxPolicyGroups = 64;

struct PolicyWitness {
  std::string name;
  WitnessKey key;
  std::string url;  // may be empty: who only verifies needs none
};

struct PolicyGroup {
  std::string name;
  std::size_t needed = 0;
  std::vector<std::string> members;  // witnesses and groups that stand above it
};

struct WitnessPolicy {
  std::vector<VerifierKey> logs;
  std::vector<PolicyWitness> witnesses;  // no name and no key twice
  std::vector<PolicyGroup> groups;
  std::string quorum;  // empty: none is needed

  // Whether these witnesses, by their name in the policy, are enough.
  bool satisfied(const std::map<std::string, base::Time>& signed_by) const;
};

// kBadNote, with the line.
base::Result<WitnessPolicy> parse_witness_policy(std::string_view text);
std::string format_witness_policy(const WitnessPolicy& policy);  // without comments

// A checkpoint under the rule "the log's key and the quorum, each by name".
struct Witnessed {
  TreeHead head;
  std::map<std::string, base::Time> signed_by;  // name in the policy → the time that the witness signed
  bool quorum = false;
};
// The log's signature must be good; a cosignature that is wrong counts as none.
base::Result<Witnessed> check_witnesses(std::string_view note, const VerifierKey& log,
                                        const WitnessPolicy& policy);
// The same, as a refusal: kBadNote unless the quorum is there.
base::Result<Witnessed> require_witnesses(std::string_view note, const VerifierKey& log,
                                          const WitnessPolicy& policy);

}  // namespace glasshouse::ledger
