#include "api/export_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/idempotency.h"
#include "api/json.h"
#include "api/sealed.h"
#include "api/search.h"
#include "api/search_request.h"
#include "crypto/age.h"
#include "crypto/crypto.h"
#include "exports/csv.h"
#include "exports/package.h"
#include "exports/report.h"
#include "vault/vault.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using policy::Action;

// The log's entry names each of them, and a field of it holds some 120 ids.
constexpr std::size_t kPicturesAnEntry = 100;

struct Made {
  std::string bytes;
  const char* type = "";
  const char* suffix = "";
};

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
    if (!found[i].has_picture) continue;
    if (wanted.size() < kMostExportReads) {
      wanted.push_back(i);
    } else {
      sheet.rows[i].no_picture = fmt::format(
          "Left out: a file holds the pictures of at most {} reads. Narrow the question.", kMostExportReads);
    }
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
  std::string name = sheet.kind + "-";
  for (const char c : sheet.case_number)
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ? c : '-';
  name += "-" + std::to_string(sheet.ledger_index);
  // A spreadsheet has no place to say it: what is not all of an answer is named so.
  const std::uint64_t last = sheet.first_row + sheet.rows.size() - 1;
  if (sheet.vehicles_found > sheet.vehicles.size())
    name += fmt::format("-first-{}-of-{}-vehicles", sheet.vehicles.size(), sheet.vehicles_found);
  else if (sheet.vehicles.empty() && (sheet.first_row > 1 || last < sheet.total))
    name += fmt::format("-{}-to-{}-of-{}", sheet.first_row, last, sheet.total);
  return name + "." + suffix;
}

base::Result<Made> make(Context& ctx, FileForm as, const exports::Sheet& sheet) {
  if (as == FileForm::kCsv)
    return Made{sheet.vehicles.empty() ? exports::csv_of(sheet) : exports::vehicles_csv_of(sheet),
                "text/csv; charset=utf-8", "csv"};
  if (as == FileForm::kReport) {
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

std::optional<FileForm> form_named(const Json& body) {
  const std::string name = body.value("as", Json()).is_string() ? body["as"].get<std::string>() : "";
  if (name == "package") return FileForm::kPackage;
  if (name == "csv") return FileForm::kCsv;
  if (name == "report") return FileForm::kReport;
  return std::nullopt;
}

std::string title_of(const records::Order& order) {
  if (order.kind == records::OrderKind::kDeclaration) return "Written declaration of " + order.agency;
  return "Order of " + order.court + " (" + order.judge + "), brought by " + order.agency;
}

}  // namespace

tl::expected<FileAsked, net::Response> read_file_asked(Json& body) {
  FileAsked asked;
  const auto form = form_named(body);
  if (!form)
    return tl::unexpected(problem(422, "bad-field", "The export has no form", "as is package, csv or report",
                                  "Choose one of them"));
  auto recipient = recipient_named(body);
  if (!recipient) return tl::unexpected(problem(recipient.error()));
  body.erase("as");
  body.erase("to");
  return FileAsked{*form, std::move(*recipient)};
}

void put_rows(Context& ctx, const std::vector<records::Camera>& cameras,
              const std::vector<reads::Read>& reads, exports::Sheet& sheet) {
  People people(ctx.services.accounts);
  for (const reads::Read& read : reads) sheet.rows.push_back(row_of(read, cameras, people));
}

exports::Sheet empty_sheet(Context& ctx, const std::string& case_id, const records::Order* order,
                           std::uint64_t ledger_index, base::Millis local_offset) {
  exports::Sheet sheet;
  sheet.agency = ctx.services.records->settings().agency_name;
  if (order != nullptr) {
    sheet.case_number = order->number;
    sheet.case_title = title_of(*order);
  } else if (const auto on = ctx.services.records->get_case(case_id)) {
    sheet.case_number = on->number;
    sheet.case_title = on->title;
  }
  sheet.officer = People(ctx.services.accounts).name(ctx.identity.officer().id);
  sheet.made_at = ctx.services.clock->now();
  sheet.ledger_index = ledger_index;
  sheet.clock = local_clock(ctx, local_offset);
  return sheet;
}

net::Response give_out(Context& ctx, const FileAsked& asked, const policy::Question& question,
                       const std::vector<reads::Read>& reads, exports::Sheet& sheet,
                       const std::string& next) {
  if (asked.form != FileForm::kCsv) add_pictures(ctx, question, reads, asked.recipient, sheet);
  const auto made = make(ctx, asked.form, sheet);
  if (!made) return problem(made.error());
  // Before it leaves: which bytes were given out stands in the log.
  const auto pictures = std::count_if(sheet.rows.begin(), sheet.rows.end(),
                                      [](const exports::Row& row) { return !row.picture.empty(); });
  std::vector<ledger::Field> fields{{"subject", std::to_string(sheet.ledger_index), Release::kRestricted},
                                    {"hash", crypto::sha256_hex(made->bytes), Release::kAtOnce},
                                    {"reads", std::to_string(sheet.rows.size()), Release::kAfterDay},
                                    {"pictures", std::to_string(pictures), Release::kAfterDay}};
  if (!sheet.vehicles.empty())
    fields.push_back({"count", std::to_string(sheet.vehicles.size()), Release::kAfterDay});
  const auto recorded = ctx.services.gate->record_event("export.made", std::move(fields));
  if (!recorded) return problem(recorded.error());
  auto response = net::Response::text(200, made->bytes, made->type);
  response.headers.set("Content-Disposition",
                       "attachment; filename=\"" + file_name(sheet, made->suffix) + "\"");
  response.headers.set("Cache-Control", "private, no-store");
  response.headers.set(kShownOnce, "1");  // what names vehicles is not kept for a second answer
  response.headers.set("X-Glasshouse-Ledger-Index", std::to_string(sheet.ledger_index));
  response.headers.set("X-Glasshouse-First-Read", std::to_string(sheet.first_row));
  response.headers.set("X-Glasshouse-Reads", std::to_string(sheet.rows.size()));
  response.headers.set("X-Glasshouse-Reads-Found", std::to_string(sheet.total));
  if (!sheet.vehicles.empty()) {
    response.headers.set("X-Glasshouse-Vehicles", std::to_string(sheet.vehicles.size()));
    response.headers.set("X-Glasshouse-Vehicles-Found", std::to_string(sheet.vehicles_found));
  }
  if (!next.empty()) response.headers.set("X-Glasshouse-Next", next);
  return response;
}

}  // namespace glasshouse::api
