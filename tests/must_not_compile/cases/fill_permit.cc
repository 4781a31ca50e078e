// error: no matching (function|constructor)|could not convert
#include "gate/gate.h"

glasshouse::gate::Permit try_it() {
  return glasshouse::gate::Permit{
      glasshouse::policy::Action::kSearchReads, {}, "off_1", "agc_1", "case_1", 0, {}, {}};
}
