#include "api/try_picture.h"

#include <array>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <vector>

#include "api/json.h"

namespace glasshouse::api {

struct TryPictures::Impl {
  vision::ReaderOptions options;
  std::mutex mutex;
  std::condition_variable returned;
  std::vector<std::unique_ptr<vision::Reader>> idle;
  std::size_t opened = 0, waiting = 0;

  base::Result<std::unique_ptr<vision::Reader>> take();
  void give_back(std::unique_ptr<vision::Reader> reader);
};

base::Result<std::unique_ptr<vision::Reader>> TryPictures::Impl::take() {
  std::unique_lock lock(mutex);
  if (idle.empty() && opened >= kTryReaders) {
    const auto busy = [] {
      return base::failure(Errc::kBusy, "The reader is busy", "Other pictures are being read",
                           "Try again in a moment");
    };
    if (waiting >= kMostWaiting) return busy();
    ++waiting;
    const bool free = returned.wait_for(lock, std::chrono::milliseconds(kLongestWaitMs),
                                        [&] { return !idle.empty() || opened < kTryReaders; });
    --waiting;
    if (!free) return busy();
  }
  if (!idle.empty()) {
    auto reader = std::move(idle.back());
    idle.pop_back();
    return reader;
  }
  ++opened;
  lock.unlock();
  auto reader = vision::Reader::open(options);
  if (reader) return reader;
  lock.lock();
  --opened;
  returned.notify_one();
  return reader;
}

void TryPictures::Impl::give_back(std::unique_ptr<vision::Reader> reader) {
  {
    std::lock_guard lock(mutex);
    idle.push_back(std::move(reader));
  }
  returned.notify_one();
}

TryPictures::TryPictures(vision::ReaderOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
}
TryPictures::~TryPictures() = default;

base::Result<vision::PictureResult> TryPictures::read(std::span<const std::byte> picture) {
  // Refused before a reader is taken: what is no picture must not keep a real one waiting.
  if (auto header = vision::probe_picture(picture); !header) return tl::unexpected(header.error());
  auto reader = impl_->take();
  if (!reader) return tl::unexpected(reader.error());
  auto result = (*reader)->read_picture(picture);
  impl_->give_back(std::move(*reader));
  return result;
}

namespace {

using nlohmann::json;

double tenths(double value) {
  return std::round(value * 10) / 10;
}
double share(double value) {
  return std::round(value * 10'000) / 10'000;
}

json box_json(const vision::Box& box) {
  return {{"x", box.x}, {"y", box.y}, {"w", box.w}, {"h", box.h}};
}

json plate_json(const vision::PlateReading& plate) {
  json characters = json::array(), candidates = json::array();
  for (const vision::Character& c : plate.characters) {
    json alternatives = json::array();
    for (const vision::Alternative& a : c.alternatives)
      alternatives.push_back({{"value", std::string(1, a.value)}, {"confidence", share(a.confidence)}});
    characters.push_back({{"value", std::string(1, c.value)},
                          {"confidence", share(c.confidence)},
                          {"alternatives", std::move(alternatives)}});
  }
  for (const vision::Candidate& c : plate.candidates)
    candidates.push_back({{"text", c.text}, {"confidence", share(c.confidence)}});
  return {{"text", plate.text},
          {"confidence", share(plate.confidence)},
          {"box", box_json(plate.box_px)},
          {"region", plate.region},
          {"region_confidence", share(plate.region_confidence)},
          {"characters", std::move(characters)},
          {"candidates", std::move(candidates)}};
}

json read_json(const vision::PictureRead& read) {
  const vision::VehicleLooks& looks = read.vehicle;
  json item = {{"vehicle",
                {{"body", looks.body},
                 {"color", looks.color},
                 {"make", looks.make},
                 {"vehicle_class", looks.vehicle_class},
                 {"view", looks.view},
                 {"body_confidence", share(looks.body_confidence)},
                 {"color_confidence", share(looks.color_confidence)},
                 {"make_confidence", share(looks.make_confidence)}}},
               {"vehicle_box", box_json(looks.box_px)}};
  if (!looks.features.empty()) item["vehicle"]["features"] = looks.features;
  if (!read.plate) return item;
  item["plate"] = plate_json(*read.plate);
  json corners = json::array();
  for (const vision::Point& p : read.plate->corners_px)
    corners.push_back({{"x", tenths(p.x)}, {"y", tenths(p.y)}});
  item["corners"] = std::move(corners);
  return item;
}

net::Response refusal(const base::Error& error) {
  using vision::Errc;
  if (error.is(Errc::kTooLarge))
    return problem(413, "picture-too-large", error.what(), error.why(), error.next());
  if (error.is(Errc::kNotAPicture) || error.is(Errc::kDamaged))
    return problem(422, "not-a-picture", error.what(), error.why(), error.next());
  // Where the models lie on the server's disk is nothing for a caller.
  if (error.is(Errc::kNoModels))
    return problem(503, "reader-unavailable", "The reader is not installed on this server",
                   "Its models are missing", "Ask the administrator to run scripts/bootstrap");
  if (error.is(api::Errc::kBusy)) {
    net::Response busy = problem(503, "busy", error.what(), error.why(), error.next());
    busy.headers.set("Retry-After", "5");
    return busy;
  }
  return problem(500, "reader-failed", "The picture could not be read", error.why());
}

net::Response try_picture(Context& context) {
  if (context.services.try_pictures == nullptr)
    return problem(503, "reader-unavailable", "The reader is not part of this server");
  const std::string& body = context.request.body;
  auto result = context.services.try_pictures->read(std::as_bytes(std::span(body)));
  if (!result) return refusal(result.error());
  json reads = json::array();
  for (const vision::PictureRead& read : result->reads) reads.push_back(read_json(read));
  const vision::StageTimings& ms = result->timings_ms;
  net::Response answer = json_response(200, {{"width", result->width},
                                             {"height", result->height},
                                             {"reads", std::move(reads)},
                                             {"timing_ms",
                                              {{"decode", tenths(ms.decode)},
                                               {"find_vehicles", tenths(ms.vehicles)},
                                               {"find_plates", tenths(ms.plates)},
                                               {"read_plates", tenths(ms.text)},
                                               {"total", tenths(ms.total)}}}});
  answer.headers.set("Cache-Control", "no-store");
  return answer;
}

constexpr std::array kTryPictureRoutes = {Route{net::Method::kPost, "/api/v1/try-picture", Caller::kSession,
                                                policy::Action::kTryPicture, kMostTryPictureBytes,
                                                try_picture}};

}  // namespace

std::span<const Route> try_picture_routes() {
  return kTryPictureRoutes;
}

}  // namespace glasshouse::api
