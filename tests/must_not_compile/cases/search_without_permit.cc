// error: no matching function|too few arguments
#include "reads/store.h"

bool try_it(glasshouse::reads::Store& store) {
  return store.search(glasshouse::reads::Query{}).has_value();
}
