// error: no matching function|invalid initialization|could not convert|cannot convert|no viable conversion
#include "reads/store.h"

bool try_it(glasshouse::reads::Store& store) {
  return store.search(glasshouse::gate::Scope{}, glasshouse::reads::Query{}).has_value();
}
