#include "gate/grants.h"

namespace glasshouse::gate {

bool Lease::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

std::shared_ptr<const void> Lease::hold() {
  const std::lock_guard lock(mutex_);
  if (ended_) return nullptr;
  ++held_;
  return {static_cast<const void*>(this), [self = shared_from_this()](const void*) {
            const std::lock_guard let_go(self->mutex_);
            if (--self->held_ == 0) self->left_.notify_all();
          }};
}

bool Lease::end(base::Millis wait) {
  std::unique_lock lock(mutex_);
  ended_ = true;
  return left_.wait_for(lock, wait, [&] { return held_ == 0; });
}

}  // namespace glasshouse::gate
