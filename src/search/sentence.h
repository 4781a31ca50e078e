// Says in words what a query searches. Goes to the person who asks and, restricted, into the ledger.
#pragma once

#include <string>
#include <vector>

#include "search/query.h"

namespace glasshouse::search {

// `cameras`: those that the query is limited to; empty when it is not.
std::string sentence_of(const reads::Query& query, const Question& question,
                        const std::vector<CameraPlace>& cameras);

}  // namespace glasshouse::search
