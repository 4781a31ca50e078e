#include "app/serve.h"

#include <sys/resource.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "accounts/sealing_secret.h"
#include "api/alarms.h"
#include "api/live.h"
#include "api/pack_shelf.h"
#include "api/places.h"
#include "api/route.h"
#include "api/session.h"
#include "api/sharing_render.h"
#include "api/try_picture.h"
#include "app/admin_command.h"
#include "app/backup.h"
#include "app/case_feed.h"
#include "app/delivery_thread.h"
#include "app/demo.h"
#include "app/housekeeping.h"
#include "app/installation.h"
#include "app/list_pulls.h"
#include "app/list_share_thread.h"
#include "app/outside.h"
#include "app/peer_server.h"
#include "app/records_copy.h"
#include "app/retention.h"
#include "app/serve_options.h"
#include "app/sign_on_config.h"
#include "app/stop_signal.h"
#include "app/vault_link.h"
#include "app/witnesses.h"
#include "base/file.h"
#include "base/forward_clock.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "ledger/witness_policy.h"
#include "net/reach.h"
#include "records/outside_book.h"
#include "sharing/reconcile.h"

namespace glasshouse::app {
namespace {

constexpr std::uint64_t kMaxMapBytes = 16 << 20;
constexpr const char* kChannelSecrets = "glasshouse: secrets of channels";  // HKDF's info
// Most of them wait for the disk, and what waits together is synced together.
constexpr unsigned kWorkers = 64;
constexpr const char* kNoMap = R"({"type":"FeatureCollection","features":[]})";

// Everything a server holds, in the order it is opened; closed in the other.
class House {
 public:
  base::Result<void> open(const ServeOptions& options) {
    const auto kind = options.demo_town.empty() ? Installation::Kind::kReal : Installation::Kind::kDemo;
    if (auto opened = keep(Installation::open(options.data, kind, clock_), installation_); !opened)
      return opened;
    if (auto opened = open_stores(options); !opened) return opened;
    if (auto watched = watch(); !watched) return watched;
    fill_services(options);
    if (auto noted =
            gate_->record_event("server.start", {{"version", services_.version, ledger::Release::kAtOnce}});
        !noted) {
      return tl::unexpected(noted.error());
    }
    if (kind == Installation::Kind::kDemo) {
      if (auto made = demo(options.demo_town); !made) return made;
    }
    api::watch_promises(services_);
    if (auto asked = ask_witnesses(); !asked) return asked;
    load_map(options.map);
    // While the vault's agent is away reads come in all the same; the hourly round does what is left undone
    // here.
    if (auto kept = keep_days(); !kept && !kept.error().is(vault::Errc::kAway)) return kept;
    return listen(options);
  }

  void greet() {
    std::cout << "Glasshouse " << services_.version << " runs: " << services_.public_url << std::endl;
    if (installation_->kind() == Installation::Kind::kDemo || accounts_->has_administrator()) return;
    const auto token = accounts_->issue_first_link();
    if (!token) {
      base::log(base::Level::kError, "serve", token.error().message());
      return;
    }
    std::cout << "\nNobody administers this installation yet. This link makes the first administrator;\n"
                 "it works once, for 24 hours, and a new one is printed at every start until then:\n\n  "
              << api::sign_in_link(services_, *token) << "\n"
              << std::endl;
  }

  void close() {
    outside_.reset();
    live_->close_all();
    server_->stop();
    if (peer_server_) peer_server_->stop();
    if (camera_server_) camera_server_->stop();
    delivery_.reset();
    case_feed_.reset();
    list_pulls_.reset();
    housekeeping_.reset();
    auto noted =
        gate_->record_event("server.stop", {{"version", services_.version, ledger::Release::kAtOnce}});
    if (!noted) base::log(base::Level::kError, "serve", noted.error().message());
  }

 private:
  base::Result<void> keep_days() {
    auto dropped = drop_old_days({*reads_, *gate_, *ledger_, *db_, *vault_}, records_->settings());
    if (!dropped) return tl::unexpected(dropped.error());
    if (auto prepared = prepare_day_keys(*vault_, *gate_); !prepared) return prepared;
    return write_sealing_keys(*vault_, installation_->dir());
  }

  // Before this start's own entry is written.
  base::Result<void> watch() {
    base::Time log_time{};
    if (ledger_->size() > 0) {
      const auto newest = ledger_->entry(ledger::Reader::kPublic, ledger_->size() - 1);
      if (!newest) return tl::unexpected(newest.error());
      log_time = newest->time;
    }
    alarms_ =
        std::make_unique<api::Alarms>(api::AlarmSources{.data_dir = installation_->dir(),
                                                        .clock = &clock_,
                                                        .clock_behind = [this] { return clock_.behind(); },
                                                        .log_time = log_time,
                                                        .reads = reads_.get()});
    services_.alarms = alarms_.get();
    return {};
  }

  template <class T>
  static base::Result<void> keep(base::Result<std::unique_ptr<T>> opened, std::unique_ptr<T>& into) {
    if (!opened) return tl::unexpected(opened.error());
    into = std::move(*opened);
    return {};
  }

  base::Result<void> open_stores(const ServeOptions& options) {
    const std::string url = options.database.empty() ? installation_->database_url() : options.database;
    if (auto opened = keep(db::Database::open(url), db_); !opened) return opened;
    if (auto migrated = migrate_records(*db_); !migrated) return migrated;
    auto witnesses = read_witnesses(options);
    if (!witnesses) return tl::unexpected(witnesses.error());
    policy_ = std::move(*witnesses);
    if (auto opened = keep(ledger::Ledger::open({.dir = installation_->path("ledger"),
                                                 .origin = installation_->ledger_origin(),
                                                 .key_path = installation_->path("ledger.key"),
                                                 .has_witnesses = !policy_.witnesses.empty(),
                                                 .clock = &clock_}),
                           ledger_);
        !opened) {
      return opened;
    }
    if (auto opened = keep(records::Records::open(*db_, clock_), records_); !opened) return opened;
    if (auto opened = keep(records::OutsideBook::open(*db_, clock_), outside_book_); !opened) return opened;
    gate_ = std::make_unique<gate::Gate>(gate::GateOptions{
        .ledger = ledger_.get(), .clock = &clock_, .retained_days = records_->settings().retained_days});
    if (auto opened =
            keep(sharing::Book::open(
                     {.db = db_.get(), .clock = &clock_, .key_path = installation_->path("sharing.key")}),
                 sharing_);
        !opened) {
      return opened;
    }
    // Before anybody is answered: what was recorded last may not have been done.
    if (auto agreed = sharing::reconcile(*sharing_, *ledger_, *gate_); !agreed)
      return tl::unexpected(agreed.error());
    gate_->set_grants(sharing_.get());
    peers_ = std::make_unique<api::Peers>(sharing_->key(), clock_.now());
    if (auto opened = open_packs(options); !opened) return opened;
    if (auto opened =
            keep(reads::Store::open({.dir = installation_->path("reads"), .clock = &clock_}), reads_);
        !opened) {
      return opened;
    }
    const VaultPlace place{options.vault.empty() ? installation_->path("vault") : options.vault,
                           options.vault_key, installation_->dir(), !policy_.witnesses.empty()};
    if (auto opened = keep(open_vault(place, *ledger_, *gate_, clock_), vault_); !opened) return opened;
    if (auto opened = keep(hotlist::Hotlists::open(*db_, clock_), hotlists_); !opened) return opened;
    if (auto opened = keep(alerts::Alerts::open(*db_, clock_), alerts_); !opened) return opened;
    const auto sealing_secret = accounts::sealing_secret_in(installation_->path("accounts.key"));
    if (!sealing_secret) return tl::unexpected(sealing_secret.error());
    if (auto opened = open_outbox(options, *sealing_secret); !opened) return opened;
    return keep(accounts::Accounts::open(*db_, clock_, *sealing_secret), accounts_);
  }

  base::Result<void> open_outbox(const ServeOptions& options, const std::string& sealing_secret) {
    auto inner = net::parse_reach(options.reach);
    if (!inner) return tl::unexpected(inner.error());
    reach_.inner = std::move(*inner);
    reach_.ca_file = options.trust_ca;
    client_ = net::client_with(reach_);
    return keep(
        open_outbox_for(services_, options,
                        {.db = db_.get(),
                         .clock = &clock_,
                         .client = client_.get(),
                         .reach = reach_,
                         .sealing_secret = crypto::hkdf_sha256(sealing_secret, "", kChannelSecrets, 32),
                         .sender = installation_->ledger_origin()}),
        outbox_);
  }

  // Empty: nobody co-signs this log.
  base::Result<ledger::WitnessPolicy> read_witnesses(const ServeOptions& options) const {
    const std::string path =
        options.witnesses.empty() ? installation_->path("witness-policy") : options.witnesses;
    if (options.witnesses.empty() && !base::posix_files().exists(path)) return ledger::WitnessPolicy{};
    auto text = base::posix_files().read(path, ledger::kMaxPolicyBytes);
    if (!text) return tl::unexpected(text.error());
    return ledger::parse_witness_policy(*text);
  }

  // Whose signatures the log needs is itself in the log, and stands beside it for whoever copies the folder.
  base::Result<void> ask_witnesses() {
    if (auto published = publish_policy(*ledger_, *gate_, installation_->path("ledger"), policy_); !published)
      return published;
    if (policy_.witnesses.empty()) return {};
    cosigning_ = start_cosigning(*ledger_, policy_);
    services_.cosigning = cosigning_.get();
    return {};
  }

  base::Result<void> open_packs(const ServeOptions& options) {
    if (auto opened = keep(api::PackShelf::open({.db = db_.get(),
                                                 .clock = &clock_,
                                                 .dir = options.packs,
                                                 .more_keys_path = installation_->path("pack-keys"),
                                                 .key_path = installation_->path("packs.key"),
                                                 .key_name = installation_->ledger_origin() + "/packs"}),
                           packs_);
        !opened) {
      return opened;
    }
    gate_->set_packs(packs_->stack());
    const std::string path = installation_->path("places.geojson");
    if (!base::posix_files().exists(path)) return {};
    const auto text = base::posix_files().read(path, api::kMaxPlacesBytes);
    if (!text) return tl::unexpected(text.error());
    auto places = api::SensitivePlaces::parse(*text);
    if (!places) return tl::unexpected(places.error());
    places_ = std::move(*places);
    return {};
  }

  void fill_services(const ServeOptions& options) {
    live_ = std::make_unique<api::LiveHub>(clock_);
    services_.clock = &clock_;
    services_.db = db_.get();
    services_.ledger = ledger_.get();
    services_.gate = gate_.get();
    services_.vault = vault_.get();
    services_.reads = reads_.get();
    services_.records = records_.get();
    services_.hotlists = hotlists_.get();
    services_.alerts = alerts_.get();
    services_.outbox = outbox_.get();
    services_.accounts = accounts_.get();
    services_.live = live_.get();
    try_pictures_ = std::make_unique<api::TryPictures>();
    services_.try_pictures = try_pictures_.get();
    services_.packs = packs_.get();
    services_.sharing = sharing_.get();
    services_.peers = peers_.get();
    services_.places = &places_;
    services_.outside = outside_book_.get();
    services_.version = GLASSHOUSE_VERSION;
    services_.agency_id = records_->settings().agency_id;
    services_.public_url = options.public_url;
    const bool tls = !options.tls_certificate.empty();
    if (services_.public_url.empty()) {
      // A name where there is one: browsers make no passkeys for numbers.
      const std::string host =
          options.address == "0.0.0.0" || options.address == "::" || options.address == "127.0.0.1"
              ? "localhost"
              : options.address;
      services_.public_url = std::string(tls ? "https://" : "http://") +
                             (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" +
                             std::to_string(options.port);
    }
    while (services_.public_url.ends_with('/')) services_.public_url.pop_back();
    alerts_->on_change([this](const alerts::Summary& alert) {
      const auto camera = records_->camera(alert.camera_id);
      const auto audience = hotlists_->audience_of(alert.hotlist_id);
      live_->publish_alert(alert, camera ? camera->name : std::string(), audience);
      if (!audience.empty()) return;  // a receiver outside is nobody of the audience
      if (auto told = outbox_->enqueue(notice_of(alert, *records_)); !told)
        base::log(base::Level::kError, "delivery", told.error().what());
    });
  }

  base::Result<void> demo(const std::string& town) {
    base::FileSystem& files = base::posix_files();
    const bool made = files.exists(installation_->path("demo-made"));
    if (!made && !installation_->is_new()) {
      return base::failure(
          InstallationErrc::kDamaged, "The demo in " + installation_->dir() + " was made by half.",
          "The program ended while it was being made.", "Delete that folder and start again.");
    }
    if (!made) {
      if (auto done = make_demo(services_, town, installation_->dir()); !done) return done;
    }
    return give_demo_links(services_, town, installation_->dir());
  }

  void load_map(const std::string& given) {
    services_.map_geojson = kNoMap;
    const std::string path = given.empty() ? installation_->path("map.geojson") : given;
    if (given.empty() && !base::posix_files().exists(path)) return;
    auto text = base::posix_files().read(path, kMaxMapBytes);
    if (text) {
      services_.map_geojson = std::move(*text);
    } else {
      base::log(base::Level::kWarn, "serve", "the map is left empty: " + text.error().message());
    }
  }

  base::Result<void> listen(const ServeOptions& options) {
    net::ServerOptions server;
    server.address = options.address;
    server.port = options.port;
    server.workers = kWorkers;
    server.body_limit = api::body_limits();
    server.tls_certificate_path = options.tls_certificate;
    server.tls_key_path = options.tls_key;
    const net::Handler handler = api::make_handler(services_, options.web_dir);
    if (auto opened = keep(sign_on_from(options.sign_on, installation_->path("sign-on.toml"),
                                        services_.public_url, options.trust_ca, clock_),
                           sign_on_);
        !opened)
      return opened;
    services_.sign_on = sign_on_.get();
    if (auto started = listen_for_cameras(options.cameras, handler); !started) return started;
    if (auto started = keep(net::Server::start(std::move(server), handler), server_); !started)
      return started;
    if (!options.peers.empty()) {
      if (auto started = keep(start_peer_server(options.peers, *sharing_, *peers_, handler), peer_server_);
          !started)
        return started;
    }
    if (options.port == 0 && options.public_url.empty()) {
      services_.public_url.resize(services_.public_url.rfind(':') + 1);
      services_.public_url += std::to_string(server_->port());
    }
    if (auto written =
            base::posix_files().write_atomic(installation_->path("url"), services_.public_url + "\n");
        !written) {
      base::log(base::Level::kWarn, "serve", written.error().message());
    }
    const std::string map = installation_->path("outside.toml"), feed = installation_->path("case-feed.toml");
    outside_book_->set_files({map, feed, base::posix_files().exists(map)});
    const std::string drop = options.drop.empty() ? installation_->path("drop") : options.drop;
    list_pulls_ = std::make_unique<ListPullThread>(services_, drop);
    if (auto begun = keep(Outside::start(map, services_, reach_, drop, handler), outside_); !begun)
      return begun;
    case_feed_ = std::make_unique<CaseFeedThread>(services_, feed);
    list_shares_ = std::make_unique<ListShareThread>(services_);
    delivery_ = std::make_unique<DeliveryThread>(*outbox_);
    housekeeping_ = std::make_unique<Housekeeping>(services_, installation_->dir());
    return {};
  }

  base::Result<void> listen_for_cameras(const std::string& where, const net::Handler& handler) {
    if (where.empty()) return {};
    if (auto opened = keep(open_device_desk(installation_->path("devices.key"),
                                            installation_->ledger_origin(), clock_.now()),
                           device_desk_);
        !opened)
      return opened;
    services_.devices = device_desk_.get();
    if (auto started = keep(start_camera_server(where, *device_desk_, handler), camera_server_); !started)
      return started;
    device_desk_->set_port(camera_server_->port());
    // For whoever wants to check a camera's certificate with a program of others.
    return base::posix_files().write_atomic(installation_->path("devices.pem"),
                                            device_desk_->authority_pem());
  }

  base::ForwardClock clock_;
  std::unique_ptr<Installation> installation_;
  std::unique_ptr<db::Database> db_;
  ledger::WitnessPolicy policy_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<records::Records> records_;
  std::unique_ptr<records::OutsideBook> outside_book_;
  std::unique_ptr<gate::Gate> gate_;
  std::unique_ptr<sharing::Book> sharing_;
  std::unique_ptr<api::Peers> peers_;
  std::unique_ptr<api::PackShelf> packs_;
  api::SensitivePlaces places_;
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<reads::Store> reads_;
  std::unique_ptr<hotlist::Hotlists> hotlists_;
  std::unique_ptr<alerts::Alerts> alerts_;
  net::Reach reach_;
  std::unique_ptr<net::Client> client_;
  std::unique_ptr<delivery::Outbox> outbox_;
  std::unique_ptr<accounts::Accounts> accounts_;
  std::unique_ptr<api::LiveHub> live_;
  std::unique_ptr<api::TryPictures> try_pictures_;
  std::unique_ptr<api::Alarms> alarms_;
  api::Services services_;
  std::unique_ptr<ledger::Cosigning> cosigning_;
  std::unique_ptr<Outside> outside_;
  std::unique_ptr<ListPullThread> list_pulls_;
  std::unique_ptr<ListShareThread> list_shares_;
  std::unique_ptr<CaseFeedThread> case_feed_;
  std::unique_ptr<DeliveryThread> delivery_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::unique_ptr<api::SignOn> sign_on_;
  std::unique_ptr<api::DeviceDesk> device_desk_;
  std::unique_ptr<net::Server> peer_server_, camera_server_;
  std::unique_ptr<net::Server> server_;  // last: it ends first, and no request outlives what it uses
};

}  // namespace

int run_serve(const std::vector<std::string>& args) {
  if (std::find(args.begin(), args.end(), "--help") != args.end()) {
    std::cout << serve_usage();
    return 0;
  }
  const auto options = parse_serve_options(args);
  if (!options) {
    std::cerr << "glasshouse: " << options.error().message() << "\n";
    return 2;
  }
  // A crash leaves no core dump: the keys of the days that are kept are in this memory.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  // Shells give 1,024 files; a connection is one.
  if (rlimit files{}; ::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  std::atomic<bool>& stop = stop_signal();
  House house;
  if (auto opened = house.open(*options); !opened) {
    std::cerr << "glasshouse: " << opened.error().message() << "\n";
    return 1;
  }
  house.greet();
  while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  base::log(base::Level::kInfo, "serve", "stopping");
  house.close();
  return 0;
}

}  // namespace glasshouse::app
