// The same questions put to the read store and to PostgreSQL.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gate/gate.h"
#include "ledger/ledger.h"
#include "questions.h"
#ifdef GLASSHOUSE_BENCH_POSTGRES
#include "postgres.h"
#endif

namespace glasshouse::bench {

[[noreturn]] void stop(const std::string& why);

template <class T>
T must(base::Result<T> result) {
  if (!result) stop(result.error().message());
  return std::move(*result);
}

// Permits from a real gate with a real log. A permit is taken before the clock starts unless a row says
// otherwise.
class Door {
 public:
  Door(const std::string& dir, const base::Clock& clock, int days);
  gate::Permit search(gate::Scope scope = {});

 private:
  std::unique_ptr<ledger::Ledger> ledger_;
  std::optional<gate::Gate> gate_;
};

Answer ask_store(reads::Store& store, const gate::Permit& permit, const Month& month,
                 const Question& question);
#ifdef GLASSHOUSE_BENCH_POSTGRES
std::vector<std::int64_t> ask_postgres(Postgres& postgres, const Month& month, const Question& question);
#endif
// Nothing for the kinds that have no floor.
std::optional<Answer> ask_floor(Floor& floor, const Question& question);

}  // namespace glasshouse::bench
