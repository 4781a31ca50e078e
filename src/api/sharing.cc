#include "api/sharing.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/peer_lists.h"
#include "api/peers.h"
#include "api/sharing_render.h"
#include "base/log.h"
#include "sharing/reconcile.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;

constexpr std::size_t kGrantBody = 160 * 1024;  // a grant of 500 cameras as a JSON text

// Tells the other agency's server, where it has one. What was signed holds however that goes: the text can
// also be handed over by hand.
void tell(Context& ctx, const std::string& agency_id, const std::string& text, Json& body) {
  const auto agency = ctx.services.sharing->agency(agency_id);
  if (!agency || agency->url.empty() || ctx.services.peers == nullptr) {
    body["told"] = false;
    body["told_sentence"] = "Their server is not known here: hand them the signed text.";
    return;
  }
  const auto told = ctx.services.peers->post(*agency, "/peer/v1/texts", {{"text", text}});
  const bool taken = told && told->status < 300;
  body["told"] = taken;
  if (!taken) {
    body["told_sentence"] = told ? "Their server did not take it (HTTP " + std::to_string(told->status) +
                                       "): hand them the signed text."
                                 : "Their server could not be reached: hand them the signed text.";
  }
}

net::Response list_sharing(Context& ctx) {
  const sharing::Book& book = *ctx.services.sharing;
  const base::Time now = ctx.services.clock->now();
  const auto broken = book.broken(now);
  People people(ctx.services.accounts);
  Json body{{"us",
             {{"id", book.agency_id()},
              {"key", crypto::hex(book.public_key())},
              {"name", ctx.services.records->settings().agency_name}}},
            {"agencies", Json::array()},
            {"grants", Json::array()},
            {"acts", Json::array()},
            {"promises", Json::array()},
            {"region", render_region(book)},
            {"stopped", book.stopped(now)}};
  for (const auto& agency : book.agencies()) body["agencies"].push_back(render(agency));
  for (const auto& row : book.grants()) body["grants"].push_back(render(row, book));
  for (const auto& act : book.acts()) body["acts"].push_back(render(act, book, people));
  for (const auto& promise : book.promises()) body["promises"].push_back(render(promise, broken));
  return json_response(200, body);
}

net::Response keep_agency(Context& ctx) {
  const auto parsed = parse_body(ctx.request);
  if (!parsed) return problem(parsed.error());
  Fields fields(*parsed);
  sharing::Agency agency;
  auto key = crypto::from_hex(fields.text("key", 64));
  if (!key || key->size() != 32)
    fields.wrong("key", "This is the other agency's key: 64 hexadecimal digits.");
  agency.name = fields.text("name", sharing::kMaxNameBytes);
  agency.kind = fields.text("kind", 20);
  agency.state = fields.text("state", 5, false);
  agency.url = fields.text("url", 200, false);
  agency.declaration_sha256_hex = fields.text("declaration", 64, false);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  agency.public_key = std::move(*key);
  while (agency.url.ends_with('/')) agency.url.pop_back();
  if (auto good = ctx.services.sharing->check_agency(agency); !good) return problem(good.error());
  std::uint64_t index = 0;
  if (auto refused =
          record_act(ctx, Action::kManageSharing, "sharing.agency",
                     {{"other_agency", sharing::agency_id_of(agency.public_key), ledger::Release::kAtOnce},
                      {"setting", agency.kind + " " + agency.name, ledger::Release::kAtOnce}},
                     &index))
    return *refused;
  const auto kept = ctx.services.sharing->keep_agency(std::move(agency), {index});
  if (!kept) return problem(kept.error());
  watch_promises(ctx.services);
  Json body = render(*kept);
  body["ledger_index"] = index;
  return json_response(201, body);
}

// The named cameras as they are called today; a wrong id is told to its field.
std::vector<sharing::GrantCamera> named_cameras(Context& ctx, Fields& fields) {
  std::vector<sharing::GrantCamera> named;
  const auto cameras = ctx.services.records->cameras();
  for (const std::string& id : fields.texts("cameras", sharing::kMaxGrantCameras, 40)) {
    const auto found =
        cameras ? std::find_if(cameras->begin(), cameras->end(), [&](const auto& c) { return c.id == id; })
                : std::vector<records::Camera>::const_iterator{};
    if (!cameras || found == cameras->end()) {
      fields.wrong("cameras", "Each is the id of one of our cameras.");
      break;
    }
    named.push_back({id, found->name});
  }
  return named;
}

net::Response offer_grant(Context& ctx) {
  const auto parsed = parse_body(ctx.request);
  if (!parsed) return problem(parsed.error());
  Fields fields(*parsed);
  const records::Settings settings = ctx.services.records->settings();
  const std::string agency_id = fields.text("agency_id", 40);
  const std::string replaces = fields.text("replaces", 40, false);
  sharing::Grant wanted;
  wanted.owner_name = settings.agency_name;
  wanted.zone = settings.timezone;
  wanted.cameras = named_cameras(ctx, fields);
  wanted.purposes = fields.texts("purposes", 30, 40);
  wanted.lists = fields.optional_bool("lists").value_or(false);
  const auto from = sharing::minute_in(fields.text("hours_from", 5)),
             until = sharing::minute_in(fields.text("hours_until", 5));
  if (!from) fields.wrong("hours_from", "This is a time like 06:00.");
  if (!until) fields.wrong("hours_until", "This is a time like 22:00, at most 24:00.");
  wanted.starts_at = fields.optional_time("starts_at").value_or(ctx.services.clock->now());
  wanted.ends_at = fields.time("ends_at");
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  wanted.from_minute = *from;
  wanted.until_minute = *until;
  std::string text;
  const auto draft = ctx.services.sharing->draft(std::move(wanted), agency_id, replaces, &text);
  if (!draft) return problem(draft.error());
  std::uint64_t index = 0;
  if (auto refused =
          record_act(ctx, Action::kManageSharing, replaces.empty() ? "sharing.offer" : "sharing.change",
                     sharing::grant_fields(draft->grant, agency_id, draft->sha256_hex), &index))
    return *refused;
  const auto kept = ctx.services.sharing->keep_offer(text, {index});
  if (!kept) return problem(kept.error());
  Json body = render(*kept, *ctx.services.sharing);
  tell(ctx, agency_id, text, body);
  body["ledger_index"] = index;
  return json_response(201, body);
}

net::Response accept_grant(Context& ctx) {
  sharing::Book& book = *ctx.services.sharing;
  const std::string& id = ctx.request.params.at("id");
  const auto text = book.signed_acceptance(id);
  if (!text) return problem(text.error());
  const auto read = sharing::read_grant(*text);
  if (!read) return problem(read.error());
  const std::string from = sharing::agency_id_of(read->grant.owner_key);
  std::uint64_t index = 0;
  if (auto refused = record_act(ctx, Action::kManageSharing, "sharing.accept",
                                sharing::grant_fields(read->grant, from, read->sha256_hex), &index))
    return *refused;
  const auto kept = book.keep_accepted(*text, ctx.identity.officer().id, {index});
  if (!kept) return problem(kept.error());
  Json body = render(*kept, book);
  tell(ctx, from, *text, body);
  body["ledger_index"] = index;
  return json_response(200, body);
}

net::Response end_grant(Context& ctx) {
  sharing::Book& book = *ctx.services.sharing;
  const auto row = book.newest(ctx.request.params.at("id"));
  if (!row) return problem(row.error());
  if (row->ended_at) return problem(409, "conflict", "This grant has ended already.");
  std::uint64_t index = 0;
  if (auto refused = record_act(ctx, Action::kManageSharing, "sharing.revoke",
                                sharing::grant_fields(row->grant, row->agency_id, row->sha256_hex), &index))
    return *refused;
  const auto ended = book.end(row->grant.id, ctx.identity.officer().id, {index});
  if (!ended) return problem(ended.error());
  drop_ended_lists(ctx.services);
  watch_promises(ctx.services);
  Json body = render(ended->row, book);
  body["all_gone"] = ended->all_gone;
  tell(ctx, row->agency_id, sharing::revoke_text(row->grant.id, ctx.services.clock->now(), book.key()), body);
  body["ledger_index"] = index;
  return json_response(200, body);
}

// What was handed over by hand. Who takes it in is on the record; what it says is the other agency's word,
// signed.
net::Response take_text(Context& ctx) {
  const auto parsed = parse_body(ctx.request);
  if (!parsed) return problem(parsed.error());
  Fields fields(*parsed);
  const Json* text = fields.member("text");
  if (text == nullptr || !text->is_string()) fields.wrong("text", "This is the signed text, as it was sent.");
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  if (auto refused = record_act(
          ctx, Action::kManageSharing, "sharing.text",
          {{"hash", crypto::sha256_hex(text->get_ref<const std::string&>()), ledger::Release::kAtOnce}}))
    return *refused;
  const auto taken =
      take_signed_text(ctx.services, text->get_ref<const std::string&>(), ctx.identity.officer().id);
  if (!taken) return problem(taken.error());
  return json_response(200, render(*taken, *ctx.services.sharing));
}

constexpr Route kSharingRoutes[] = {
    {Method::kGet, "/api/v1/sharing", Caller::kSession, Action::kViewLedger, 0, list_sharing},
    {Method::kPost, "/api/v1/sharing/agencies", Caller::kSession, Action::kManageSharing, kSmallBody,
     keep_agency},
    {Method::kPost, "/api/v1/sharing/grants", Caller::kSession, Action::kManageSharing, 64 * 1024,
     offer_grant},
    {Method::kPost, "/api/v1/sharing/grants/{id}/accept", Caller::kSession, Action::kManageSharing,
     kSmallBody, accept_grant},
    {Method::kPost, "/api/v1/sharing/grants/{id}/end", Caller::kSession, Action::kManageSharing, kSmallBody,
     end_grant},
    {Method::kPost, "/api/v1/sharing/texts", Caller::kSession, Action::kManageSharing, kGrantBody, take_text},
};

}  // namespace

base::Result<sharing::GrantRow> take_signed_text(Services& services, const std::string& text,
                                                 const std::string& by) {
  sharing::Book& book = *services.sharing;
  const auto noted = [&](const char* kind, const sharing::Grant& grant, const std::string& agency,
                         const std::string& hash) {
    return services.gate->record_event(kind, sharing::grant_fields(grant, agency, hash));
  };
  if (text.starts_with("glasshouse-revocation ")) {
    const auto revocation = sharing::read_revocation(text);
    if (!revocation) return tl::unexpected(revocation.error());
    const auto row = book.newest(revocation->grant_id);
    const std::string from = sharing::agency_id_of(revocation->by_key);
    if (!row || row->agency_id != from)
      return base::failure(sharing::Errc::kNotFound, "There is no such grant of that agency.");
    if (row->ended_at) return row;
    const auto entry = noted("sharing.revoke", row->grant, from, row->sha256_hex);
    if (!entry) return tl::unexpected(entry.error());
    auto ended = book.end(row->grant.id, from, {*entry});
    if (!ended) return tl::unexpected(ended.error());
    drop_ended_lists(services);
    watch_promises(services);
    return std::move(ended->row);
  }
  const auto read = sharing::read_grant(text);
  if (!read) return tl::unexpected(read.error());
  if (read->grant.owner_key == book.public_key()) {
    const auto row = book.newest(read->grant.id);
    if (!row || !read->accepted)
      return base::failure(sharing::Errc::kNotFound,
                           "This was never offered here, or is not signed by both.");
    if (row->accepted_at && row->grant.change == read->grant.change) return row;
    const auto entry = noted("sharing.accept", read->grant, row->agency_id, read->sha256_hex);
    if (!entry) return tl::unexpected(entry.error());
    auto kept = book.keep_accepted(text, by, {*entry});
    if (kept) drop_ended_lists(services);
    if (kept) watch_promises(services);
    return kept;
  }
  if (auto good = book.check_incoming(text); !good) return tl::unexpected(good.error());
  if (read->accepted)
    return base::failure(sharing::Errc::kConflict, "This is signed by both already, and not by us.");
  const auto entry = noted("sharing.offered-to-us", read->grant, sharing::agency_id_of(read->grant.owner_key),
                           read->sha256_hex);
  if (!entry) return tl::unexpected(entry.error());
  return book.keep_incoming(text, {*entry});
}

std::span<const Route> sharing_routes() {
  return kSharingRoutes;
}

}  // namespace glasshouse::api
