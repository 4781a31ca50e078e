// The queue behind an EventStream. Publishers are any threads; one connection takes.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "net/http.h"

namespace glasshouse::net {

inline constexpr std::size_t kMaxQueuedEvents = 256;

class EventQueue final : public EventStream {
 public:
  void publish(Event event) override;
  bool closed() const override;
  void close() override;

  // The connection's side. wake is called, on any thread and without the lock, whenever there is something to
  // take or the stream was closed; an empty function takes the waker away.
  void on_ready(std::function<void()> wake);
  std::string take();  // all waiting events in text/event-stream form; "" when there are none

 private:
  mutable std::mutex mutex_;
  std::deque<Event> events_;
  std::size_t lost_ = 0;
  bool closed_ = false;
  std::function<void()> wake_;
};

// "id: …\nevent: …\ndata: …\n\n"; newlines in data are split, those in type and id dropped.
std::string to_wire(const Event& event);

}  // namespace glasshouse::net
