// What other agencies' servers call. Every question is judged, recorded and only then answered, as our own
// are; what the asking server says about its officer and case is its word, and stands in both logs.
#include "api/peers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/json.h"
#include "api/live.h"
#include "api/search.h"
#include "api/search_request.h"
#include "crypto/certificate.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;

constexpr std::size_t kTextBody = 160 * 1024, kPeerSearchBody = 64 * 1024;
constexpr std::uint32_t kPeerTimeoutMs = 15'000;
constexpr base::Millis kCertificateLife{2ll * 366 * 24 * 60 * 60 * 1000};
constexpr base::Millis kClockSlack{24ll * 60 * 60 * 1000};

net::Response take_text_of_peer(Context& ctx) {
  const auto parsed = parse_body(ctx.request);
  if (!parsed) return problem(parsed.error());
  Fields fields(*parsed);
  const Json* text = fields.member("text");
  if (text == nullptr || !text->is_string()) fields.wrong("text", "This is a signed text.");
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto taken =
      take_signed_text(ctx.services, text->get_ref<const std::string&>(), ctx.identity.peer->id);
  if (!taken) return problem(taken.error());
  return done();
}

struct PeerQuestion {
  policy::Question question;
  std::string query_id, words;
  std::uint64_t asked_index = 0;
  SearchRequest request;
};

// The asking server names its officer and case; the question itself has the form of our own.
tl::expected<PeerQuestion, net::Response> read_peer_question(const sharing::Agency& peer, const Json& body) {
  PeerQuestion asked;
  Fields fields(body);
  asked.query_id = fields.text("query_id", 40);
  asked.question.grant_id = fields.text("grant_id", 40);
  asked.asked_index =
      static_cast<std::uint64_t>(fields.optional_integer("ledger_index", 0, INT64_MAX).value_or(0));
  asked.question.action = Action::kSearchReads;
  asked.question.regional = fields.optional_bool("regional").value_or(false);
  asked.question.agencies = static_cast<int>(fields.optional_integer("agencies", 1, 500).value_or(1));
  asked.question.who = {.id = fields.text("officer", 40),
                        .agency_id = peer.id,
                        .role = policy::role_named(fields.text("role", 20)).value_or(policy::Role::kAuditor),
                        .active = true,
                        .of_other_agency = true};
  policy::CaseFacts on_case;
  on_case.number = fields.text("case_number", 60);
  on_case.purpose = fields.text("purpose", 40);
  on_case.offence = fields.text("offence", 40);
  on_case.open = on_case.assigned = true;  // the asking server refused it otherwise, and says so by asking
  asked.question.on_case = std::move(on_case);
  asked.question.on_behalf_of = fields.text("beneficiary", 120, false);
  asked.question.beneficiary_kind = asked.question.on_behalf_of.empty() ? "own" : "other";
  const Json* question = fields.member("question");
  if (question == nullptr) fields.wrong("question", "This is needed.");
  const std::string cursor = fields.text("cursor", 200, false);
  const auto limit = fields.optional_integer("limit", 1, 200);
  fields.no_others();
  if (auto failed = fields.failed()) return tl::unexpected(std::move(*failed));
  Json own_form{{"case_id", "of-peer"}, {"question", *question}, {"limit", limit.value_or(50)}};
  if (!cursor.empty()) own_form["cursor"] = cursor;
  auto request = read_search_request(own_form);
  if (!request) return tl::unexpected(std::move(request.error()));
  asked.request = std::move(*request);
  return asked;
}

// The cameras of the grant, as they are now; a camera that is gone is not there to be asked.
std::vector<records::Camera> cameras_of(const std::vector<records::Camera>& all,
                                        const sharing::GrantRow* row) {
  std::vector<records::Camera> some;
  for (const records::Camera& camera : all) {
    const bool granted = row != nullptr && std::any_of(row->grant.cameras.begin(), row->grant.cameras.end(),
                                                       [&](const auto& one) { return one.id == camera.id; });
    if (granted) some.push_back(camera);
  }
  return some;
}

net::Response search_of_peer(Context& ctx) {
  Services& services = ctx.services;
  const auto parsed = parse_body(ctx.request);
  if (!parsed) return problem(parsed.error());
  auto asked = read_peer_question(*ctx.identity.peer, *parsed);
  if (!asked) return std::move(asked.error());
  const auto all = services.records->cameras();
  if (!all) return problem(all.error());
  // Which cameras a place in the question means is worked out among those of the grant; the gate judges the
  // rest.
  std::optional<sharing::GrantRow> row;
  for (const auto& one : services.sharing->grants())
    if (!row && one.given && one.accepted_at && one.grant.id == asked->question.grant_id &&
        one.agency_id == ctx.identity.peer->id)
      row = one;
  const auto cameras = cameras_of(*all, row ? &*row : nullptr);
  search::Question& question = asked->request.question;
  if (question.camera_ids.empty() && !question.area)
    for (const records::Camera& camera : cameras) question.camera_ids.push_back(camera.id);
  const base::Time now = services.clock->now();
  // A camera that is none of the grant's is judged (and refused) by the policy, with its record.
  const bool all_granted =
      std::all_of(question.camera_ids.begin(), question.camera_ids.end(), [&](const std::string& id) {
        return std::any_of(cameras.begin(), cameras.end(),
                           [&](const auto& camera) { return camera.id == id; });
      });
  search::Plan plan;
  if (all_granted && !cameras.empty()) {
    auto planned = search::plan(question, camera_places(cameras), now, services.gate->retained_days(),
                                asked->request.cursor, asked->request.limit);
    if (!planned) return problem(planned.error());
    plan = std::move(*planned);
  } else {
    plan.scope.camera_ids = question.camera_ids;
    plan.scope.question = "A question about cameras that the grant does not name";
  }
  policy::Question judged = asked->question;
  judged.camera_ids = plan.scope.camera_ids;
  judged.cameras = judged.camera_ids.size();
  judged.names_plate = plan.names_plate;
  judged.reach_m = farthest_m(services.records->settings().center, cameras, judged.camera_ids);
  if (plan.query.from < plan.query.to) {
    judged.from = plan.query.from;
    judged.to = plan.query.to;
  }
  gate::Scope scope = plan.scope;
  scope.query_id = asked->query_id;
  auto permit = services.gate->ask(judged, std::move(scope));
  if (!permit) return problem(permit.error());
  if (!all_granted || plan.query.from >= plan.query.to)
    return problem(422, "bad-question", "There is nothing that could be asked.",
                   "The grant's cameras are not there.");
  const auto page = services.reads->search(*permit, plan.query);
  if (!page) return problem(page.error());
  const auto noted = services.gate->record_event(
      "search.result", {{"subject", std::to_string(permit->ledger_index()), ledger::Release::kRestricted},
                        {"count", std::to_string(page->total_at_least), ledger::Release::kAfterDay},
                        {"query", asked->query_id, ledger::Release::kAtOnce},
                        {"other_entry", std::to_string(asked->asked_index), ledger::Release::kAtOnce}});
  if (!noted)
    return problem(503, "ledger-down", "Nothing was answered.", "The ledger could not record the answer.");
  services.live->publish("shared-search", Json{{"agency", ctx.identity.peer->name},
                                               {"purpose", judged.on_case->purpose},
                                               {"cameras", judged.cameras},
                                               {"ledger_index", permit->ledger_index()}}
                                              .dump());
  Json body{{"items", Json::array()},
            {"ledger_index", permit->ledger_index()},
            {"sentence", incomplete_sentence(plan.sentence, page->missing_days)},
            {"cameras", judged.cameras},
            {"total_at_least", page->total_at_least}};
  People people(services.accounts);
  for (const reads::Read& read : page->reads) body["items"].push_back(render(read, people));
  if (!page->next_cursor.empty()) body["next_cursor"] = page->next_cursor;
  auto response = json_response(200, body);
  response.headers.set("Cache-Control", "private, no-store");
  // From here on the grant's revocation waits until this answer has left; where it came first, nothing
  // leaves.
  response.held = permit->hold();
  if (response.held == nullptr)
    return problem(403, "revoked", "The grant was revoked while this was searched.", "Nothing is answered.");
  return response;
}

constexpr Route kPeerRoutes[] = {
    {Method::kPost, "/peer/v1/texts", Caller::kPeer, Action::kNone, kTextBody, take_text_of_peer},
    {Method::kPost, "/peer/v1/search", Caller::kPeer, Action::kNone, kPeerSearchBody, search_of_peer},
};

}  // namespace

Peers::Peers(const crypto::SigningKey& key, base::Time now)
    : certificate_pem_(crypto::self_signed_certificate_pem(key, sharing::agency_id_of(key.public_key()),
                                                           now - kClockSlack, now + kCertificateLife)),
      key_pem_(crypto::private_key_pem(key)) {}

Peers::~Peers() {
  crypto::wipe(key_pem_);
}

base::Result<net::ClientResponse> Peers::post(const sharing::Agency& agency, const std::string& path,
                                              const Json& body) const {
  // A client sends one request at a time; a slow peer must not hold up others' questions.
  thread_local const std::unique_ptr<net::Client> client = net::Client::create();
  net::ClientRequest request;
  request.method = Method::kPost;
  request.url = agency.url + path;
  request.body = text_of(body);
  request.timeout_ms = kPeerTimeoutMs;
  request.headers.set("Content-Type", "application/json");
  request.allow_private_addresses =
      true;  // a person listed the address; a neighbour may be in the same network
  request.certificate_pem = certificate_pem_;
  request.key_pem = key_pem_;
  request.pin = crypto::certificate_pin(agency.public_key);
  return client->send(request);
}

std::span<const Route> peers_routes() {
  return kPeerRoutes;
}

}  // namespace glasshouse::api
