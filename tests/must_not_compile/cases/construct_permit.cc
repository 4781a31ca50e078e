// error: Permit::Permit\(\).*private|private.*Permit
#include "gate/gate.h"

void try_it() {
  glasshouse::gate::Permit permit;
}
