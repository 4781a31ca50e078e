// error: private|designated initializers|no matching constructor
#include "gate/gate.h"

auto try_it() {
  return glasshouse::gate::Permit{.action_ = glasshouse::policy::Action::kSearchReads};
}
