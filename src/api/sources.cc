#include "api/sources.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "adapters/adapters.h"
#include "api/acts.h"
#include "api/idempotency.h"
#include "api/ingest.h"
#include "api/json.h"
#include "base/derived_id.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "records/outside_book.h"
#include "records/sources.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;
using records::Receipt;
using records::Source;

constexpr std::chrono::hours kShownReceipts{1};
constexpr std::size_t kMostShown = 200;
constexpr std::size_t kMaxKeyBytes = 200;

records::Sources sources(const Context& ctx) {
  return {*ctx.services.db, *ctx.services.clock};
}

// Senders can set a header, a user and password, or nothing but the address.
std::string key_from(const net::Request& request) {
  if (const auto key = request.headers.get("x-api-key")) return std::string(key->substr(0, kMaxKeyBytes));
  if (const auto field = request.headers.get("authorization")) {
    if (field->starts_with("Bearer ")) return std::string(field->substr(7, kMaxKeyBytes));
    if (field->starts_with("Basic ")) {
      const auto pair = crypto::from_base64(std::string(field->substr(6, 400)));
      if (pair && pair->find(':') != std::string::npos)
        return pair->substr(pair->find(':') + 1, kMaxKeyBytes);
    }
  }
  const auto key = request.query.find("key");
  return key == request.query.end() ? std::string() : key->second.substr(0, kMaxKeyBytes);
}

// In the book of what is outside: receipts are kept for a day only.
std::string outside_id(const std::string& source_id) {
  return "source:" + source_id;
}

std::string digest_of(const std::string& text) {
  const crypto::Hash hash = crypto::sha256(text);
  return {hash.begin(), hash.end()};
}

reads::Incoming incoming_of(const Source& source, const adapters::Sighting& seen,
                            const std::string& camera_id) {
  reads::Incoming incoming;
  reads::Read& read = incoming.read;
  read.id = base::derived_id("read", seen.captured_at, digest_of(source.id + "\n" + seen.event));
  read.camera_id = camera_id;
  read.captured_at = seen.captured_at;
  reads::PlateReading plate;
  plate.plate = seen.plate;
  plate.confidence = static_cast<float>(seen.confidence);
  plate.region = seen.region.empty() ? "unknown" : seen.region;
  for (const char c : seen.plate.text()) plate.characters.push_back({c, plate.confidence, {}});
  for (const adapters::Candidate& one : seen.candidates)
    plate.candidates.push_back({one.text, static_cast<float>(one.confidence)});
  read.plate = std::move(plate);
  read.looks.color = seen.color;
  read.looks.body = seen.body;
  read.looks.make = seen.make;
  return incoming;
}

const records::SourceCamera* camera_named(const Source& source, const std::string& name) {
  const records::SourceCamera* any = nullptr;
  for (const records::SourceCamera& one : source.cameras) {
    if (one.their_name == name) return &one;
    if (one.their_name == "*") any = &one;
  }
  return any;
}

// The reasons, each once, with how often.
std::string sentence_of(const std::vector<std::string>& reasons) {
  std::map<std::string, int> counts;
  for (const std::string& reason : reasons) ++counts[reason];
  std::string text;
  for (const auto& [reason, count] : counts) {
    if (!text.empty()) text += ' ';
    text += reason;
    if (count > 1) text += " (" + std::to_string(count) + " times)";
    if (text.size() > 500) break;
  }
  return text;
}

struct Sorted {
  std::map<std::string, std::vector<reads::Incoming>> by_camera;
  std::vector<std::string> left_out;
  bool pictures = false;
};

Sorted sort_by_camera(Services& services, const Source& source, const adapters::Taken& taken) {
  Sorted sorted;
  sorted.left_out = taken.skipped;
  for (const adapters::Sighting& seen : taken.sightings) {
    const records::SourceCamera* camera = camera_named(source, seen.camera);
    if (camera == nullptr) {
      sorted.left_out.push_back("The sender calls its camera \"" + seen.camera.substr(0, 120) +
                                "\": the source does not say which camera that is.");
      continue;
    }
    const auto known = services.records->camera(camera->camera_id);
    if (!known || !known->enabled) {
      sorted.left_out.emplace_back("Its camera is switched off here.");
      continue;
    }
    sorted.pictures = sorted.pictures || seen.had_picture;
    sorted.by_camera[camera->camera_id].push_back(incoming_of(source, seen, camera->camera_id));
  }
  return sorted;
}

net::Response give_receipt(Context& ctx, Receipt receipt, int status, const base::Error* error) {
  if (ctx.services.outside != nullptr) ctx.services.outside->brought(outside_id(receipt.source_id));
  if (auto kept = sources(ctx).add_receipt(receipt); !kept)
    base::log(base::Level::kError, "sources", "a receipt was not kept: " + kept.error().message());
  if (error != nullptr) return problem(status, "bad-message", error->what(), error->why(), error->next());
  Json body{{"outcome", receipt.outcome},
            {"stored", receipt.stored},
            {"already_known", receipt.already_known},
            {"not_kept", receipt.not_kept},
            {"left_out", receipt.left_out}};
  if (!receipt.sentence.empty()) body["sentence"] = receipt.sentence;
  return json_response(200, body);
}

net::Response take_message(Context& ctx) {
  const auto kind = adapters::kind_named(ctx.request.params.at("kind"));
  const std::string key = key_from(ctx.request);
  const auto source = kind && !key.empty()
                          ? sources(ctx).by_key(adapters::name_of(*kind), crypto::sha256_hex(key))
                          : std::nullopt;
  if (!source) {
    return problem(401, "bad-source-key", "No source of this kind has this key", "",
                   "Make a new key on the page Sources, and give it to the sender.");
  }
  Receipt receipt;
  receipt.source_id = source->id;
  receipt.bytes = ctx.request.body.size();
  const std::string type(ctx.request.headers.get("content-type").value_or(""));
  const auto taken = adapters::take(*kind, type, ctx.request.body, ctx.services.clock->now());
  if (!taken) {
    receipt.outcome = "refused";
    receipt.sentence = taken.error().message();
    return give_receipt(ctx, std::move(receipt), 422, &taken.error());
  }
  Sorted sorted = sort_by_camera(ctx.services, *source, *taken);
  bool alerts_kept = true;
  for (auto& [camera_id, incoming] : sorted.by_camera) {
    auto intake = take_in(ctx.services, camera_id, std::move(incoming));
    if (!intake) return problem(intake.error());  // the sender sends it again; what is stored is known then
    receipt.stored += intake->stored;
    receipt.already_known += intake->already_known;
    receipt.not_kept += intake->not_kept;
    for (auto& [id, reason] : intake->refused) sorted.left_out.push_back(std::move(reason));
    alerts_kept = alerts_kept && intake->alerts_kept;
    records::Contact contact;
    contact.at = ctx.services.clock->now();
    contact.source_state = "reading";
    contact.version = std::string(adapters::title_of(*kind));
    ctx.services.records->note_contact(camera_id, std::move(contact));
  }
  if (!alerts_kept) {
    return problem(503, "busy", "The reads are stored, but an alert could not be kept",
                   "The records database did not answer", "Send it again; nothing is stored twice.");
  }
  receipt.left_out = sorted.left_out.size();
  receipt.sentence = sentence_of(sorted.left_out);
  if (sorted.pictures) {
    receipt.sentence += receipt.sentence.empty() ? "" : " ";
    receipt.sentence += "Its picture was dropped: this server takes none that it could look at.";
  }
  const bool any = receipt.stored + receipt.already_known + receipt.not_kept > 0;
  receipt.outcome = !any ? "nothing" : receipt.left_out > 0 ? "partly" : "taken";
  return give_receipt(ctx, std::move(receipt), 200, nullptr);
}

Json render(Context& ctx, const Source& source) {
  Json cameras = Json::array();
  for (const records::SourceCamera& one : source.cameras)
    cameras.push_back({{"their_name", one.their_name}, {"camera_id", one.camera_id}});
  Json body{{"id", source.id},
            {"name", source.name},
            {"kind", source.kind},
            {"enabled", source.enabled},
            {"cameras", std::move(cameras)},
            {"made_at", base::format_rfc3339(source.made_at)},
            {"address", ctx.services.public_url + "/api/v1/from/" + source.kind}};
  if (ctx.services.outside == nullptr) return body;
  if (const auto at = ctx.services.outside->state(outside_id(source.id)).brought_at)
    body["last_message_at"] = base::format_rfc3339(*at);
  return body;
}

net::Response list_sources(Context& ctx) {
  const auto found = sources(ctx).list();
  if (!found) return problem(found.error());
  Json body{{"items", Json::array()}, {"kinds", Json::array()}};
  for (const Source& source : *found) body["items"].push_back(render(ctx, source));
  for (const adapters::Kind kind : adapters::all_kinds())
    body["kinds"].push_back({{"kind", adapters::name_of(kind)}, {"title", adapters::title_of(kind)}});
  return json_response(200, body);
}

// Name, cameras and whether it is on; the kind too when it is new.
std::optional<net::Response> source_from(Context& ctx, const Json& body, Source& source, bool fresh) {
  Fields fields(body);
  source.name = fields.text("name", 80);
  source.enabled = fields.optional_bool("enabled").value_or(true);
  if (fresh) {
    source.kind = fields.text("kind", 20);
    if (!source.kind.empty() && !adapters::kind_named(source.kind))
      fields.wrong("kind", "There is no such kind.");
  }
  source.cameras.clear();
  const Json* list = fields.member("cameras");
  if (list != nullptr && list->is_array() && list->size() <= records::kMostSourceCameras) {
    for (const Json& one : *list) {
      const Json object = one.is_object() ? one : Json::object();  // Fields holds on to it
      Fields camera(object);
      source.cameras.push_back({camera.text("their_name", 120), camera.text("camera_id", 40)});
      camera.no_others();
      if (auto failed = camera.failed()) return failed;
      if (!ctx.services.records->camera(source.cameras.back().camera_id))
        fields.wrong("cameras", "One of them is no camera of this agency.");
    }
  } else {
    fields.wrong("cameras", "This is a list of at most 100.");
  }
  fields.no_others();
  return fields.failed();
}

std::optional<net::Response> record(Context& ctx, const char* kind, const Source& source) {
  return record_act(ctx, Action::kManageCameras, kind,
                    {{"setting", "source " + source.kind, Release::kAtOnce},
                     {"subject", source.id.empty() ? source.name : source.id, Release::kRestricted},
                     {"enabled", source.enabled ? "yes" : "no", Release::kAtOnce}});
}

std::string new_key() {
  return crypto::base64url(crypto::random_bytes(24));
}

net::Response with_key(Context& ctx, int status, const Source& source, const std::string& key) {
  auto response = json_response(status, {{"source", render(ctx, source)}, {"key", key}});
  response.headers.set(kShownOnce, "1");
  return response;
}

net::Response create_source(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Source draft;
  if (auto wrong = source_from(ctx, *body, draft, true)) return std::move(*wrong);
  if (auto refused = record(ctx, "source.create", draft)) return std::move(*refused);
  const std::string key = new_key();
  const auto made = sources(ctx).create(draft, crypto::sha256_hex(key));
  if (!made) return problem(made.error());
  return with_key(ctx, 201, *made, key);
}

net::Response change_source(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  auto source = sources(ctx).get(ctx.request.params.at("id"));
  if (!source) return problem(source.error());
  if (auto wrong = source_from(ctx, *body, *source, false)) return std::move(*wrong);
  if (auto refused = record(ctx, "source.change", *source)) return std::move(*refused);
  const auto changed = sources(ctx).change(*source);
  if (!changed) return problem(changed.error());
  return json_response(200, render(ctx, *changed));
}

net::Response renew_key(Context& ctx) {
  const auto source = sources(ctx).get(ctx.request.params.at("id"));
  if (!source) return problem(source.error());
  if (auto refused = record(ctx, "source.key", *source)) return std::move(*refused);
  const std::string key = new_key();
  if (auto set = sources(ctx).set_key(source->id, crypto::sha256_hex(key)); !set) return problem(set.error());
  return with_key(ctx, 201, *source, key);
}

net::Response remove_source(Context& ctx) {
  const auto source = sources(ctx).get(ctx.request.params.at("id"));
  if (!source) return problem(source.error());
  if (auto refused = record(ctx, "source.remove", *source)) return std::move(*refused);
  if (auto gone = sources(ctx).remove(source->id); !gone) return problem(gone.error());
  if (ctx.services.outside != nullptr) ctx.services.outside->forget(outside_id(source->id));
  return done();
}

net::Response list_receipts(Context& ctx) {
  const auto source = sources(ctx).get(ctx.request.params.at("id"));
  if (!source) return problem(source.error());
  const auto found =
      sources(ctx).receipts(source->id, ctx.services.clock->now() - kShownReceipts, records::kMostReceipts);
  if (!found) return problem(found.error());
  Json body{{"items", Json::array()}, {"messages", found->size()}};
  std::uint64_t stored = 0, left_out = 0, refused = 0;
  for (const Receipt& receipt : *found) {
    stored += receipt.stored;
    left_out += receipt.left_out;
    refused += receipt.outcome == "refused" ? 1 : 0;
    if (body["items"].size() >= kMostShown) continue;
    body["items"].push_back({{"id", receipt.id},
                             {"at", base::format_rfc3339(receipt.at)},
                             {"bytes", receipt.bytes},
                             {"outcome", receipt.outcome},
                             {"stored", receipt.stored},
                             {"already_known", receipt.already_known},
                             {"not_kept", receipt.not_kept},
                             {"left_out", receipt.left_out},
                             {"sentence", receipt.sentence}});
  }
  body["stored"] = stored;
  body["left_out"] = left_out;
  body["refused"] = refused;
  return json_response(200, body);
}

constexpr Route kSourceRoutes[] = {
    {Method::kPost, "/api/v1/from/{kind}", Caller::kSource, Action::kUploadReads, adapters::kMaxMessageBytes,
     take_message},
    {Method::kGet, "/api/v1/sources", Caller::kSession, Action::kManageCameras, 0, list_sources},
    {Method::kPost, "/api/v1/sources", Caller::kSession, Action::kManageCameras, 64 * 1024, create_source},
    {Method::kPut, "/api/v1/sources/{id}", Caller::kSession, Action::kManageCameras, 64 * 1024,
     change_source},
    {Method::kDelete, "/api/v1/sources/{id}", Caller::kSession, Action::kManageCameras, 0, remove_source},
    {Method::kPost, "/api/v1/sources/{id}/key", Caller::kSession, Action::kManageCameras, kSmallBody,
     renew_key},
    {Method::kGet, "/api/v1/sources/{id}/receipts", Caller::kSession, Action::kManageCameras, 0,
     list_receipts},
};

}  // namespace

std::span<const Route> sources_routes() {
  return kSourceRoutes;
}

}  // namespace glasshouse::api
