// The log's own witnesses: their policy made public, and the threads that ask them.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "gate/gate.h"
#include "ledger/cosigning.h"

namespace glasshouse::app {

// Writes witness.policy and witness.vkey beside the log (or removes them), and makes an entry of the kind
// "log.witnesses" whenever the policy is another than before.
base::Result<void> publish_policy(ledger::Ledger& log, gate::Gate& gate, const std::string& dir,
                                  const ledger::WitnessPolicy& policy);

std::unique_ptr<ledger::Cosigning> start_cosigning(ledger::Ledger& log, const ledger::WitnessPolicy& policy);

}  // namespace glasshouse::app
