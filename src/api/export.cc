#include "api/export.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/export_file.h"
#include "api/json.h"
#include "api/search.h"
#include "api/search_request.h"
#include "api/wide.h"
#include "exports/report.h"
#include "search/language.h"
#include "search/wide.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using policy::Action;

constexpr std::size_t kExportBody = 64 * 1024;
constexpr std::size_t kExportPage = 200;

net::Response busy_with_exports() {
  return problem(503, "busy", "Others are exporting just now", "Exports are made two at a time",
                 "Try again in a minute");
}

// Where a further part of an answer goes on: the number of its first read, a dot, the store's own cursor.
struct Part {
  std::uint64_t first_row = 1;
  std::string cursor;
};
tl::expected<Part, net::Response> part_named(const std::string& text) {
  Part part;
  if (text.empty()) return part;
  const auto dot = text.find('.');
  const char* end = text.data() + std::min(dot, text.size());
  const auto read = std::from_chars(text.data(), end, part.first_row);
  if (dot == std::string::npos || read.ec != std::errc{} || read.ptr != end || part.first_row < 2 ||
      dot + 1 == text.size()) {
    return tl::unexpected(problem(422, "bad-cursor", "There is no such part of an export",
                                  "The place to go on from is not one that this server gave",
                                  "Export from the beginning"));
  }
  part.cursor = text.substr(dot + 1);
  return part;
}

struct Found {
  std::vector<reads::Read> reads;
  std::uint64_t total = 0;
  std::vector<base::Day> missing_days;
  std::string next_cursor;
};

base::Result<Found> find_all(Context& ctx, const gate::Permit& permit, reads::Query query) {
  Found found;
  do {
    query.limit = std::min(kExportPage, kMostExportReads - found.reads.size());
    auto page = ctx.services.reads->search(permit, query);
    if (!page) return tl::unexpected(page.error());
    if (found.reads.empty()) found.missing_days = page->missing_days;
    found.total = std::max(found.total, page->total_at_least);
    std::move(page->reads.begin(), page->reads.end(), std::back_inserter(found.reads));
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty() && found.reads.size() < kMostExportReads);
  found.next_cursor = query.cursor;
  return found;
}

net::Response export_reads(Context& ctx) {
  const ExportTurn turn;
  if (!turn) return busy_with_exports();
  auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  const auto file = read_file_asked(*body);
  if (!file) return file.error();
  auto asked = read_search_request(*body);
  if (!asked) return asked.error();
  const auto part = part_named(asked->cursor);
  if (!part) return part.error();
  const auto under = authority_of(ctx, *asked);
  if (!under) return under.error();
  const auto cameras = ctx.services.records->cameras();
  if (!cameras) return problem(cameras.error());
  const auto places = camera_places(*cameras);
  const auto plan = search::plan(asked->question, places, ctx.services.clock->now(),
                                 ctx.services.gate->retained_days(), part->cursor, kExportPage);
  if (!plan) return problem(plan.error());
  const policy::Question question =
      plain_question(ctx, Action::kExportReads, *asked, *under, *plan, *cameras);
  const auto permit = ctx.services.gate->ask(question, plan->scope);
  if (!permit) return problem(permit.error());
  const auto found = find_all(ctx, *permit, plan->query);
  if (!found) return problem(found.error());
  exports::Sheet sheet = empty_sheet(ctx, asked->case_id, under->order ? &*under->order : nullptr,
                                     permit->ledger_index(), asked->local_offset);
  search::Asked text;
  text.question = asked->question;
  sheet.question = search::text_of(text, {places, sheet.made_at, sheet.clock});
  sheet.sentence = incomplete_sentence(plan->sentence, found->missing_days);
  sheet.first_row = part->first_row;
  const std::uint64_t last = part->first_row + found->reads.size() - 1;
  sheet.total = std::max(found->total, last);
  put_rows(ctx, *cameras, found->reads, sheet);
  const std::string next =
      found->next_cursor.empty() ? "" : std::to_string(last + 1) + "." + found->next_cursor;
  return give_out(ctx, *file, question, found->reads, sheet, next);
}

using FoundReads = tl::expected<std::vector<reads::Read>, net::Response>;

FoundReads put_together(Context& ctx, const std::vector<records::Camera>& cameras,
                        const base::Result<reads::Vehicles>& found, exports::Sheet& sheet) {
  if (!found) return tl::unexpected(problem(found.error()));
  for (const reads::VehicleSeen& one : found->vehicles)
    sheet.vehicles.push_back({one.plate.text(), one.cameras, one.reads, one.first, one.last});
  sheet.vehicles_found = found->total;
  sheet.total = found->total_reads;
  sheet.sentence = incomplete_sentence(sheet.sentence, found->missing_days);
  put_rows(ctx, cameras, found->reads, sheet);
  return found->reads;
}

// All that the question found, as far as a file may hold it; a report only what it prints.
template <class Query>
Query sized_for(FileForm form, Query query) {
  const bool printed = form == FileForm::kReport;
  query.limit = printed ? exports::kMostReportVehicles : reads::kMostVehicles;
  query.evidence = printed ? exports::kMostReportReads : reads::kMostEvidence;
  return query;
}

// Asks the gate for what the plan says, and lets `answer` read under the permit.
template <class Plan, class Answer>
net::Response give_out_wide(Context& ctx, const FileAsked& file, const WideRequest& asked,
                            const search::Asked& understood, const std::vector<records::Camera>& cameras,
                            base::Result<Plan> plan, Answer answer) {
  if (!plan) return problem(plan.error());
  auto facts = case_facts(ctx, asked.case_id);
  if (facts.problem) return std::move(*facts.problem);
  const policy::Question question = wide_question(ctx, Action::kExportReads, asked, std::move(*facts.facts),
                                                  understood, plan->scope, cameras);
  const auto permit = ctx.services.gate->ask(question, plan->scope);
  if (!permit) return problem(permit.error());
  exports::Sheet sheet = empty_sheet(ctx, asked.case_id, nullptr, permit->ledger_index(), asked.local_offset);
  const auto places = camera_places(cameras);
  sheet.question = search::text_of(understood, {places, sheet.made_at, sheet.clock});
  sheet.sentence = plan->sentence;
  sheet.kind = search::name_of(search::kind_of(understood));
  const FoundReads found = answer(*permit, question, plan->query, sheet);
  if (!found) return found.error();
  return give_out(ctx, file, question, *found, sheet, "");
}

FoundReads put_route(Context& ctx, const std::vector<records::Camera>& cameras, search::Show show,
                     base::Result<reads::Route> found, exports::Sheet& sheet) {
  if (!found) return tl::unexpected(problem(found.error()));
  sheet.sentence = incomplete_sentence(sheet.sentence, found->missing_days);
  sheet.total = found->total;
  if (show != search::Show::kRoute) {
    // One read is what was asked for: it is all of the answer.
    sheet.kind = search::name_of(show);
    std::vector<reads::Read> one;
    if (show == search::Show::kFirst && found->first) one = {*found->first};
    if (show == search::Show::kLast) one = std::move(found->reads);
    sheet.total = one.size();
    put_rows(ctx, cameras, one, sheet);
    return one;
  }
  put_rows(ctx, cameras, found->reads, sheet);
  for (std::size_t i = 1; i < sheet.rows.size(); ++i) {
    const auto apart = sheet.rows[i].captured_at - sheet.rows[i - 1].captured_at;
    if (apart >= kRouteGap)
      sheet.rows[i].gap_before_min = std::chrono::duration_cast<std::chrono::minutes>(apart).count();
  }
  return std::move(found->reads);
}

FoundReads put_alike(Context& ctx, const std::vector<records::Camera>& cameras,
                     const base::Result<reads::AlikeReads>& found, exports::Sheet& sheet) {
  if (!found) return tl::unexpected(problem(found.error()));
  sheet.sentence = incomplete_sentence(sheet.sentence, found->missing_days);
  std::vector<reads::Read> reads;
  for (const reads::Alike& one : found->reads) reads.push_back(one.read);
  sheet.total = reads.size();
  put_rows(ctx, cameras, reads, sheet);
  for (std::size_t i = 0; i < reads.size(); ++i)
    sheet.rows[i].likeness = alike_word(found->reads[i].likeness);
  return reads;
}

net::Response export_wide(Context& ctx) {
  const ExportTurn turn;
  if (!turn) return busy_with_exports();
  auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  const auto file = read_file_asked(*body);
  if (!file) return file.error();
  const auto asked = read_wide_request(*body, true);
  if (!asked) return asked.error();
  const auto cameras = ctx.services.records->cameras();
  if (!cameras) return problem(cameras.error());
  const auto places = camera_places(*cameras);
  const search::Surroundings around{places, ctx.services.clock->now(), local_clock(ctx, asked->local_offset)};
  const auto understood = search::parse(asked->text, around);
  if (!understood) return not_understood(understood.error());
  const int days = ctx.services.gate->retained_days();
  reads::Store& store = *ctx.services.reads;
  const auto made = [&](auto plan, auto answer) {
    return give_out_wide(ctx, *file, *asked, *understood, *cameras, std::move(plan), answer);
  };
  using Question = policy::Question;
  switch (search::kind_of(*understood)) {
    case search::Kind::kMeet:
      return made(search::plan_meet(*understood, around, days, reads::kMostVehicles),
                  [&](const auto& permit, const Question&, const auto& query, auto& sheet) {
                    return put_together(ctx, *cameras, store.meet(permit, sized_for(file->form, query)),
                                        sheet);
                  });
    case search::Kind::kConvoy:
      return made(search::plan_convoy(*understood, around, days, reads::kMostVehicles),
                  [&](const auto& permit, const Question&, const auto& query, auto& sheet) {
                    return put_together(ctx, *cameras, store.convoy(permit, sized_for(file->form, query)),
                                        sheet);
                  });
    case search::Kind::kRoute:
      return made(search::plan_route(*understood, around, days, kMostExportReads),
                  [&](const auto& permit, const Question&, const auto& query, auto& sheet) {
                    return put_route(ctx, *cameras, understood->show, store.route(permit, query), sheet);
                  });
    case search::Kind::kAgain:
      return made(search::plan_again(*understood, around, days, asked->limit),
                  [&](const auto& permit, const Question& question, auto query, auto& sheet) -> FoundReads {
                    auto looks = looks_of(ctx, permit, question, query.besides);
                    if (!looks) return tl::unexpected(std::move(looks.error()));
                    query.like = *looks;
                    return put_alike(ctx, *cameras, store.again(permit, query), sheet);
                  });
    case search::Kind::kReads:
      break;
  }
  return problem(422, "question", "This text asks for a list of reads", "Those are exported by their form",
                 "Send its fields to /api/v1/search/export");
}

constexpr Route kExportRoutes[] = {
    {net::Method::kPost, "/api/v1/search/export", Caller::kSession, Action::kExportReads, kExportBody,
     export_reads},
    {net::Method::kPost, "/api/v1/search/export/wide", Caller::kSession, Action::kExportReads, kExportBody,
     export_wide},
};

}  // namespace

std::span<const Route> export_routes() {
  return kExportRoutes;
}

}  // namespace glasshouse::api
