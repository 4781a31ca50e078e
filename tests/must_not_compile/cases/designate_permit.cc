// error: private|designated initializers
#include "gate/gate.h"

auto try_it() { return glasshouse::gate::Permit{.action_ = glasshouse::policy::Action::kSearchReads}; }
