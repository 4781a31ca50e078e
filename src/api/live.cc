#include "api/live.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "api/json.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

// The permit must be running, for this camera, and the read from its time: one that arrives late from a spool
// was taken before the permit and is no live read.
bool covers(const WorkingCase& work, const reads::Read& read, base::Time now) {
  return work.permit->allows(policy::Action::kLiveReads, now) && work.permit->covers_camera(read.camera_id) &&
         work.permit->covers_time(read.captured_at);
}

}  // namespace

std::shared_ptr<net::EventStream> LiveHub::subscribe(const std::string& session_id,
                                                     const std::string& session_token,
                                                     const std::string& account_id, bool sees_all_lists) {
  auto stream = net::EventStream::create();
  std::lock_guard lock(mutex_);
  std::erase_if(subscribers_, [](const Subscriber& s) { return s.stream->closed(); });
  if (subscribers_.size() >= kMaxSubscribers) return nullptr;
  subscribers_.push_back({session_id, session_token, account_id, sees_all_lists, stream});
  return stream;
}

void LiveHub::work_on(const std::string& session_id, WorkingCase work) {
  std::lock_guard lock(mutex_);
  const base::Time now = clock_.now();
  std::erase_if(working_, [&](const auto& entry) {
    return entry.first == session_id || !entry.second.permit->allows(policy::Action::kLiveReads, now);
  });
  working_.emplace_back(session_id, std::move(work));
}

void LiveHub::leave(const std::string& session_id) {
  std::lock_guard lock(mutex_);
  std::erase_if(working_, [&](const auto& entry) { return entry.first == session_id; });
}

std::optional<WorkingCase> LiveHub::working(const std::string& session_id) {
  std::lock_guard lock(mutex_);
  const base::Time now = clock_.now();
  for (const auto& [session, work] : working_) {
    if (session == session_id && work.permit->allows(policy::Action::kLiveReads, now)) return work;
  }
  return std::nullopt;
}

std::vector<LiveHub::Subscriber> LiveHub::open_subscribers() {
  std::lock_guard lock(mutex_);
  std::erase_if(subscribers_, [](const Subscriber& s) { return s.stream->closed(); });
  return subscribers_;
}

bool LiveHub::has_subscribers() {
  return !open_subscribers().empty();
}

void LiveHub::publish_read(const reads::Read& read) {
  const auto subscribers = open_subscribers();
  if (subscribers.empty()) return;
  std::map<std::string, bool> full;  // by session
  {
    std::lock_guard lock(mutex_);
    const base::Time now = clock_.now();
    for (const auto& [session, work] : working_) full[session] = covers(work, read, now);
  }
  Json item{{"masked", render(reads::mask(read))}};
  const std::string masked_text = text_of(item);
  std::string full_text;
  for (const Subscriber& subscriber : subscribers) {
    const auto it = full.find(subscriber.session_id);
    const bool in_full = it != full.end() && it->second;
    if (in_full && full_text.empty()) {
      People nobody(nullptr);  // what has just been read is corrected by nobody
      item["read"] = render(read, nobody);
      full_text = text_of(item);
    }
    subscriber.stream->publish({"read", in_full ? full_text : masked_text, read.id});
  }
}

void LiveHub::publish_alert(const alerts::Summary& alert, const std::string& camera_name,
                            const std::vector<std::string>& audience) {
  const std::string text = text_of(render(alert, camera_name));
  for (const Subscriber& subscriber : open_subscribers()) {
    const bool may = audience.empty() || subscriber.sees_all_lists ||
                     std::find(audience.begin(), audience.end(), subscriber.account_id) != audience.end();
    if (may) subscriber.stream->publish({"alert", text, ""});
  }
}

void LiveHub::publish(std::string type, std::string json) {
  for (const Subscriber& subscriber : open_subscribers()) subscriber.stream->publish({type, json, ""});
}

void LiveHub::publish_to(const std::string& session_id, std::string type, std::string json) {
  for (const Subscriber& subscriber : open_subscribers()) {
    if (subscriber.session_id == session_id) subscriber.stream->publish({type, json, ""});
  }
}

void LiveHub::close_session(const std::string& session_id) {
  for (const Subscriber& subscriber : open_subscribers()) {
    if (subscriber.session_id == session_id) subscriber.stream->close();
  }
}

void LiveHub::close_all() {
  for (const Subscriber& subscriber : open_subscribers()) subscriber.stream->close();
}

void LiveHub::sweep(accounts::Accounts& accounts) {
  for (const Subscriber& subscriber : open_subscribers()) {
    const auto session = accounts.peek(subscriber.session_token);
    if (session && !session->locked) continue;
    if (!session) leave(subscriber.session_id);
    subscriber.stream->close();
  }
}

namespace {

// An auditor, for one, has no reads to see.
net::Response events(Context& ctx) {
  const policy::Officer who = ctx.identity.officer();
  auto stream = ctx.services.live->subscribe(ctx.identity.session->id, ctx.identity.session_token, who.id,
                                             policy::role_carries(who.role, policy::Action::kManageHotlists));
  if (!stream) {
    auto response =
        problem(503, "busy", "Too many consoles are open.", {}, "Close some, or try again shortly.");
    response.headers.set("Retry-After", "30");
    return response;
  }
  net::Response response;
  response.events = std::move(stream);
  response.headers.set("X-Accel-Buffering", "no");  // a proxy in between must not hold events back
  return response;
}

net::Response recent(Context& ctx) {
  const auto page = page_query(ctx.request);
  if (!page) return problem(page.error());
  std::map<std::string, reads::Read> full;
  if (const auto work = ctx.services.live->working(ctx.identity.session->id)) {
    auto reads = ctx.services.reads->recent(*work->permit, page->limit);
    if (!reads) return problem(reads.error());
    for (auto& read : *reads) full.emplace(read.id, std::move(read));
  }
  People people(ctx.services.accounts);
  Json items = Json::array();
  for (const reads::MaskedRead& masked : ctx.services.reads->recent_masked(page->limit)) {
    Json item{{"masked", render(masked)}};
    if (const auto it = full.find(masked.id); it != full.end()) item["read"] = render(it->second, people);
    items.push_back(std::move(item));
  }
  return json_response(200, {{"items", std::move(items)}});
}

using net::Method;

constexpr Route kLiveRoutes[] = {
    {Method::kGet, "/api/v1/live", Caller::kSession, policy::Action::kViewMasked, 0, recent},
    {Method::kGet, "/api/v1/events", Caller::kSession, policy::Action::kViewMasked, 0, events},
};

}  // namespace

std::span<const Route> live_routes() {
  return kLiveRoutes;
}

}  // namespace glasshouse::api
