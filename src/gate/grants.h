// What the gate asks about other agencies, and how a revocation reaches what runs.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/time.h"
#include "policy/policy.h"

namespace glasshouse::gate {

// The life of one grant. Answers that leave under it hold it; ending it waits for them. Thread-safe.
class Lease : public std::enable_shared_from_this<Lease> {
 public:
  bool ended() const;
  std::shared_ptr<const void> hold();  // null when it has ended
  // After this nothing new leaves. True: what had begun to leave is gone as well, so that from now on no
  // answer has rows. False: `wait` ran out on a receiver that takes its answer slowly.
  bool end(base::Millis wait);

 private:
  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::size_t held_ = 0;
  bool ended_ = false;
};

// How an agency stands with us at one moment.
struct SharingStanding {
  std::optional<policy::GrantFacts> grant;  // none: there is none of this id for this agency
  std::shared_ptr<Lease> lease;             // of the grant
  std::string name, kind, state;            // of the agency; kind as in beneficiary_kind
  bool declared = false;                    // its written declaration is on file
  bool barred = false, stopped = false, in_region = false;
};

// Thread-safe.
class GrantBook {
 public:
  virtual ~GrantBook() = default;
  virtual SharingStanding standing(const std::string& agency_id, const std::string& grant_id,
                                   base::Time now) const = 0;
};

}  // namespace glasshouse::gate
