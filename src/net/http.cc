#include "net/http.h"

#include <strings.h>

#include <algorithm>

#include "net/event_queue.h"

namespace glasshouse::net {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// A field that came from data must not start another one.
std::string one_line(std::string text) {
  text.erase(
      std::remove_if(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }),
      text.end());
  return text;
}

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
  }
  return "?";
}

void Headers::set(std::string name, std::string value) {
  remove(name);
  add(std::move(name), std::move(value));
}

void Headers::add(std::string name, std::string value) {
  fields_.emplace_back(one_line(std::move(name)), one_line(std::move(value)));
}

void Headers::remove(std::string_view name) {
  fields_.erase(
      std::remove_if(fields_.begin(), fields_.end(), [&](const auto& f) { return same_name(f.first, name); }),
      fields_.end());
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (same_name(field, name)) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
  for (const auto& [field, value] : headers.all()) {
    if (!same_name(field, "cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t end = rest.find(';');
      std::string_view pair = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
    }
  }
  return std::nullopt;
}

Response Response::text(int status, std::string body, std::string content_type) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", std::move(content_type));
  response.body = std::move(body);
  return response;
}

Response Response::json(int status, std::string body) {
  return text(status, std::move(body), "application/json");
}

std::shared_ptr<EventStream> EventStream::create() {
  return std::make_shared<EventQueue>();
}

void EventQueue::publish(Event event) {
  std::function<void()> wake;
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    if (events_.size() >= kMaxQueuedEvents) {
      events_.pop_front();
      ++lost_;
    }
    events_.push_back(std::move(event));
    if (events_.size() == 1) wake = wake_;  // later ones are taken together with the first
  }
  if (wake) wake();
}

bool EventQueue::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

void EventQueue::close() {
  std::function<void()> wake;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    wake = wake_;
  }
  if (wake) wake();
}

void EventQueue::on_ready(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

std::string EventQueue::take() {
  std::deque<Event> events;
  std::size_t lost = 0;
  {
    std::lock_guard lock(mutex_);
    events.swap(events_);
    std::swap(lost, lost_);
  }
  std::string text;
  if (lost > 0) text += to_wire({"gap", "{\"lost\":" + std::to_string(lost) + "}", ""});
  for (const Event& event : events) text += to_wire(event);
  return text;
}

std::string to_wire(const Event& event) {
  std::string text;
  if (!event.id.empty()) text += "id: " + one_line(event.id) + "\n";
  if (!event.type.empty()) text += "event: " + one_line(event.type) + "\n";
  std::string_view rest = event.data;
  for (;;) {
    const std::size_t end = rest.find('\n');
    text += "data: " + one_line(std::string(rest.substr(0, end))) + "\n";
    if (end == std::string_view::npos) break;
    rest = rest.substr(end + 1);
  }
  return text + "\n";
}

}  // namespace glasshouse::net
