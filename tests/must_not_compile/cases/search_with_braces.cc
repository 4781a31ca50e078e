// error: could not convert|private
#include "reads/store.h"

bool try_it(glasshouse::reads::Store& store) {
  return store.search({}, glasshouse::reads::Query{}).has_value();
}
