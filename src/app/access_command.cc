#include "app/access_command.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "app/options.h"
#include "base/file.h"
#include "base/words.h"
#include "net/http.h"
#include "sharing/book.h"

namespace glasshouse::app {
namespace {

using Json = nlohmann::json;

constexpr base::Millis kWeekBefore{7ll * 24 * 60 * 60 * 1000};
constexpr std::size_t kMostPages = 100'000;

int access_usage(std::ostream& out, int status) {
  out << "glasshouse access --data DIR [--since TIME]\n"
         "  which other agencies can ask about the cameras now, by which grant, what changed since TIME (a "
         "week ago),\n"
         "  and whether each promise holds; needs no running server. Exit status 1: a promise does not "
         "hold.\n"
         "glasshouse access reconcile URL URL\n"
         "  reads two agencies' public logs and compares what they say of questions that one asked the "
         "other, and\n  of lists and outcomes that one sent the other.\n"
         "  Exit status 1: an entry of one has no counterpart in the other.\n";
  return status;
}

int show(const std::string& dir, const std::string& since_text) {
  const base::SystemClock clock;
  const base::Time now = clock.now();
  base::Time since = now - kWeekBefore;
  if (!since_text.empty()) {
    const auto at = base::parse_rfc3339(since_text);
    if (!at || *at > now) {
      complain("access", "--since takes a time in the past like 2026-11-20T00:00:00Z");
      return kUsage;
    }
    since = *at;
  }
  if (!base::posix_files().exists(dir + "/records.db") || !base::posix_files().exists(dir + "/sharing.key"))
    return complain("access", "there is no installation in " + dir + ". Name its folder with --data.");
  auto db = db::Database::open(db::sqlite_url(dir + "/records.db"));
  if (!db) return complain("access", db.error().message());
  auto book = sharing::Book::open({.db = db->get(), .clock = &clock, .key_path = dir + "/sharing.key"});
  if (!book) return complain("access", book.error().message());
  const auto reaches = (*book)->reaches(now);
  std::cout
      << "Our own people: officers, supervisors and administrators, each under an open case of theirs.\n";
  std::cout << "Other agencies: "
            << (reaches.empty()
                    ? "none"
                    : std::to_string(reaches.size()) + (reaches.size() == 1 ? " grant" : " grants"))
            << "\n";
  for (const auto& reach : reaches) {
    std::vector<std::string> cameras;
    for (const auto& camera : reach.cameras) cameras.push_back(camera.name);
    std::cout << "  " << reach.name << " (" << reach.kind
              << (reach.regional ? ", on the region-wide list" : "") << ")\n"
              << "    path:     grant " << reach.grant_id << ", change " << reach.change << "\n"
              << "    cameras:  " << base::join(cameras, ", ") << "\n"
              << "    purposes: " << base::join(reach.purposes, ", ") << "\n"
              << (reach.lists ? "    lists:    may send lists whose entries alert for these cameras\n" : "")
              << "    hours:    " << reach.hours << "\n"
              << "    until:    " << base::format_rfc3339(reach.ends_at) << "\n";
  }
  const auto region = (*book)->region();
  std::cout << "Region-wide list: "
            << (region.agency_ids.empty() ? "off"
                                          : "on, " + std::to_string(region.agency_ids.size()) + " agencies")
            << "\n";
  const auto changes = sharing::changes_between((*book)->reaches(since), reaches);
  std::cout << "Since " << base::format_rfc3339(since) << ": " << (changes.empty() ? "nothing changed" : "")
            << "\n";
  for (const auto& change : changes) std::cout << "  " << change.sentence << "\n";
  const auto broken = (*book)->broken(now);
  for (const auto& promise : (*book)->promises()) {
    std::string why;
    for (const auto& one : broken)
      if (one.promise.id == promise.id) why = one.why;
    std::cout << (why.empty() ? "holds   " : "BROKEN  ") << sharing::sentence_of(promise)
              << (why.empty() ? "" : " " + why) << "\n";
  }
  if ((*book)->stopped(now)) std::cout << "Sharing is stopped.\n";
  return broken.empty() ? kDone : kFailed;
}

// What a public log says of questions between agencies, and of lists and outcomes that one sent the other.
struct Half {
  std::uint64_t index = 0;
  std::string kind, query, other_entry;
};

// The kinds with which a question, a list or an outcome begins in either log.
constexpr std::string_view kBegins[] = {"search-reads", "hotlist.send", "hotlist.receive",
                                        "hotlist.outcome-send", "hotlist.outcome-receive"};

base::Result<std::vector<Half>> halves_of(const std::string& url) {
  const auto client = net::Client::create();
  std::vector<Half> halves;
  std::string before;
  for (std::size_t page = 0; page < kMostPages; ++page) {
    net::ClientRequest request;
    request.url = url + "/log/entries?limit=200" + before;
    request.allow_private_addresses = true;
    const auto answer = client->send(request);
    if (!answer) return tl::unexpected(answer.error());
    const Json body = Json::parse(answer->body, nullptr, false);
    if (answer->status != 200 || !body.is_object() || !body.contains("items"))
      return base::failure(net::Errc::kProtocol, url + " is not the address of a public log.");
    for (const Json& item : body["items"]) {
      Half half{item.value("index", std::uint64_t{0}), item.value("kind", ""), {}, {}};
      for (const Json& field : item.value("fields", Json::array())) {
        if (field.value("name", "") == "query") half.query = field.value("value", "");
        if (field.value("name", "") == "other_entry") half.other_entry = field.value("value", "");
      }
      if (!half.query.empty()) halves.push_back(std::move(half));
    }
    if (!body.contains("next_before")) break;
    before = "&before=" + std::to_string(body["next_before"].get<std::uint64_t>());
  }
  return halves;
}

// Each result names the other log's entry: it must be there, and be of the same question.
std::size_t unmatched(const std::vector<Half>& here, const std::vector<Half>& there,
                      const std::string& where) {
  std::map<std::string, std::string> entries;
  for (const Half& half : there) entries[std::to_string(half.index)] = half.query;
  std::size_t missing = 0;
  for (const Half& half : here) {
    if (half.other_entry.empty()) continue;
    const auto found = entries.find(half.other_entry);
    if (found != entries.end() && found->second == half.query) continue;
    ++missing;
    std::cout << where << " entry " << half.index << ": its counterpart, entry " << half.other_entry
              << " of the other log, is " << (found == entries.end() ? "not there" : "of something else")
              << "\n";
  }
  return missing;
}

int reconcile(const std::string& ours, const std::string& theirs) {
  const auto here = halves_of(ours), there = halves_of(theirs);
  if (!here) return complain("access", here.error().message());
  if (!there) return complain("access", there.error().message());
  std::size_t missing = unmatched(*here, *there, ours) + unmatched(*there, *here, theirs);
  // A question that only one of the two has.
  const auto questions = [](const std::vector<Half>& halves) {
    std::map<std::string, std::uint64_t> asked;
    for (const Half& half : halves)
      if (std::find(std::begin(kBegins), std::end(kBegins), half.kind) != std::end(kBegins))
        asked[half.query] = half.index;
    return asked;
  };
  const auto asked_here = questions(*here), asked_there = questions(*there);
  std::size_t both = 0;
  const auto only_in = [&](const auto& some, const auto& others, const std::string& where) {
    for (const auto& [query, index] : some) {
      if (others.contains(query)) {
        ++both;
        continue;
      }
      ++missing;
      std::cout << where << " entry " << index << ": the other log does not have " << query << "\n";
    }
  };
  only_in(asked_here, asked_there, ours);
  only_in(asked_there, asked_here, theirs);
  std::cout << both / 2 << " questions and messages stand in both logs, " << missing
            << " entries without a counterpart\n";
  return missing == 0 ? kDone : kFailed;
}

}  // namespace

int run_access(const std::vector<std::string>& args) {
  if (asks_for_help(args)) return access_usage(std::cout, kDone);
  if (args.size() == 3 && args[0] == "reconcile") return reconcile(args[1], args[2]);
  const Options options(args, {"data", "since"}, {});
  if (!options.wrong().empty() || !options.has("data")) {
    complain("access",
             options.wrong().empty() ? "--data DIR is needed: the installation's folder" : options.wrong());
    return access_usage(std::cerr, kUsage);
  }
  return show(options.get("data"), options.get("since"));
}

}  // namespace glasshouse::app
