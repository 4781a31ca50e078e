#include "app/case_feed.h"

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "app/outside_map.h"
#include "base/file.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "records/fed_cases.h"
#include "records/outside_book.h"

namespace glasshouse::app {
namespace {

using ledger::Release;
using records::FedCase;
using records::FedChange;

enum class FeedErrc { kFetch = 1, kCutOff };

constexpr std::uint64_t kMaxTokenBytes = 4096;

base::Result<std::map<std::string, std::string>> ids_by_login(accounts::Accounts& accounts) {
  std::map<std::string, std::string> ids;
  const auto all = accounts::every_account(accounts);
  if (!all) return tl::unexpected(all.error());
  for (const auto& account : *all) {
    if (account.active) ids[account.login] = account.id;
  }
  return ids;
}

std::optional<base::Time> changed_at(const std::string& path) {
  std::error_code failed;
  const auto written = std::filesystem::last_write_time(path, failed);
  if (failed) return std::nullopt;
  const auto since_epoch = std::chrono::file_clock::to_sys(written).time_since_epoch();
  return base::from_ms(std::chrono::duration_cast<base::Millis>(since_epoch).count());
}

// As api/outside.cc shows it.
std::string words_of(const FeedResult& result, const std::string& digest) {
  nlohmann::json words{{"digest", digest},
                       {"cases", result.cases},
                       {"opened", result.opened},
                       {"closed", result.closed},
                       {"reopened", result.reopened},
                       {"changed", result.changed},
                       {"refused", result.refused},
                       {"unknown_officers", result.unknown_officers},
                       {"refusals", nlohmann::json::array()}};
  for (const casefeed::RefusedRow& row : result.refusals)
    words["refusals"].push_back({{"line", row.line}, {"why", row.why}});
  return words.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void refuse(FeedResult& result, std::uint32_t line, std::string why) {
  ++result.refused;
  if (result.refusals.size() < kMostShownRefusals) result.refusals.push_back({line, std::move(why)});
}

const char* kind_of(FedChange::Kind kind) {
  switch (kind) {
    case FedChange::Kind::kOpen:
      return "case.open";
    case FedChange::Kind::kClose:
      return "case.close";
    case FedChange::Kind::kReopen:
      return "case.reopen";
    case FedChange::Kind::kOfficers:
    case FedChange::Kind::kPlates:
      break;
  }
  return "case.change";
}

void count(const FedChange& change, FeedResult& result) {
  switch (change.kind) {
    case FedChange::Kind::kOpen:
      ++result.opened;
      break;
    case FedChange::Kind::kClose:
      ++result.closed;
      break;
    case FedChange::Kind::kReopen:
      ++result.reopened;
      break;
    case FedChange::Kind::kOfficers:
    case FedChange::Kind::kPlates:
      ++result.changed;
  }
}

}  // namespace

base::Result<CaseFeed::Fetched> CaseFeed::fetch(const casefeed::Map& map) const {
  if (map.reader == casefeed::Reader::kFile) {
    auto csv = base::posix_files().read(map.path, casefeed::kMaxExtractBytes);
    if (!csv) return tl::unexpected(csv.error());
    return Fetched{std::move(*csv), changed_at(map.path)};
  }
  net::ClientRequest request;
  request.url = map.url;
  request.max_answer_bytes = casefeed::kMaxExtractBytes;
  request.allow_private_addresses = true;  // an agency's records system stands in its own network
  request.headers.set("Accept", "text/csv");
  if (!map.token_file.empty()) {
    auto token = base::posix_files().read(map.token_file, kMaxTokenBytes);
    if (!token) return tl::unexpected(token.error());
    while (!token->empty() && (token->back() == '\n' || token->back() == '\r')) token->pop_back();
    request.headers.set("Authorization", "Bearer " + *token);
  }
  auto answer = client_->send(request);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status != 200) {
    return base::failure(FeedErrc::kFetch, "The records system gave no extract",
                         "It answered with status " + std::to_string(answer->status),
                         "Check the address and the token of the case feed.");
  }
  const std::string modified(answer->headers.get("Last-Modified").value_or(""));
  return Fetched{std::move(answer->body), http_time(modified)};
}

base::Result<FeedResult> CaseFeed::take(const casefeed::Map& map, const std::string& csv) {
  auto extract = casefeed::parse_extract(map, csv);
  if (!extract) return tl::unexpected(extract.error());
  const auto ids = ids_by_login(*services_.accounts);
  if (!ids) return tl::unexpected(ids.error());
  FeedResult result;
  result.is_set_up = true;
  result.cases = extract->cases.size();
  std::vector<FedCase> cases;
  std::map<std::string, std::uint32_t> lines;
  for (casefeed::FeedCase& one : extract->cases) {
    lines[one.number] = one.line;
    FedCase fed{std::move(one.number),
                std::move(one.purpose),
                std::move(one.offence),
                std::move(one.title),
                one.open,
                {},
                std::move(one.plates)};
    for (const std::string& login : one.officers) {
      if (const auto id = ids->find(login); id != ids->end())
        fed.officer_ids.push_back(id->second);
      else
        ++result.unknown_officers;
    }
    cases.push_back(std::move(fed));
  }
  records::FedCases store(*services_.db, *services_.clock);
  const auto changes = store.differences(cases, map.whole);
  if (!changes) return tl::unexpected(changes.error());
  const auto open = store.open_count();
  if (!open) return tl::unexpected(open.error());
  std::size_t closing = 0;
  for (const FedChange& change : *changes) closing += change.kind == FedChange::Kind::kClose ? 1 : 0;
  if (closing > kAlwaysClosable &&
      static_cast<double>(closing) > kMostClosedShare * static_cast<double>(*open)) {
    return base::failure(FeedErrc::kCutOff, "The extract of cases was not taken",
                         "It would close " + std::to_string(closing) + " of " + std::to_string(*open) +
                             " cases: it may have been cut off",
                         "Look at the extract. If it is right, close them in the records system "
                         "first, part by part.");
  }
  for (casefeed::RefusedRow& row : extract->refused) refuse(result, row.line, std::move(row.why));
  for (const FedChange& change : *changes) {
    if (change.kind == FedChange::Kind::kOpen) {
      records::Case draft;
      draft.number = change.wanted.number;
      draft.purpose = change.wanted.purpose;
      draft.offence = change.wanted.offence;
      // A purpose that is forbidden or unknown opens no case here either.
      if (const auto good = services_.records->check_case(draft); !good) {
        refuse(result, lines[draft.number], good.error().what() + ".");
        continue;
      }
    }
    const auto recorded = services_.gate->record_event(
        kind_of(change.kind), {{"case", change.wanted.number, Release::kRestricted},
                               {"case_id", change.case_id, Release::kRestricted},
                               {"purpose", change.wanted.purpose, Release::kAfterDay},
                               {"code", "records-system", Release::kAfterDay}});
    if (!recorded) return tl::unexpected(recorded.error());
    if (auto done = store.apply(change); !done) return tl::unexpected(done.error());
    count(change, result);
  }
  return result;
}

base::Result<FeedResult> CaseFeed::look() {
  auto done = look_once();
  note(done);
  return done;
}

void CaseFeed::set_up(const casefeed::Map* map) {
  if (services_.outside == nullptr) return;
  records::OutsideThing thing;
  thing.id = thing.kind = kCaseFeed;
  thing.name = map_path_;
  if (map != nullptr) {
    const bool is_file = map->reader == casefeed::Reader::kFile;
    thing.place = is_file ? map->path : records::shown_address(map->url);
    thing.every = map->every;
  }
  services_.outside->set_up(std::move(thing));
}

// After a restart that of the extract before it.
std::string CaseFeed::last_digest() const {
  if (!digest_.empty() || services_.outside == nullptr) return digest_;
  const auto words = nlohmann::json::parse(services_.outside->state(kCaseFeed).latest, nullptr, false);
  return words.is_object() ? words.value("digest", std::string()) : std::string();
}

void CaseFeed::note(const base::Result<FeedResult>& done) {
  records::OutsideBook* book = services_.outside;
  if (book == nullptr) return;
  if (!done) return book->failed(kCaseFeed, done.error());
  if (!done->is_set_up) return book->take_down(kCaseFeed);
  const std::string words = words_of(*done, digest_);
  book->worked(kCaseFeed, words, as_of_);
  if (done->differences() > 0) book->brought(kCaseFeed, words);
}

base::Result<FeedResult> CaseFeed::look_once() {
  if (!base::posix_files().exists(map_path_)) return FeedResult{};
  const auto text = base::posix_files().read(map_path_, casefeed::kMaxMapBytes);
  if (!text) return tl::unexpected(text.error());
  const auto map = casefeed::parse_map(*text);
  set_up(map ? &*map : nullptr);
  if (!map) return tl::unexpected(map.error());
  every_ = map->every;
  const auto fetched = fetch(*map);
  if (!fetched) return tl::unexpected(fetched.error());
  // One that says nothing of its age is as old as the moment it was first seen.
  const std::string digest = crypto::sha256_hex(fetched->csv);
  as_of_ = fetched->as_of;
  if (!as_of_ && digest != last_digest()) as_of_ = services_.clock->now();
  digest_ = digest;
  return take(*map, fetched->csv);
}

CaseFeedThread::CaseFeedThread(api::Services& services, std::string map_path)
    : client_(net::Client::create()),
      services_(services),
      feed_(services, std::move(map_path), client_.get()),
      rounds_({.name = "case-feed", .pause = [this] { return feed_.every(); }, .at_once = true},
              [this] { round(); }) {}

void CaseFeedThread::round() {
  std::string failure;
  try {
    const auto done = feed_.look();
    if (!done) failure = done.error().message();
  } catch (const std::exception& error) {
    failure = error.what();
  }
  if (!failure.empty() && failure != told_) {
    base::log(base::Level::kError, "case-feed", failure);
    const auto noted = services_.gate->record_event("case.feed", {{"result", "failed", Release::kAfterDay}});
    if (!noted) base::log(base::Level::kError, "case-feed", noted.error().message());
  }
  told_ = failure;
}

}  // namespace glasshouse::app
