// error: is private within this context|private member
#include "gate/gate.h"

void try_it(glasshouse::gate::Permit& permit) {
  permit.expires_at_ += glasshouse::base::Millis(1);
}
