// What is allowed: asking the gate, moving the permit, searching with it.
#include <type_traits>
#include <utility>

#include "gate/gate.h"
#include "reads/store.h"

namespace glasshouse {

bool search(gate::Gate& gate, reads::Store& store, const policy::Question& question) {
  auto answer = gate.ask(question, gate::Scope{});
  if (!answer) return false;
  const gate::Permit permit = std::move(*answer);
  return store.search(permit, reads::Query{}).has_value();
}

static_assert(std::is_nothrow_move_constructible_v<gate::Permit>);

}  // namespace glasshouse
