// error: deleted (function|operator)
#include "gate/gate.h"

void try_it(glasshouse::gate::Permit& mine, const glasshouse::gate::Permit& theirs) {
  mine = theirs;
}
