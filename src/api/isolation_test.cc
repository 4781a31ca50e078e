// Every route × object × caller: who is told what. The route table itself makes the matrix, so a route that
// is added later is in it. Three things must hold in each cell: no answer holds a secret of somebody else;
// what a caller may not have looks as what is not there; and whoever is refused has changed nothing. Time is
// not compared.
#include <algorithm>
#include <functional>
#include <set>

#include "api/pack_shelf.h"
#include "api/served_town_testing.h"
#include "api/try_picture.h"
#include "base/id.h"
#include "crypto/crypto.h"
#include "records/orders.h"
#include "records/searches.h"
#include "records/sources.h"

namespace glasshouse::api {
namespace {

using policy::Action;
using policy::Role;

// What each role may ask for, said a second time and by hand: a change of the policy must change it here too.
const std::set<Action> kOfficerMay{Action::kSearchReads, Action::kViewRead,    Action::kViewPicture,
                                   Action::kLiveReads,   Action::kExportReads, Action::kCorrectRead,
                                   Action::kViewAlerts,  Action::kDecideAlert, Action::kRecordOutcome,
                                   Action::kListCases,   Action::kManageCase,  Action::kViewHotlists,
                                   Action::kViewCameras, Action::kViewLedger,  Action::kTryPicture,
                                   Action::kViewMasked,  Action::kOrderDesk,   Action::kUseExigent};
std::set<Action> with(std::set<Action> some, std::initializer_list<Action> more) {
  some.insert(more);
  return some;
}
std::set<Action> without(std::set<Action> some, std::initializer_list<Action> fewer) {
  for (const Action action : fewer) some.erase(action);
  return some;
}
const std::set<Action> kSupervisorMay = with(kOfficerMay, {Action::kManageHotlists, Action::kManageSharing,
                                                           Action::kCheckOrder, Action::kJudgeExigent});
const std::set<Action> kAdministratorMay =
    with(without(kOfficerMay, {Action::kViewAlerts, Action::kDecideAlert, Action::kManageCase,
                               Action::kOrderDesk, Action::kUseExigent}),
         {Action::kManageAccounts, Action::kManageCameras, Action::kManageSettings, Action::kUploadReads,
          Action::kManageSharing});
const std::set<Action> kDispatcherMay{Action::kViewAlerts, Action::kDecideAlert,  Action::kRecordOutcome,
                                      Action::kListCases,  Action::kViewHotlists, Action::kTryPicture,
                                      Action::kViewMasked, Action::kViewCameras,  Action::kViewLedger};
const std::set<Action> kAuditorMay{Action::kAuditLedger, Action::kViewCameras, Action::kViewLedger};

enum class Door { kOpen, kNoSession, kLocked, kOtherSite, kCamera, kNoCamera };

struct Visitor {
  std::string name;
  Door door = Door::kNoSession;
  std::optional<Role> role;  // kOpen, kLocked, kOtherSite: the session's
  std::set<Action> may;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string session;
};

struct Object {
  std::string name;
  std::map<std::string, std::string> params;
  bool absent = false;
  std::function<bool(const Visitor&, const std::string& case_name)>
      hidden;  // empty: to nobody whose role may ask
};

struct Cell {
  const Route* route;
  const Visitor* who;
  const Object* what;
  std::string case_name, case_id;  // "own", "another's", "absent" or empty
  std::string text() const {
    return std::string(net::name_of(route->method)) + " " + std::string(route->pattern) + " of " +
           what->name + (case_name.empty() ? "" : " on " + case_name + " case") + " by " + who->name;
  }
};

class IsolationTest : public ServedTown {
 protected:
  void SetUp() override {
    ServedTown::SetUp();
    ASSERT_TRUE(db_->migrate(records::Searches::migrations()));
    auto shelf = PackShelf::open({.db = db_.get(),
                                  .clock = &clock_,
                                  .dir = GLASSHOUSE_PACKS,
                                  .key_path = (dir_ / "packs.key").string(),
                                  .key_name = "test.invalid/packs"});
    ASSERT_TRUE(shelf) << shelf.error().message();
    shelf_ = std::move(*shelf);
    services_.packs = shelf_.get();
    services_.try_pictures = &try_pictures_;
    people();
    work();
    secrets();
  }

  std::string sign_in(Role role, const std::string& login, std::string* id = nullptr) {
    return somebody(role, login, id);
  }

  void visitor(std::string name, Door door, std::optional<Role> role, std::set<Action> may,
               std::string session, std::vector<std::pair<std::string, std::string>> headers = {}) {
    tokens_.push_back(session);
    visitors_.push_back(
        {std::move(name), door, role, std::move(may), std::move(headers), std::move(session)});
  }

  void people() {
    visitor("the administrator", Door::kOpen, Role::kAdministrator, kAdministratorMay, administrator());
    visitor("the case's officer", Door::kOpen, Role::kOfficer, kOfficerMay,
            sign_in(Role::kOfficer, "anna", &anna_));
    visitor("another officer", Door::kOpen, Role::kOfficer, kOfficerMay,
            sign_in(Role::kOfficer, "ben", &ben_));
    visitor("an officer without cases", Door::kOpen, Role::kOfficer, kOfficerMay,
            sign_in(Role::kOfficer, "carl"));
    visitor("a supervisor", Door::kOpen, Role::kSupervisor, kSupervisorMay,
            sign_in(Role::kSupervisor, "dora"));
    visitor("a dispatcher", Door::kOpen, Role::kDispatcher, kDispatcherMay,
            sign_in(Role::kDispatcher, "emil"));
    visitor("an auditor", Door::kOpen, Role::kAuditor, kAuditorMay, sign_in(Role::kAuditor, "fay"));
    visitor("a stranger", Door::kNoSession, {}, {}, "");
    visitor("a forged cookie", Door::kNoSession, {}, {}, std::string(43, 'A'));
    std::string gone;
    const std::string ended = sign_in(Role::kSupervisor, "gina", &gone);
    ASSERT_TRUE(accounts_->change(gone, {}, {}, false, false));
    visitor("a closed account", Door::kNoSession, {}, {}, ended);
    const std::string left = sign_in(Role::kOfficer, "hugo");
    accounts_->sign_out(left);
    visitor("a session signed out", Door::kNoSession, {}, {}, left);
    const std::string asleep = sign_in(Role::kSupervisor, "iris");
    ASSERT_TRUE(accounts_->lock(asleep));
    visitor("a locked supervisor", Door::kLocked, Role::kSupervisor, kSupervisorMay, asleep);
    visitor("a supervisor's browser on another site", Door::kOtherSite, Role::kSupervisor, kSupervisorMay,
            sign_in(Role::kSupervisor, "jack"), {{"Origin", "https://elsewhere.test"}});
    for (const bool on : {true, false}) {
      records::Camera camera;
      camera.name = on ? "Main Street" : "Switched off";
      camera.place = {37.27, -79.94};
      camera.enabled = on;
      auto made = records_->create_camera(camera);
      ASSERT_TRUE(made);
      if (!on) {
        made->enabled = false;
        ASSERT_TRUE(records_->change_camera(*made));
      }
      (on ? camera_id_ : camera_off_id_) = made->id;
      const std::string token = on ? "camera-token-that-works" : "camera-token-switched-off";
      ASSERT_TRUE(records_->set_device_token(made->id, crypto::sha256_hex(token)));
      visitor(on ? "a camera" : "a camera that is off", on ? Door::kCamera : Door::kNoCamera, {}, {}, "",
              {{"Authorization", "Bearer " + token}});
      tokens_.push_back(token);
    }
    visitor("a camera of nobody", Door::kNoCamera, {}, {}, "", {{"Authorization", "Bearer not-a-token"}});
  }

  std::string open_case(const std::string& title, const std::string& officer) {
    records::Case draft;
    draft.number = "26-" + std::to_string(++cases_);
    draft.purpose = "stolen-vehicle";
    draft.offence = "motor-vehicle-theft";
    draft.title = title;
    draft.opened_by = officer;
    draft.officer_ids = {officer};
    const auto made = records_->create_case(draft);
    EXPECT_TRUE(made);
    return made ? made->id : "";
  }

  std::string read_of(const std::string& plate) {
    reads::Incoming in;
    in.read.id = base::new_id("read", clock_.now());
    in.read.camera_id = camera_id_;
    in.read.captured_at = clock_.now() - std::chrono::minutes(5);
    in.read.looks.color = "white";
    reads::PlateReading reading;
    reading.plate = *plate::Plate::parse(plate);
    in.read.plate = reading;
    in.picture_jpeg = "\xFF\xD8picture of " + plate;
    in.preview_jpeg = "\xFF\xD8preview";
    const std::string id = in.read.id;
    read_ = in.read;
    std::vector<reads::Incoming> batch;
    batch.push_back(std::move(in));
    EXPECT_EQ(reads_->ingest(std::move(batch))->stored, 1u);
    return id;
  }

  void work() {
    case_id_ = open_case("The-matter-of-the-moon", anna_);
    other_case_id_ = open_case("Something else", ben_);
    const auto sheet = records_->add_plate(case_id_, {.plate = "CSA1111", .added_by = anna_});
    ASSERT_TRUE(sheet);
    plate_item_ = sheet->plates[0].id;
    const auto described =
        records_->add_description(case_id_, {.text = "a dent like a moon", .added_by = anna_});
    ASSERT_TRUE(described);
    description_item_ = described->descriptions[0].id;
    read_id_ = read_of("GHX4471");
    const auto corrected =
        send(Method::kPost, "/api/v1/reads/" + read_id_ + "/corrections?case_id=" + case_id_,
             {{"plate", "GHX4477"}, {"reason", "seen-with-own-eyes"}}, session_of("the case's officer"));
    ASSERT_EQ(corrected.status, 201) << corrected.response.body;
    correction_id_ = corrected.body["corrections"][0]["id"];
    wanted_read_id_ = read_of("WNT7788");
    delivery::Channel channel;
    channel.name = "Dispatch";
    channel.url = "https://hooks.example/dispatch";
    channel_id_ = outbox_->create(channel)->channel.id;
    delivery_id_ = outbox_->enqueue_test(channel_id_)->id;
    channel.name = "Anna's telephone";
    channel.kind = "push";
    channel.url = "https://fcm.googleapis.com/annas-endpoint";
    channel.owner = anna_;
    ASSERT_TRUE(outbox_->push_key());
    browser_id_ = outbox_->create(channel)->channel.id;
    told_id_ = outbox_->enqueue_test(browser_id_)->id;
    hotlist_id_ = hotlists_->create("Wanted", "", hotlist::ZeroRule::kDistinct)->id;
    hotlist::NewEntry fresh;
    fresh.plate = "WNT7?88";
    fresh.reason = "Stolen vehicle";
    fresh.case_number = "26-9";
    fresh.note = "whoever verifies look for a rack";
    fresh.expires_at = clock_.now() + std::chrono::hours(24);
    const auto entry = hotlists_->add(hotlist_id_, fresh, anna_);
    ASSERT_TRUE(entry);
    entry_id_ = entry->id;
    hotlist::Hit hit;
    hit.entry_id = entry_id_;
    hit.hotlist_id = hotlist_id_;
    hit.kind = hotlist::HitKind::kPattern;
    const auto alert = alerts_->raise(read_, hit, *entry, "Wanted");
    ASSERT_TRUE(alert && *alert);
    alert_id_ = (*alert)->id;
    few_list_id_ = hotlists_->create("For few", "", hotlist::ZeroRule::kDistinct)->id;
    ASSERT_TRUE(hotlists_->set_source(few_list_id_, {.audience = {anna_}}));
    fresh.note = "a matter for few eyes";
    const auto few_entry = hotlists_->add(few_list_id_, fresh, anna_);
    ASSERT_TRUE(few_entry);
    hit.entry_id = few_entry->id;
    hit.hotlist_id = few_list_id_;
    const auto few_alert = alerts_->raise(read_, hit, *few_entry, "For few");
    ASSERT_TRUE(few_alert && *few_alert);
    few_alert_id_ = (*few_alert)->id;
    const std::string anna = session_of("the case's officer");
    const auto saved = send(Method::kPost, "/api/v1/search/saved",
                            {{"name", "Anna's own"}, {"text", "color:white body:van"}}, anna);
    ASSERT_EQ(saved.status, 201) << saved.response.body;
    saved_id_ = saved.body["id"];
    records::Order order;
    order.number = "A court's secret";
    order.court = "Hill County";
    order.judge = "R. Alvarez";
    order.agency = "Reno PD";
    order.agency_kind = "out-of-state";
    order.purpose = "violent-crime";
    order.offence = "kidnapping";
    order.plates = {"RDR5566"};
    order.from = clock_.now() - std::chrono::hours(1);
    order.to = order.expires_at = clock_.now() + std::chrono::hours(1);
    order.document_sha256 = std::string(64, 'a');
    order.entered_by = anna_;
    const auto entered = records::Orders(*db_, clock_).enter(order);
    ASSERT_TRUE(entered) << entered.error().message();
    order_id_ = entered->id;
    const auto source = records::Sources(*db_, clock_)
                            .create({.id = {},
                                     .name = "North gate",
                                     .kind = "frigate",
                                     .cameras = {{"*", camera_id_}},
                                     .made_at = {}},
                                    crypto::sha256_hex("source-key-that-works"));
    ASSERT_TRUE(source) << source.error().message();
    source_id_ = source->id;
    tokens_.push_back("source-key-that-works");
    const auto exigent = send(
        Method::kPost, "/api/v1/exigent",
        {{"purpose", "missing-person"}, {"offence", "missing-person"}, {"reason", "The-child-at-the-lake"}},
        anna);
    ASSERT_EQ(exigent.status, 201) << exigent.response.body;
    exigent_id_ = exigent.body["case_id"];
    const auto found = send(Method::kPost, "/api/v1/search", search_for("SRCHD99", case_id_), anna);
    ASSERT_EQ(found.status, 200) << found.response.body;
    past_ = std::to_string(found.body["ledger_index"].get<std::uint64_t>());
    const auto held = send(Method::kPost, "/api/v1/cases/" + case_id_ + "/holds",
                           {{"read_id", read_id_}, {"reason", "it shows the moon"}}, anna);
    ASSERT_EQ(held.status, 201) << held.response.body;
    hold_id_ = held.body["id"];
  }

  Json search_for(const std::string& start, const std::string& case_id) {
    return {{"case_id", case_id}, {"question", {{"plate", {{"text", start}, {"mode", "prefix"}}}}}};
  }

  std::string session_of(const std::string& name) {
    for (const Visitor& visitor : visitors_) {
      if (visitor.name == name) return visitor.session;
    }
    ADD_FAILURE() << name;
    return {};
  }

  // What nobody else may be told, and who may.
  void secrets() {
    const auto staff = [](const Cell& cell) { return cell.who->role && cell.who->role != Role::kAuditor; };
    const auto on_case = [](const Cell& cell) { return is_on_case(*cell.who, cell.case_name); };
    const auto duty = [](const Cell& cell) {
      return cell.who->role && cell.who->role != Role::kAuditor && cell.who->role != Role::kAdministrator;
    };
    const auto on_duty_or_case = [=](const Cell& cell) { return duty(cell) || on_case(cell); };
    const auto keeps_sheet = [](const Cell& cell) {
      return cell.who->name == "the case's officer" || cell.who->role == Role::kSupervisor;
    };
    const auto anna = [](const Cell& cell) { return cell.who->name == "the case's officer"; };
    const auto anna_or_auditor = [=](const Cell& cell) {
      return anna(cell) || cell.who->role == Role::kAuditor;
    };
    const auto desk = [](const Cell& cell) {
      return cell.who->role == Role::kOfficer || cell.who->role == Role::kSupervisor;
    };
    const auto nobody = [](const Cell&) { return false; };
    const auto of_few = [=](const Cell& cell) { return anna(cell) || cell.who->role == Role::kSupervisor; };
    secrets_ = {{"a matter for few eyes", of_few},
                {"For few", of_few},
                {"GHX4471", on_case},
                {"GHX4477", on_case},
                {"picture of GHX", on_case},
                {"seen-with-own-eyes", on_case},
                {"WNT7788", on_duty_or_case},
                {"picture of WNT", on_duty_or_case},
                {"WNT7?88", staff},
                {"look for a rack", staff},
                {"CSA1111", keeps_sheet},
                {"a dent like a moon", keeps_sheet},
                {"it shows the moon", keeps_sheet},
                {"The-matter-of-the-moon", staff},
                {"Anna's own", anna},
                {"Anna's telephone", anna},
                {"annas-endpoint", anna},
                {"color:white body:van", anna},
                {"SRCHD99", anna_or_auditor},
                {"A court's secret", desk},
                {"RDR5566", desk},
                {"The-child-at-the-lake", staff},
                {"argon2id", nobody}};
    for (const std::string& token : tokens_) {
      if (!token.empty()) secrets_.push_back({token, nobody});
    }
  }

  static bool is_on_case(const Visitor& who, const std::string& case_name) {
    return who.door == Door::kOpen && ((who.name == "the case's officer" && case_name == "own") ||
                                       (who.name == "another officer" && case_name == "another's"));
  }

  std::vector<Object> objects_of(std::string_view pattern) {
    const auto off_case = [](const Visitor& who, const std::string& case_name) {
      return !is_on_case(who, case_name);
    };
    const auto not_anna = [](const Visitor& who, const std::string&) {
      return who.name != "the case's officer";
    };
    const auto not_of_few = [](const Visitor& who, const std::string&) {
      return who.name != "the case's officer" && who.role != Role::kSupervisor;
    };
    const std::string absent_item = "item_00000000000000000000000000";
    const auto absent = [&](const char* prefix) {
      return std::string(prefix) + "_00000000000000000000000000";
    };
    const auto one = [&](std::string id, const char* prefix, std::string item = {}) {
      std::vector<Object> all{{"one", {{"id", std::move(id)}}, false, {}},
                              {"none", {{"id", absent(prefix)}}, true, {}}};
      for (Object& object : all) object.params["item"] = object.absent || item.empty() ? absent_item : item;
      return all;
    };
    std::vector<Object> all;
    if (pattern.starts_with("/api/v1/reads/{id}")) {
      all = one(read_id_, "read", correction_id_);
      all.push_back({"a wanted one", {{"id", wanted_read_id_}, {"item", absent_item}}, false, {}});
      if (!pattern.ends_with("/preview")) {
        for (Object& object : all) object.hidden = off_case;
      }
    } else if (pattern.starts_with("/api/v1/cases/{id}")) {
      all = one(case_id_, "case",
                pattern.find("plates") != pattern.npos  ? plate_item_
                : pattern.find("holds") != pattern.npos ? hold_id_
                                                        : description_item_);
      all.push_back({"another's", {{"id", other_case_id_}, {"item", absent_item}}, false, {}});
    } else if (pattern.starts_with("/api/v1/alerts/{id}")) {
      all = one(alert_id_, "alert");
      all.push_back({"one for few", {{"id", few_alert_id_}, {"item", absent_item}}, false, not_of_few});
    } else if (pattern.starts_with("/api/v1/hotlists/{id}")) {
      all = one(hotlist_id_, "list", entry_id_);
      for (Object& object : all) object.params["preview"] = absent_item;
      all.push_back({"one for few",
                     {{"id", few_list_id_}, {"item", absent_item}, {"preview", absent_item}},
                     false,
                     not_of_few});
    } else if (pattern.starts_with("/api/v1/channels/{id}")) {
      all = one(channel_id_, "chn", delivery_id_);
      all.push_back({"a person's browser",
                     {{"id", browser_id_}, {"item", told_id_}},
                     false,
                     [](const Visitor&, const std::string&) { return true; }});
    } else if (pattern.starts_with("/api/v1/me/push/{id}")) {
      all = one(browser_id_, "chn", told_id_);
      for (Object& object : all) object.hidden = not_anna;
      all.push_back({"the house's channel",
                     {{"id", channel_id_}, {"item", delivery_id_}},
                     false,
                     [](const Visitor&, const std::string&) { return true; }});
    } else if (pattern.starts_with("/api/v1/sources/{id}")) {
      all = one(source_id_, "src");
    } else if (pattern.starts_with("/api/v1/from/")) {
      all = {{"one", {{"kind", "frigate"}}, false, {}}, {"none", {{"kind", "nothing"}}, true, {}}};
    } else if (pattern.starts_with("/api/v1/exigent/{id}")) {
      all = one(exigent_id_, "case");
    } else if (pattern.starts_with("/api/v1/orders/{id}")) {
      all = one(order_id_, "order");
    } else if (pattern.starts_with("/api/v1/accounts/{id}")) {
      all = one(anna_, "acc");
    } else if (pattern.starts_with("/api/v1/cameras/{id}")) {
      all = one(camera_id_, "cam");
      all.push_back({"one that is off", {{"id", camera_off_id_}}, false, {}});
    } else if (pattern.starts_with("/api/v1/search/saved/{id}")) {
      all = one(saved_id_, "ask");
      for (Object& object : all) object.hidden = not_anna;
    } else if (pattern.starts_with("/api/v1/search/history/{id}")) {
      all = {{"one", {{"id", past_}}, false, not_anna}, {"none", {{"id", "99999999"}}, true, not_anna}};
    } else if (pattern.find('{') != pattern.npos) {
      all = {{"one", {{"id", "us-va"}, {"index", "1"}, {"path...", "0/000"}}, false, {}},
             {"none", {{"id", "nothing"}, {"index", "99999999"}, {"path...", "9/999"}}, true, {}}};
    } else {
      all = {{"it", {}, false, {}}};
    }
    if (pattern.find('{') != pattern.npos) {  // what is no name at all
      for (const char* bad : {"%27%20OR%201%3D1", "..", "\xff\xfe"}) {
        Object object{"nonsense", {}, true, all.back().hidden};
        for (const char* param : {"id", "item", "preview", "index", "path...", "kind"})
          object.params[param] = bad;
        all.push_back(std::move(object));
      }
    }
    return all;
  }

  static std::string path_of(std::string_view pattern, const Object& object) {
    std::string path(pattern);
    for (const auto& [name, value] : object.params) {
      const std::string hole = "{" + name + "}";
      if (const auto at = path.find(hole); at != path.npos) path.replace(at, hole.size(), value);
    }
    EXPECT_EQ(path.find('{'), path.npos) << pattern << ": say in objects_of what stands in the hole";
    return path;
  }

  static bool asks_under_a_case(const Route& route) {
    return route.pattern.starts_with("/api/v1/reads/{id}") || route.pattern.starts_with("/api/v1/search");
  }

  Json body_of(const Cell& cell) {
    const std::string_view pattern = cell.route->pattern;
    if (cell.route->method == Method::kGet || cell.route->method == Method::kDelete) return nullptr;
    if (pattern == "/api/v1/search") return search_for("GHX44", cell.case_id);
    if (pattern.ends_with("/corrections")) return {{"plate", "XXX111"}, {"reason", "to break in"}};
    if (pattern.ends_with("/withdrawal")) return {{"reason", "to break in"}};
    if (pattern.ends_with("/outcome") && pattern.starts_with("/api/v1/search"))
      return {{"outcome", "nothing"}};
    if (pattern == "/api/v1/cases") return new_case(anna_);
    if (pattern.ends_with("/plates")) return {{"plate", "XXX111"}};
    if (pattern.ends_with("/holds")) return {{"read_id", read_id_}, {"reason", "to break in"}};
    if (pattern.ends_with("/lift")) return {{"reason", "to break in"}};
    if (pattern == "/api/v1/accounts")
      return {{"name", "New"}, {"login", "intruder"}, {"role", "administrator"}};
    if (pattern == "/api/v1/accounts/{id}") return {{"role", "administrator"}};
    return Json::object();
  }

  // A route that changes what the other cells look at is not called by whoever may do it, except about
  // nothing.
  static bool would_change(const Cell& cell) {
    if (cell.route->method == Method::kGet) return false;
    const std::string_view pattern = cell.route->pattern;
    if (pattern.starts_with("/api/v1/me") || pattern.starts_with("/api/v1/sign-out"))
      return cell.who->role.has_value();
    const bool only_asks =
        pattern == "/api/v1/search" || pattern.starts_with("/api/v1/search/m") ||
        pattern.starts_with("/api/v1/search/convoy") || pattern.starts_with("/api/v1/search/route") ||
        pattern.starts_with("/api/v1/search/again") || pattern.starts_with("/api/v1/search/understand");
    if (only_asks || cell.what->absent) return false;
    return !is_refused(cell) && !is_hidden(cell);
  }

  static bool is_refused(const Cell& cell) {
    if (cell.route->caller == Caller::kAnyone) return false;
    if (cell.route->caller == Caller::kPeer) return true;    // no browser and no camera is a peer
    if (cell.route->caller == Caller::kSource) return true;  // nobody here has a source's key
    if (cell.route->caller == Caller::kDevice) return cell.who->door != Door::kCamera;
    switch (cell.who->door) {
      case Door::kOpen:
        break;
      case Door::kLocked:
        if (cell.route->caller != Caller::kLockedSession) return true;
        break;
      case Door::kOtherSite:
        if (cell.route->method != Method::kGet) return true;
        break;
      default:
        return true;
    }
    return cell.route->action != Action::kNone && !cell.who->may.contains(cell.route->action);
  }
  static bool is_hidden(const Cell& cell) {
    return cell.what->hidden && cell.what->hidden(*cell.who, cell.case_name);
  }

  Answer call(const Cell& cell) {
    std::string path = path_of(cell.route->pattern, *cell.what);
    if (!cell.case_id.empty() && cell.route->pattern.starts_with("/api/v1/reads/"))
      path += "?case_id=" + cell.case_id;
    return send(cell.route->method, path, body_of(cell), cell.who->session, cell.who->headers);
  }

  // An answer without what differs from call to call.
  static std::string shape(const Answer& answer) {
    Json body = answer.body;
    if (body.is_object()) body.erase("ledger_index");
    return std::to_string(answer.status) + " " + (body.is_discarded() ? answer.response.body : body.dump());
  }

  void expect_no_secret(const Cell& cell, const Answer& answer) {
    for (const auto& [secret, may] : secrets_) {
      if (may(cell)) continue;
      bool told = answer.response.body.find(secret) != std::string::npos;
      for (const auto& [name, value] : answer.response.headers.all())
        told |= value.find(secret) != std::string::npos;
      leaks_ += told;
      EXPECT_FALSE(told) << "LEAK of " << secret << ": " << cell.text();
    }
  }

  // Every row of the records but those that say when a session was last used; the tables are those of the
  // first call.
  std::string records_as_text() {
    if (all_records_.empty()) {
      const auto tables = db_->query(
          "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('account_sessions', "
          "'idempotency_keys') "
          "ORDER BY name");
      for (const db::Row& table : *tables) {
        const std::string name = table.text("name");
        std::string columns;
        const auto described = db_->query("SELECT name FROM pragma_table_info('" + name + "')");
        for (const db::Row& column : *described)
          columns += (columns.empty() ? "quote(" : " || ',' || quote(") + column.text("name") + ")";
        all_records_ += (all_records_.empty() ? "SELECT '" : " UNION ALL SELECT '") + name +
                        ": ' || coalesce((SELECT group_concat(line, char(10)) FROM (SELECT " + columns +
                        " AS line FROM " + name + " ORDER BY 1)), '') AS lines";
      }
    }
    std::string text;
    const auto tables = db_->query(all_records_);
    for (const db::Row& table : *tables) text += table.text("lines") + "\n";
    return text;
  }

  void TearDown() override {
    shelf_.reset();
    ServedTown::TearDown();
  }

  std::string all_records_;  // the question that records_as_text asks
  TryPictures try_pictures_;
  std::unique_ptr<PackShelf> shelf_;
  std::vector<Visitor> visitors_;
  std::vector<std::string> tokens_;
  std::size_t leaks_ = 0;
  std::vector<std::pair<std::string, std::function<bool(const Cell&)>>> secrets_;
  reads::Read read_;
  std::string anna_, ben_, camera_id_, camera_off_id_, case_id_, other_case_id_, plate_item_,
      description_item_, read_id_, correction_id_, wanted_read_id_, hotlist_id_, entry_id_, alert_id_,
      saved_id_, past_;
  std::string order_id_, exigent_id_, source_id_, channel_id_, delivery_id_, browser_id_, told_id_,
      few_list_id_, few_alert_id_, hold_id_;
};

TEST_F(IsolationTest, NoCellOfTheMatrixLeaks) {
  const std::vector<Route> routes = all_routes();
  const std::map<std::string, std::string> cases{{"own", case_id_},
                                                 {"another's", other_case_id_},
                                                 {"absent", "case_00000000000000000000000000"},
                                                 {"", ""}};
  std::size_t cells = 0, refused = 0, hidden = 0, answered = 0;
  std::string before = records_as_text();
  bool moved = false;  // by a caller who may
  for (const Route& route : routes) {
    const std::vector<Object> objects = objects_of(route.pattern);
    for (const Visitor& who : visitors_) {
      for (const auto& [case_name, case_id] : cases) {
        if (!case_name.empty() && !asks_under_a_case(route)) continue;
        std::map<std::string, std::string> of_nothing;  // by "refused"/"hidden": how an absent object looks
        std::vector<std::pair<std::string, std::string>> of_something;
        for (const Object& what : objects) {
          const Cell cell{&route, &who, &what, case_name, case_id};
          if (would_change(cell)) continue;
          ++cells;
          if (moved && is_refused(cell)) {
            before = records_as_text();
            moved = false;
          }
          const std::uint64_t logged = ledger_->size();
          const Answer answer = call(cell);
          expect_no_secret(cell, answer);
          EXPECT_LT(answer.status, 500) << cell.text() << " " << answer.response.body;
          if (is_refused(cell)) {
            ++refused;
            EXPECT_TRUE(answer.status == 401 || answer.status == 403 ||
                        (what.name == "nonsense" && answer.status == 404))
                << cell.text() << " " << answer.status;
            if (who.door == Door::kOpen && route.caller != Caller::kDevice && answer.status == 403) {
              EXPECT_EQ(ledger_->size(), logged + 1)
                  << "a refusal that is not on the record: " << cell.text();
            }
            if (route.method != Method::kGet) {
              const std::string after = records_as_text();
              EXPECT_TRUE(before == after) << "refused, and yet it changed the records: " << cell.text();
              before = after;
            }
          } else if (is_hidden(cell)) {
            moved = true;
            ++hidden;
            EXPECT_GE(answer.status, 400) << cell.text();
          } else {
            moved = true;
            answered += answer.status < 400;
          }
          if (!is_refused(cell) && !is_hidden(cell)) continue;
          if (what.name == "none") of_nothing["none"] = shape(answer);
          if (!what.absent) of_something.push_back({cell.text(), shape(answer)});
        }
        if (of_nothing.empty()) continue;
        for (const auto& [text, looks] : of_something) {
          EXPECT_EQ(looks, of_nothing["none"])
              << "what is forbidden can be told from what is absent: " << text;
        }
      }
    }
  }
  std::printf("isolation.cells\t%zu\tcells\nisolation.leaks\t%zu\tleaks\n", cells, leaks_);
  std::printf(
      "  count isolation: %zu cells (%zu refused, %zu hidden, %zu answered) of %zu routes and %zu callers\n",
      cells, refused, hidden, answered, routes.size(), visitors_.size());
  EXPECT_GT(cells, 3000u);
  EXPECT_GT(answered, 100u) << "a matrix in which everything is refused shows nothing";
  EXPECT_GT(hidden, 50u);
}

// The matrix can only say that something leaks if its secrets can be seen by those who may.
TEST_F(IsolationTest, EachSecretIsSeenByWhoMay) {
  const std::string anna = session_of("the case's officer"), on_case = "?case_id=" + case_id_;
  const auto has = [](const Answer& answer, const std::string& secret) {
    return answer.response.body.find(secret) != std::string::npos;
  };
  EXPECT_TRUE(has(send(Method::kGet, "/api/v1/reads/" + read_id_ + on_case, nullptr, anna), "GHX4471"));
  EXPECT_TRUE(
      has(send(Method::kGet, "/api/v1/reads/" + read_id_ + on_case, nullptr, anna), "seen-with-own-eyes"));
  EXPECT_TRUE(has(send(Method::kGet, "/api/v1/reads/" + read_id_ + "/picture" + on_case, nullptr, anna),
                  "picture of GHX"));
  EXPECT_TRUE(has(send(Method::kGet, "/api/v1/alerts/" + alert_id_, nullptr, anna), "WNT7788"));
  EXPECT_TRUE(
      has(send(Method::kGet, "/api/v1/alerts/" + alert_id_ + "/picture", nullptr, anna), "picture of WNT"));
  EXPECT_TRUE(
      has(send(Method::kGet, "/api/v1/hotlists/" + hotlist_id_ + "/entries", nullptr, anna), "WNT7?88"));
  EXPECT_TRUE(has(send(Method::kGet, "/api/v1/cases/" + case_id_, nullptr, anna), "CSA1111"));
  EXPECT_TRUE(has(send(Method::kGet, "/api/v1/cases/" + case_id_, nullptr, session_of("a supervisor")),
                  "a dent like a moon"));
  EXPECT_FALSE(has(send(Method::kGet, "/api/v1/cases/" + case_id_, nullptr, session_of("another officer")),
                   "CSA1111"));
  EXPECT_TRUE(has(send(Method::kGet, "/api/v1/cases", nullptr, session_of("a dispatcher")),
                  "The-matter-of-the-moon"));
  EXPECT_TRUE(has(send(Method::kGet, "/api/v1/search/saved", nullptr, anna), "color:white body:van"));
  EXPECT_TRUE(has(send(Method::kGet, "/api/v1/me/push", nullptr, anna), "annas-endpoint"));
  EXPECT_TRUE(has(send(Method::kGet, "/api/v1/search/history", nullptr, anna), "SRCHD99"));
  EXPECT_TRUE(
      has(send(Method::kGet, "/api/v1/ledger/entries", nullptr, session_of("an auditor")), "SRCHD99"));
}

}  // namespace
}  // namespace glasshouse::api
