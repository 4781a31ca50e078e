#include "api/ingest.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "alerts/alerts.h"
#include "api/alarms.h"
#include "api/json.h"
#include "api/live.h"
#include "api/peer_lists.h"
#include "api/picture_chains.h"
#include "api/sealed.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "net/multipart.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;

constexpr std::string_view kReadsPart = "reads";
constexpr std::size_t kMaxPreviewBytes = 30'000;
// A hit a day old is a matter for a search, not for an alert. A camera that was away catches up within it.
constexpr std::chrono::hours kAlertableAge{24};
// What a camera catches up on later belongs to the past, not to the live view.
constexpr std::chrono::minutes kLiveAge{10};

base::Result<std::string> preview_from(const Json& upload) {
  const auto member = upload.find("preview_jpeg");
  if (member == upload.end()) return std::string();
  if (!member->is_string()) return base::failure(Errc::kBadField, "preview_jpeg is not text");
  auto bytes = crypto::from_base64(member->get_ref<const std::string&>());
  if (!bytes) return base::failure(Errc::kBadField, "preview_jpeg is not base64");
  if (bytes->size() > kMaxPreviewBytes) return base::failure(Errc::kTooLarge, "preview_jpeg is too large");
  if (!bytes->empty() && !bytes->starts_with("\xFF\xD8\xFF")) {
    return base::failure(Errc::kBadField, "preview_jpeg is not a JPEG");
  }
  return bytes;
}

struct Upload {
  reads::Incoming incoming;
  std::optional<SignedPicture> picture;
};

base::Result<Upload> upload_from(const Json& upload, const PictureParts& parts, const std::string& camera_id,
                                 const vault::Vault& vault) {
  auto read = parse_read(upload, camera_id);
  if (!read) return tl::unexpected(read.error());
  if (upload.contains("picture_jpeg")) {
    return base::failure(Errc::kBadField, "The picture is not sealed",
                         "This server takes no picture that it could look at",
                         "Start the camera with this version of glasshouse, which seals what it spooled");
  }
  auto preview = preview_from(upload);
  if (!preview) return tl::unexpected(preview.error());
  Upload taken;
  taken.incoming.read = std::move(*read);
  taken.incoming.preview_jpeg = std::move(*preview);
  auto sealed = take_sealed(upload, parts, taken.incoming);
  if (!sealed) return tl::unexpected(sealed.error());
  if (*sealed) {
    // From its header alone. What nobody could ever open is not kept for weeks.
    const base::Day day = (*sealed)->manifest.key_day;
    auto opens = vault.check_sealed(taken.incoming.picture_sealed, day);
    // Nothing is known then about the seal: the camera keeps it and sends it again.
    if (!opens && opens.error().is(vault::Errc::kAway)) return tl::unexpected(opens.error());
    if (!opens) {
      return base::failure(Errc::kBadField, "picture_sealed is refused",
                           "It does not open with this agency's key of " + base::format_day(day) +
                               ", which its manifest names",
                           "Let the camera fetch the list of day keys again");
    }
  }
  taken.picture = std::move(*sealed);
  return taken;
}

struct Batch {
  std::vector<reads::Incoming> incoming;
  std::vector<SignedPicture> signed_pictures;                // also of reads that are not kept: they came
  std::vector<std::pair<std::string, std::string>> refused;  // id, reason
};

// A picture that nobody asks for is a mistake of the sender's, told before anything is stored.
std::optional<net::Response> refuse_stray_parts(const Json& uploads, const PictureParts& parts) {
  std::set<std::string_view> named;
  for (const Json& upload : uploads) {
    const auto part = upload.is_object() ? upload.find("picture_part") : upload.end();
    if (part == upload.end() || !part->is_string()) continue;
    if (!named.insert(part->get_ref<const std::string&>()).second)
      return problem(422, "bad-field", "Two reads name the same part.", "",
                     "Give each picture a part of its own.");
  }
  for (const auto& [name, bytes] : parts) {
    if (!named.contains(name))
      return problem(422, "bad-field", "No read names the part " + std::string(name) + ".", "",
                     "Name each part in the picture_part of its read.");
  }
  return std::nullopt;
}

// A batch is JSON, or a form whose part "reads" is that JSON and whose other parts are its pictures.
struct SentBatch {
  Json json;
  PictureParts parts;  // views into the request's body
};

base::Result<SentBatch> sent_batch(const net::Request& request) {
  SentBatch sent;
  const std::string_view type = request.headers.get("content-type").value_or("");
  if (!net::is_multipart(type)) {
    auto json = parse_body(request);
    if (!json) return tl::unexpected(json.error());
    sent.json = std::move(*json);
    return sent;
  }
  auto parts = net::read_multipart(type, request.body, kMaxBatch + 1);
  if (!parts)
    return base::failure(Errc::kBadForm, parts.error().what(), parts.error().why(), parts.error().next());
  if (parts->empty() || parts->front().name != kReadsPart || parts->front().type != "application/json") {
    return base::failure(Errc::kBadForm, "The form does not begin with its reads.", {},
                         "Send the part \"reads\" first, with Content-Type: application/json.");
  }
  auto json = parse_object(parts->front().bytes);
  if (!json) return tl::unexpected(json.error());
  sent.json = std::move(*json);
  for (std::size_t i = 1; i < parts->size(); ++i) sent.parts.emplace((*parts)[i].name, (*parts)[i].bytes);
  return sent;
}

// One bad read does not keep the others out: it is refused by itself, with its reason.
std::optional<net::Response> parse_batch(const Json& body, const PictureParts& parts,
                                         const std::string& camera_id, const vault::Vault& vault,
                                         Batch& batch) {
  const auto uploads = body.find("reads");
  if (uploads == body.end() || !uploads->is_array()) {
    return problem(422, "bad-field", "The batch has no list of reads.", "", "Send {\"reads\": […]}.");
  }
  if (uploads->size() > kMaxBatch) {
    return problem(413, "too-large", "The batch has more than 1,000 reads.", "", "Send it in parts.");
  }
  if (auto wrong = refuse_stray_parts(*uploads, parts)) return wrong;
  for (const Json& upload : *uploads) {
    auto taken = upload.is_object() ? upload_from(upload, parts, camera_id, vault)
                                    : base::failure(Errc::kBadField, "The read is not an object");
    if (taken) {
      batch.incoming.push_back(std::move(taken->incoming));
      if (taken->picture) batch.signed_pictures.push_back(std::move(*taken->picture));
      continue;
    }
    if (taken.error().is(vault::Errc::kAway)) return problem(taken.error());
    std::string id;
    if (upload.is_object() && upload.contains("id") && upload["id"].is_string())
      id = upload["id"].get<std::string>();
    batch.refused.emplace_back(id.substr(0, 40), taken.error().message());
  }
  return std::nullopt;
}

// Raises an alert for every hit; false when one could not be kept, so that the camera sends the batch again.
bool match(Services& services, const reads::Read& read) {
  if (!read.plate) return true;
  const auto hits =
      services.hotlists->match({read.plate->plate, read.plate->region, read.captured_at, read.camera_id});
  for (const hotlist::Hit& hit : hits) {
    const auto entry = services.hotlists->entry(hit.entry_id);
    const auto list = services.hotlists->name_of(hit.hotlist_id);
    if (!entry || !list) {  // ended or removed a moment ago is fine; a store that does not answer is not
      if (!entry && !entry.error().is(hotlist::Errc::kNotFound)) return false;
      if (!list && !list.error().is(hotlist::Errc::kNotFound)) return false;
      continue;
    }
    const auto raised = services.alerts->raise(read, hit, *entry, *list);
    if (!raised) {
      base::log(base::Level::kError, "ingest",
                "an alert could not be kept for read " + read.id + ": " + raised.error().what());
      return false;
    }
    if (!hit.agency.empty()) close_if_ended(services, hit.entry_id);
  }
  return true;
}

// Where the packs say that unmatched reads are not stored, they are matched here and forgotten. Returns how
// many.
std::size_t forget_unmatched(Services& services, const std::string& camera_id,
                             std::vector<reads::Incoming>& incoming) {
  if (services.gate->standing().rules->stores_unmatched(camera_id)) return 0;
  return std::erase_if(incoming, [&](const reads::Incoming& one) {
    const reads::Read& read = one.read;
    return !read.plate ||
           services.hotlists->match({read.plate->plate, read.plate->region, read.captured_at, read.camera_id})
               .empty();
  });
}

net::Response ingest_reads(Context& ctx) {
  Services& services = ctx.services;
  const records::Camera& camera = *ctx.identity.camera;
  auto sent = sent_batch(ctx.request);
  if (!sent) return problem(sent.error());
  Batch batch;
  if (auto wrong = parse_batch(sent->json, sent->parts, camera.id, *ctx.services.vault, batch)) return *wrong;
  sent->json = Json();  // what came in base64 is held once
  auto intake = take_in(services, camera.id, std::move(batch.incoming));
  if (!intake) return problem(intake.error());
  batch.refused.insert(batch.refused.end(), intake->refused.begin(), intake->refused.end());
  if (!intake->alerts_kept) {
    return problem(503, "busy", "The reads are stored, but an alert could not be kept.",
                   "The records database did not answer.", "Send the batch again; nothing is stored twice.");
  }
  if (auto noted = PictureChains(*services.db, *services.clock)
                       .note(*services.picture_notes, camera.id, batch.signed_pictures);
      !noted)
    return problem(noted.error());
  Json refused = Json::array();
  for (const auto& [id, reason] : batch.refused) refused.push_back({{"id", id}, {"reason", reason}});
  return json_response(200, {{"stored", intake->stored},
                             {"already_known", intake->already_known},
                             {"not_kept", intake->not_kept},
                             {"refused", std::move(refused)}});
}

net::Response heartbeat(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  records::Contact contact;
  contact.source_state = fields.text("source_state", 20);
  contact.message = fields.text("message", 300, false);
  contact.version = fields.text("version", 40);
  contact.spool_reads = static_cast<std::uint64_t>(fields.number("spool_reads", 0, 1e9));
  if (contact.source_state != "reading" && contact.source_state != "waiting" &&
      contact.source_state != "failed") {
    fields.wrong("source_state", "This is reading, waiting or failed.");
  }
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  contact.at = ctx.services.clock->now();
  ctx.services.records->note_contact(ctx.identity.camera->id, std::move(contact));
  return done();
}

// The whole list of living keys: a camera that catches up seals what it saw on earlier days.
net::Response day_keys(Context& ctx) {
  return json_response(200, {{"camera_id", ctx.identity.camera->id},
                             {"day_keys", ctx.services.vault->public_keys(base::Day{0})}});
}

constexpr Route kIngestRoutes[] = {
    {Method::kGet, "/api/v1/ingest/day-keys", Caller::kDevice, Action::kUploadReads, 0, day_keys},
    {Method::kPost, "/api/v1/ingest/reads", Caller::kDevice, Action::kUploadReads, kIngestBody, ingest_reads},
    {Method::kPost, "/api/v1/ingest/heartbeat", Caller::kDevice, Action::kUploadReads, kSmallBody, heartbeat},
};

}  // namespace

base::Result<Intake> take_in(Services& services, const std::string& camera_id,
                             std::vector<reads::Incoming> incoming) {
  if (services.alarms != nullptr) {
    if (auto admitted = services.alarms->admit(incoming); !admitted) return tl::unexpected(admitted.error());
  }
  Intake intake;
  intake.not_kept = forget_unmatched(services, camera_id, incoming);
  std::vector<reads::Read> read_copies;
  read_copies.reserve(incoming.size());
  for (const auto& one : incoming) read_copies.push_back(one.read);
  auto result = services.reads->ingest(std::move(incoming));
  if (services.alarms != nullptr) services.alarms->note_stored(result);
  if (!result) return tl::unexpected(result.error());
  intake.stored = result->stored;
  intake.already_known = result->already_known;
  intake.refused = std::move(result->refused);
  std::set<std::string_view> refused_ids;
  for (const auto& [id, reason] : intake.refused) refused_ids.insert(id);

  const base::Time now = services.clock->now();
  for (const std::size_t index : result->stored_indexes) {
    const reads::Read& read = read_copies[index];
    if (services.live != nullptr && read.captured_at > now - kLiveAge) services.live->publish_read(read);
  }
  // As the alerts: raised and noted before the sender forgets the read, and the same again changes nothing.
  for (const reads::Read& read : read_copies) {
    const bool alertable = read.captured_at > now - kAlertableAge;
    if (alertable && !refused_ids.contains(read.id))
      intake.alerts_kept = match(services, read) && intake.alerts_kept;
  }
  return intake;
}

std::span<const Route> ingest_routes() {
  return kIngestRoutes;
}

}  // namespace glasshouse::api
