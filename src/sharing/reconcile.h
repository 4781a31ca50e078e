// The book held against the ledger when the server starts, before anybody is answered. Each act is recorded
// first and done after, so that a stop in between leaves an entry of what was not done; a records database
// that was put back, or changed by hand, leaves more. Afterwards the two agree:
// - a grant that the ledger says is revoked is ended, whatever the book says;
// - a grant that holds without an entry that says so is ended, and recorded as revoked;
// - any other act that was not done is said not to have been: "sharing.not-done".
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "gate/gate.h"
#include "ledger/ledger.h"
#include "sharing/book.h"

namespace glasshouse::sharing {

struct Reconciled {
  std::size_t revoked = 0;     // by what the ledger says
  std::size_t unrecorded = 0;  // held without an entry
  std::size_t not_done = 0;
};
// Nothing else may change the book meanwhile.
base::Result<Reconciled> reconcile(Book& book, const ledger::Ledger& ledger, gate::Gate& gate);

// What the entries of an act on a grant say about it; `other_agency` is an agency's id.
std::vector<ledger::Field> grant_fields(const Grant& grant, const std::string& other_agency,
                                        const std::string& sha256_hex);

}  // namespace glasshouse::sharing
