#include "app/demo.h"

#include <sys/stat.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "api/packs.h"
#include "api/session.h"
#include "base/file.h"
#include "base/log.h"
#include "crypto/crypto.h"

namespace glasshouse::app {
namespace {

using Json = nlohmann::json;
using base::Result;

constexpr std::uint64_t kMaxTownBytes = 4 << 20;

class TownMaker {
 public:
  TownMaker(api::Services& services, const Json& town, std::string dir)
      : services_(services), town_(town), dir_(std::move(dir)) {}

  Result<void> make() {
    for (auto step : {&TownMaker::settings, &TownMaker::packs, &TownMaker::officers, &TownMaker::cameras,
                      &TownMaker::cases, &TownMaker::hotlists}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    return {};
  }

 private:
  Result<void> settings() {
    records::Settings settings = services_.records->settings();
    settings.agency_name = town_.at("agency");
    settings.town_name = town_.at("name");
    settings.timezone = town_.at("timezone");
    settings.retained_days = town_.at("retained_days");
    settings.center = {town_.at("center").at("lat"), town_.at("center").at("lon")};
    settings.demo = true;
    return services_.records->save(settings);
  }

  // The state's rules that the town lives by. Without them it lives by the strict default.
  Result<void> packs() {
    for (const Json& id : town_.value("packs", Json::array())) {
      auto adopted = api::adopt_offered_pack(services_, id);
      if (!adopted && adopted.error().is(api::PackErrc::kUnknown)) {
        base::log(base::Level::kWarn, "demo", "the strict default holds: " + adopted.error().message());
      } else if (!adopted) {
        return adopted;
      }
    }
    return {};
  }

  Result<void> officers() {
    for (const Json& officer : town_.at("officers")) {
      const auto role = policy::role_named(officer.at("role").get<std::string>());
      if (!role) return base::failure(DemoErrc::kBadTown, "The town names a role that does not exist.");
      const auto account = services_.accounts->create(officer.at("name"), officer.at("login"), *role);
      if (!account) return tl::unexpected(account.error());
      people_[account->login] = account->id;
    }
    return {};
  }

  Result<void> cameras() {
    base::FileSystem& files = base::posix_files();
    if (auto made = files.make_dirs(dir_ + "/tokens"); !made) return made;
    ::chmod((dir_ + "/tokens").c_str(), 0700);
    for (const Json& item : town_.at("cameras")) {
      records::Camera draft;
      draft.name = item.at("name");
      draft.place = {item.at("lat"), item.at("lon")};
      draft.bearing_deg = item.at("bearing_deg");
      draft.view_angle_deg = item.at("view_angle_deg");
      draft.description = item.value("description", "").substr(0, 300);
      const auto camera = services_.records->create_camera(draft);
      if (!camera) return tl::unexpected(camera.error());
      const std::string token = crypto::base64url(crypto::random_bytes(32));
      auto set = services_.records->set_device_token(camera->id, crypto::sha256_hex(token));
      if (!set) return set;
      const std::string path = dir_ + "/tokens/" + item.at("id").get<std::string>() + ".token";
      if (auto written = files.write_atomic(path, token + "\n"); !written) return written;
      ::chmod(path.c_str(), 0600);
    }
    return {};
  }

  Result<void> cases() {
    for (const Json& item : town_.at("cases")) {
      records::Case draft;
      draft.number = item.at("number");
      draft.purpose = item.at("purpose");
      draft.offence = item.at("offence");
      draft.title = item.at("title");
      draft.opened_by = people_.at(item.at("opened_by"));
      for (const Json& login : item.at("officers")) draft.officer_ids.push_back(people_.at(login));
      auto made = services_.records->create_case(draft);
      if (!made) return tl::unexpected(made.error());
      if (auto filled = fill_sheet(item, made->id, draft.opened_by); !filled) return filled;
      if (!item.value("open", true)) {
        auto closed = services_.records->change_case(made->id, std::nullopt, false, std::nullopt);
        if (!closed) return tl::unexpected(closed.error());
      }
    }
    return {};
  }

  Result<void> fill_sheet(const Json& item, const std::string& case_id, const std::string& by) {
    for (const Json& plate : item.at("plates")) {
      auto added = services_.records->add_plate(case_id, {.plate = plate.at("plate"),
                                                          .region = plate.value("region", ""),
                                                          .note = plate.value("note", ""),
                                                          .added_by = by});
      if (!added) return tl::unexpected(added.error());
    }
    for (const Json& description : item.at("descriptions")) {
      auto added = services_.records->add_description(case_id, {.text = description.at("text"),
                                                                .color = description.value("color", ""),
                                                                .body = description.value("body", ""),
                                                                .make = description.value("make", ""),
                                                                .added_by = by});
      if (!added) return tl::unexpected(added.error());
    }
    return {};
  }

  Result<void> hotlists() {
    for (const Json& item : town_.at("hotlists")) {
      const bool o_is_zero = item.value("zero_rule", "distinct") == "o-is-zero";
      auto list =
          services_.hotlists->create(item.at("name"), item.value("description", ""),
                                     o_is_zero ? hotlist::ZeroRule::kOIsZero : hotlist::ZeroRule::kDistinct);
      if (!list) return tl::unexpected(list.error());
      for (const Json& entry : item.at("entries")) {
        hotlist::NewEntry fresh;
        fresh.plate = entry.at("plate");
        fresh.reason = entry.at("reason");
        fresh.case_number = entry.at("case_number");
        fresh.region = entry.value("region", "");
        fresh.color = entry.value("color", "");
        fresh.body = entry.value("body", "");
        fresh.make = entry.value("make", "");
        fresh.note = entry.value("note", "");
        fresh.expires_at =
            services_.clock->now() + std::chrono::hours(24 * entry.at("expires_in_days").get<int>());
        auto added = services_.hotlists->add(list->id, fresh, people_.at(entry.at("added_by")));
        if (!added) return tl::unexpected(added.error());
      }
    }
    return {};
  }

  api::Services& services_;
  const Json& town_;
  const std::string dir_;
  std::map<std::string, std::string> people_;  // login → id
};

Result<void> copy_map(const std::string& town_path, const std::string& dir) {
  const std::string map = (std::filesystem::path(town_path).parent_path() / "street_map.geojson").string();
  base::FileSystem& files = base::posix_files();
  if (!files.exists(map)) return {};
  auto text = files.read(map, kMaxTownBytes);
  if (!text) return tl::unexpected(text.error());
  return files.write_atomic(dir + "/map.geojson", *text);
}

Result<Json> demo_town_of(const std::string& town_path) {
  auto text = base::posix_files().read(town_path, kMaxTownBytes);
  if (!text) {
    return base::failure(DemoErrc::kBadTown, "The town " + town_path + " cannot be read.",
                         text.error().message(), "Name its file with --demo.");
  }
  Json town = Json::parse(*text, nullptr, false);
  if (!town.is_object())
    return base::failure(DemoErrc::kBadTown, "The town " + town_path + " is not well formed.");
  return town;
}

// Every account that may come in, by its login.
Result<std::map<std::string, accounts::Account>> open_accounts(api::Services& services) {
  std::map<std::string, accounts::Account> people;
  auto all = accounts::every_account(*services.accounts);
  if (!all) return tl::unexpected(all.error());
  for (accounts::Account& account : *all) {
    if (account.active) people[account.login] = std::move(account);
  }
  return people;
}

}  // namespace

Result<void> make_demo(api::Services& services, const std::string& town_path, const std::string& dir) {
  auto read = demo_town_of(town_path);
  if (!read) return tl::unexpected(read.error());
  const Json& town = *read;
  try {
    if (auto made = TownMaker(services, town, dir).make(); !made) return made;
    if (auto copied = copy_map(town_path, dir); !copied) return copied;
  } catch (const std::exception& error) {
    return base::failure(DemoErrc::kBadTown, "The town " + town_path + " is not well formed.", error.what());
  }
  auto recorded =
      services.gate->record_event("demo.made", {{"result", "an invented town", ledger::Release::kAtOnce}});
  if (!recorded) return tl::unexpected(recorded.error());
  return base::posix_files().write_atomic(dir + "/demo-made",
                                          base::format_rfc3339(services.clock->now()) + "\n");
}

Result<void> give_demo_links(api::Services& services, const std::string& town_path, const std::string& dir) {
  const auto town = demo_town_of(town_path);
  if (!town) return tl::unexpected(town.error());
  const auto people = open_accounts(services);
  if (!people) return tl::unexpected(people.error());
  Json by_role = Json::object();
  std::cout << "\nOne-time sign-in links of the demo (each works once, for 24 hours; the next start gives "
               "new ones):\n";
  for (const Json& officer : town->value("officers", Json::array())) {
    const auto found = people->find(officer.value("login", ""));
    if (found == people->end()) continue;  // somebody closed the account meanwhile
    const accounts::Account& account = found->second;
    auto token = services.accounts->issue_link(account.id);
    if (!token) return tl::unexpected(token.error());
    const std::string role(policy::name_of(account.role));
    const std::string link = api::sign_in_link(services, *token);
    if (!by_role.contains(role)) by_role[role] = link;
    std::cout << "  " << role << std::string(role.size() < 14 ? 14 - role.size() : 1, ' ') << account.name
              << "\n      " << link << "\n";
  }
  std::cout << std::endl;
  const std::string path = dir + "/links.json";
  auto written = base::posix_files().write_atomic(path, by_role.dump(1) + "\n");
  if (written) ::chmod(path.c_str(), 0600);
  return written;
}

}  // namespace glasshouse::app
