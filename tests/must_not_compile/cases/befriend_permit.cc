// error: is private within this context|private
#include "gate/gate.h"

namespace other {
class Gate {
 public:
  static auto make() { return glasshouse::gate::Permit(); }
};
}  // namespace other
auto try_it() {
  return other::Gate::make();
}
