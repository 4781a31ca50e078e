#include "api/export.h"

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/idempotency.h"
#include "api/json.h"
#include "api/sealed.h"
#include "api/search.h"
#include "api/search_request.h"
#include "base/log.h"
#include "crypto/age.h"
#include "crypto/crypto.h"
#include "exports/csv.h"
#include "exports/package.h"
#include "exports/report.h"
#include "search/language.h"
#include "vault/vault.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using policy::Action;

constexpr std::size_t kExportBody = 64 * 1024;
constexpr std::size_t kMostExportReads = 500;
constexpr std::size_t kExportPage = 200;
// The log's entry names each of them, and a field of it holds some 120 ids.
constexpr std::size_t kPicturesAnEntry = 100;
constexpr int kMostExportsAtOnce = 2;  // each may hold kMostPictureBytes, twice over, in memory

enum class As { kPackage, kCsv, kReport };

// A place among the exports that are being made; none is free: tell the caller to come back.
class Turn {
 public:
  Turn() : mine_(running_.fetch_add(1) < kMostExportsAtOnce) {}
  ~Turn() { running_.fetch_sub(1); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  explicit operator bool() const { return mine_; }

 private:
  static inline std::atomic<int> running_{0};
  bool mine_;
};

struct Found {
  std::vector<reads::Read> reads;
  std::uint64_t total = 0;
  std::vector<base::Day> missing_days;
};

base::Result<Found> find_all(Context& ctx, const gate::Permit& permit, reads::Query query) {
  Found found;
  query.limit = kExportPage;
  for (;;) {
    auto page = ctx.services.reads->search(permit, query);
    if (!page) return tl::unexpected(page.error());
    if (query.cursor.empty()) found.missing_days = page->missing_days;
    found.total = std::max(found.total, page->total_at_least);
    for (reads::Read& read : page->reads) {
      if (found.reads.size() < kMostExportReads) found.reads.push_back(std::move(read));
    }
    if (page->next_cursor.empty() || found.reads.size() >= kMostExportReads) break;
    query.cursor = page->next_cursor;
  }
  found.total = std::max<std::uint64_t>(found.total, found.reads.size());
  return found;
}

exports::Row row_of(const reads::Read& read, const std::vector<records::Camera>& cameras, People& people) {
  exports::Row row;
  row.read_id = read.id;
  row.camera_id = read.camera_id;
  row.captured_at = read.captured_at;
  for (const records::Camera& camera : cameras) {
    if (camera.id != read.camera_id) continue;
    row.camera_name = camera.name;
    row.lat_deg = camera.place.lat_deg;
    row.lon_deg = camera.place.lon_deg;
  }
  if (read.plate) {
    row.plate = read.plate->plate.text();
    row.region = read.plate->region;
    row.plate_confidence = static_cast<double>(read.plate->confidence);
  }
  row.color = read.looks.color;
  row.body = read.looks.body;
  row.make = read.looks.make;
  for (const reads::Correction& one : read.corrections) {
    std::string words = one.plate.text();
    if (!one.region.empty()) words += " (" + one.region + ")";
    words += ", by " + people.name(one.officer_id) + ": " + one.reason;
    if (one.withdrawn)
      words += ", taken back by " + people.name(one.withdrawn->officer_id) + ": " + one.withdrawn->reason;
    row.corrections.push_back(std::move(words));
  }
  return row;
}

// A sealed picture is passed on for the receiver's key, and for nobody's when none was given.
void add_picture(Context& ctx, const gate::Permit& permit, const std::string& recipient, std::size_t& room,
                 exports::Row& row) {
  auto picture = ctx.services.reads->picture(permit, row.read_id);
  if (!picture) {
    row.no_picture = picture.error().message();
    return;
  }
  reads::StoredPicture& file = picture->file;
  if (file.bytes.size() > room) {
    row.no_picture = "Left out: the export holds as many pictures as fit into one. Narrow the question.";
    return;
  }
  room -= file.bytes.size();
  if (!file.is_sealed) {
    row.picture = std::move(file.bytes);
    return;
  }
  if (recipient.empty()) {
    row.no_picture = "It is sealed: the console shows it, and a package for a key holds it.";
    return;
  }
  auto released = ctx.services.vault->release(permit, sealed_read(*picture), recipient);
  if (!released) {
    row.no_picture = released.error().message();
    return;
  }
  row.picture = std::move(*released);
  row.picture_manifest = std::move(file.manifest);
}

// The pictures are asked for by themselves: who may export reads may not see every picture. A refusal takes
// the pictures out, with its reason, and nothing else.
void add_pictures(Context& ctx, policy::Question question, const std::vector<reads::Read>& found,
                  const std::string& recipient, exports::Sheet& sheet) {
  question.action = Action::kViewPicture;
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].has_picture) wanted.push_back(i);
  }
  std::size_t room = exports::kMostPictureBytes;
  for (std::size_t begin = 0; begin < wanted.size(); begin += kPicturesAnEntry) {
    const std::size_t end = std::min(begin + kPicturesAnEntry, wanted.size());
    gate::Scope scope;
    for (std::size_t i = begin; i < end; ++i) scope.read_ids.push_back(found[wanted[i]].id);
    scope.question = "The pictures of the reads of an export";
    const auto permit = ctx.services.gate->ask(question, std::move(scope));
    for (std::size_t i = begin; i < end; ++i) {
      exports::Row& row = sheet.rows[wanted[i]];
      if (permit) {
        add_picture(ctx, *permit, recipient, room, row);
      } else if (std::holds_alternative<gate::Denial>(permit.error())) {
        row.no_picture = "The rules in force do not let this caller have pictures.";
      } else {
        row.no_picture = "The log could not record that it is given out.";
      }
    }
  }
}

base::Result<exports::LogEvidence> evidence_of(Context& ctx, std::uint64_t index) {
  ledger::Ledger& log = *ctx.services.ledger;
  if (auto published = log.publish_now(); !published) return tl::unexpected(published.error());
  // The caller's own act: what it says is what the caller did.
  const auto entry = log.entry(ledger::Reader::kAuditor, index);
  if (!entry) return tl::unexpected(entry.error());
  const auto proof = log.inclusion_proof(index);
  if (!proof) return tl::unexpected(proof.error());
  exports::LogEvidence evidence{entry->leaf, log.tlog_proof(*proof), log.verifier_key(), {}};
  for (const ledger::Disclosure& one : entry->disclosures) evidence.disclosures.push_back(one.text);
  return evidence;
}

std::string file_name(const exports::Sheet& sheet, const char* suffix) {
  std::string name = "reads-";
  for (const char c : sheet.case_number)
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ? c : '-';
  return name + "-" + std::to_string(sheet.ledger_index) + "." + suffix;
}

struct Made {
  std::string bytes;
  const char* type = "";
  const char* suffix = "";
};
base::Result<Made> make(Context& ctx, As as, const exports::Sheet& sheet) {
  if (as == As::kCsv) return Made{exports::csv_of(sheet), "text/csv; charset=utf-8", "csv"};
  if (as == As::kReport) {
    auto report = exports::report_of(sheet);
    if (!report) return tl::unexpected(report.error());
    return Made{std::move(*report), "application/pdf", "pdf"};
  }
  const auto evidence = evidence_of(ctx, sheet.ledger_index);
  if (!evidence) return tl::unexpected(evidence.error());
  auto package = exports::package_of(sheet, *evidence);
  if (!package) return tl::unexpected(package.error());
  return Made{std::move(*package), "application/zip", "zip"};
}

// The key that sealed pictures are passed on for, 32 bytes; empty when the body names none.
base::Result<std::string> recipient_named(const Json& body) {
  const auto to = body.find("to");
  if (to == body.end()) return std::string();
  if (to->is_string()) {
    if (auto key = crypto::age_recipient_from_text(to->get_ref<const std::string&>())) return key;
  }
  return base::failure(Errc::kBadField, "to is no key", "It is no X25519 public key as age writes it",
                       "Give one that begins with age1");
}

std::optional<As> as_named(const Json& body) {
  const std::string name = body.value("as", Json()).is_string() ? body["as"].get<std::string>() : "";
  if (name == "package") return As::kPackage;
  if (name == "csv") return As::kCsv;
  if (name == "report") return As::kReport;
  return std::nullopt;
}

std::string title_of(const records::Order& order) {
  if (order.kind == records::OrderKind::kDeclaration) return "Written declaration of " + order.agency;
  return "Order of " + order.court + " (" + order.judge + "), brought by " + order.agency;
}

// What stands on the sheet beside the reads themselves.
exports::Sheet sheet_of(Context& ctx, const SearchRequest& asked, const Authority& under,
                        const search::Plan& plan, const std::vector<records::Camera>& cameras,
                        std::uint64_t ledger_index, const Found& found) {
  People people(ctx.services.accounts);
  exports::Sheet sheet;
  sheet.agency = ctx.services.records->settings().agency_name;
  if (under.order) {
    sheet.case_number = under.order->number;
    sheet.case_title = title_of(*under.order);
  } else if (const auto on = ctx.services.records->get_case(asked.case_id)) {
    sheet.case_number = on->number;
    sheet.case_title = on->title;
  }
  sheet.officer = people.name(ctx.identity.officer().id);
  const auto places = camera_places(cameras);
  search::Asked text;
  text.question = asked.question;
  sheet.made_at = ctx.services.clock->now();
  sheet.question = search::text_of(text, {places, sheet.made_at, asked.local_offset});
  sheet.sentence = incomplete_sentence(plan.sentence, found.missing_days);
  sheet.ledger_index = ledger_index;
  sheet.total = found.total;
  sheet.local_offset = asked.local_offset;
  for (const reads::Read& read : found.reads) sheet.rows.push_back(row_of(read, cameras, people));
  return sheet;
}

net::Response export_reads(Context& ctx) {
  const Turn turn;
  if (!turn)
    return problem(503, "busy", "Others are exporting just now", "Exports are made two at a time",
                   "Try again in a minute");
  auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  const auto as = as_named(*body);
  if (!as)
    return problem(422, "bad-field", "The export has no form", "as is package, csv or report",
                   "Choose one of them");
  const auto recipient = recipient_named(*body);
  if (!recipient) return problem(recipient.error());
  body->erase("as");
  body->erase("to");
  auto asked = read_search_request(*body);
  if (!asked) return asked.error();
  const auto under = authority_of(ctx, *asked);
  if (!under) return under.error();
  const auto cameras = ctx.services.records->cameras();
  if (!cameras) return problem(cameras.error());
  const auto plan = search::plan(asked->question, camera_places(*cameras), ctx.services.clock->now(),
                                 ctx.services.gate->retained_days(), "", kExportPage);
  if (!plan) return problem(plan.error());
  const policy::Question question =
      plain_question(ctx, Action::kExportReads, *asked, *under, *plan, *cameras);
  const auto permit = ctx.services.gate->ask(question, plan->scope);
  if (!permit) return problem(permit.error());
  const auto found = find_all(ctx, *permit, plan->query);
  if (!found) return problem(found.error());
  exports::Sheet sheet = sheet_of(ctx, *asked, *under, *plan, *cameras, permit->ledger_index(), *found);
  if (*as != As::kCsv) add_pictures(ctx, question, found->reads, *recipient, sheet);
  const auto made = make(ctx, *as, sheet);
  if (!made) return problem(made.error());
  // Before it leaves: which bytes were given out stands in the log.
  const auto pictures = std::count_if(sheet.rows.begin(), sheet.rows.end(),
                                      [](const exports::Row& row) { return !row.picture.empty(); });
  const auto recorded = ctx.services.gate->record_event(
      "export.made", {{"subject", std::to_string(sheet.ledger_index), Release::kRestricted},
                      {"hash", crypto::sha256_hex(made->bytes), Release::kAtOnce},
                      {"reads", std::to_string(sheet.rows.size()), Release::kAfterDay},
                      {"pictures", std::to_string(pictures), Release::kAfterDay}});
  if (!recorded) return problem(recorded.error());
  auto response = net::Response::text(200, made->bytes, made->type);
  response.headers.set("Content-Disposition",
                       "attachment; filename=\"" + file_name(sheet, made->suffix) + "\"");
  response.headers.set("Cache-Control", "private, no-store");
  response.headers.set(kShownOnce, "1");  // what names vehicles is not kept for a second answer
  response.headers.set("X-Glasshouse-Ledger-Index", std::to_string(sheet.ledger_index));
  return response;
}

constexpr Route kExportRoutes[] = {
    {net::Method::kPost, "/api/v1/search/export", Caller::kSession, Action::kExportReads, kExportBody,
     export_reads},
};

}  // namespace

std::span<const Route> export_routes() {
  return kExportRoutes;
}

}  // namespace glasshouse::api
