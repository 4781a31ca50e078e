// error: Permit::Permit\(\).*private|private.*Permit
#include "gate/gate.h"

bool try_it() {
  return glasshouse::gate::Permit{}.covers_read("read_1");
}
