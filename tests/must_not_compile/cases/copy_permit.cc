// error: use of deleted function.*Permit\(const|deleted.*Permit
#include "gate/gate.h"

void try_it(const glasshouse::gate::Permit& permit) {
  glasshouse::gate::Permit second = permit;
}
