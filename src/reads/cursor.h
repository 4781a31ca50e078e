// Where the next page of a search begins: an opaque word that fits one question only. It comes back from
// outside, so every byte is checked; what it can say is bounded by the permit all the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "reads/index.h"
#include "reads/store.h"

namespace glasshouse::reads {

struct Cursor {
  Hit after;                   // the last read of the page before
  std::uint64_t total = 0;     // counted for the first page
  std::uint64_t question = 0;  // fingerprint()
};

std::uint64_t fingerprint(
    const Query& query);  // of all but time, limit and cursor: "until now" moves on between pages
std::string encode(const Cursor& cursor);
base::Result<Cursor> decode_cursor(std::string_view text);  // kBadCursor

}  // namespace glasshouse::reads
