#include "edge/identity.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/id.h"
#include "crypto/certificate.h"
#include "crypto/device_certificate.h"
#include "edge/sealer.h"
#include "edge/spool.h"

namespace glasshouse::edge {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMostIdentityFile = 8192;
constexpr std::string_view kIdentityStart = "glasshouse-identity 1\n";
constexpr int kMade = 201, kRenewedStatus = 200;

tl::unexpected<base::Error> identity_damaged(const std::string& name) {
  return base::failure(SealErrc::kDamaged, "The camera's file " + name + " cannot be understood",
                       "It was changed or cut off, or it was never claimed",
                       "Make a claim code on the camera's page and run glasshouse claim");
}

bool is_on_this_machine(std::string_view host) {
  const bool number = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "[::1]" || (number && host.starts_with("127."));
}

// The host of "https://host:port/…", with its brackets; empty: it is no address.
std::string host_of(const std::string& url) {
  const auto start = url.find("://");
  if (start == std::string::npos) return {};
  std::string host = url.substr(start + 3);
  host.resize(std::min(host.find_first_of("/?#"), host.size()));
  const auto colon = host.starts_with('[') ? host.find(':', host.find(']')) : host.find(':');
  host.resize(std::min(colon, host.size()));
  return host;
}

std::string line_after(const std::string& text, std::string_view name) {
  const auto at = text.find("\n" + std::string(name) + " ");
  if (at == std::string::npos) return {};
  const auto start = at + name.size() + 2;
  return text.substr(start, text.find('\n', start) - start);
}

net::ClientRequest posted(std::string url, const Json& body) {
  net::ClientRequest request;
  request.method = net::Method::kPost;
  request.url = std::move(url);
  request.headers.set("Content-Type", "application/json");
  request.body = body.dump();
  request.allow_private_addresses = true;  // the town's own server is often on the same wire
  return request;
}

}  // namespace

base::Error refusal_in(const net::ClientResponse& answer, const std::string& otherwise, std::string* code) {
  const Json body = Json::parse(answer.body, nullptr, false);
  const auto text = [&](const char* name) {
    const auto it = body.is_object() ? body.find(name) : body.end();
    return it != body.end() && it->is_string() ? it->get<std::string>().substr(0, 300) : std::string();
  };
  const std::string type = text("type"), title = text("title");
  if (code != nullptr) *code = type.substr(type.rfind('/') + 1);
  if (title.empty())
    return base::Error(Errc::kRefused, otherwise, "It answered with status " + std::to_string(answer.status));
  return base::Error(Errc::kRefused, title, text("detail"), text("next"));
}

Identity::Identity(std::string dir, base::FileSystem& files, crypto::SigningKey key)
    : dir_(std::move(dir)), files_(files), key_(std::move(key)), key_pem_(crypto::private_key_pem(key_)) {}

Identity::~Identity() {
  crypto::wipe(key_pem_);
}

base::Result<std::unique_ptr<Identity>> Identity::claim(const ClaimOptions& options, net::Client& client,
                                                        base::FileSystem& files) {
  const std::string host = host_of(options.url);
  const bool open_line = options.url.starts_with("http://");
  if (host.empty() || (!open_line && !options.url.starts_with("https://")))
    return base::failure(Errc::kBadServer, "The server's address must begin with https://");
  if (open_line && !is_on_this_machine(host)) {
    return base::failure(Errc::kBadServer,
                         "A camera is not claimed over a line that anybody can read or change",
                         "The code would be seen, and the answer could be somebody else's",
                         "Write https://, or claim on the server's own machine and carry the folder over.");
  }
  if (auto made = files.make_dirs(options.dir); !made) return tl::unexpected(made.error());
  ::chmod(options.dir.c_str(), 0700);
  if (options.new_key) {  // with it, what the old one has counted
    for (const char* name : {"/camera.key", "/chain", "/certificate.pem"})
      if (auto gone = files.remove(options.dir + name); !gone) return tl::unexpected(gone.error());
  }
  auto key = camera_key(files, options.dir + "/camera.key");
  if (!key) return tl::unexpected(key.error());
  std::unique_ptr<Identity> identity(new Identity(options.dir, files, std::move(*key)));
  std::string base = options.url;
  while (base.ends_with('/')) base.pop_back();
  const auto answer = client.send(posted(
      base + "/api/v1/claim",
      {{"code", options.code}, {"request", crypto::certificate_request_pem(identity->key_, "camera")}}));
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status != kMade)
    return tl::unexpected(
        refusal_in(*answer, "Something that is no Glasshouse server answers at this address"));
  if (auto taken = identity->take_answer(host, answer->body); !taken) return tl::unexpected(taken.error());
  return identity;
}

base::Result<std::unique_ptr<Identity>> Identity::open(std::string dir, base::FileSystem& files) {
  if (!files.exists(dir + "/server") || !files.exists(dir + "/camera.key")) {
    return base::failure(Errc::kBadServer, "No camera was claimed in " + dir, {},
                         "Make a claim code on the camera's page and run glasshouse claim.");
  }
  auto key = camera_key(files, dir + "/camera.key");
  if (!key) return tl::unexpected(key.error());
  std::unique_ptr<Identity> identity(new Identity(std::move(dir), files, std::move(*key)));
  if (auto loaded = identity->load(); !loaded) return tl::unexpected(loaded.error());
  return identity;
}

base::Result<void> Identity::load() {
  const auto text = files_.read(dir_ + "/server", kMostIdentityFile);
  if (!text) return tl::unexpected(text.error());
  server_ = line_after(*text, "server");
  pin_ = line_after(*text, "pin");
  camera_id_ = line_after(*text, "camera");
  if (!text->starts_with(kIdentityStart) || !server_.starts_with("https://") ||
      !pin_.starts_with("sha256//") || !base::is_id(camera_id_, "cam"))
    return identity_damaged("server");
  auto pem = files_.read(dir_ + "/certificate.pem", kMostIdentityFile);
  if (!pem) return tl::unexpected(pem.error());
  if (!take_certificate(std::move(*pem))) return identity_damaged("certificate.pem");
  return {};
}

base::Result<void> Identity::save() const {
  // The certificate first: with it an older address still leads to the server.
  if (auto written = files_.write_atomic(dir_ + "/certificate.pem", certificate_pem_); !written)
    return written;
  return files_.write_atomic(dir_ + "/server", std::string(kIdentityStart) + "server " + server_ + "\npin " +
                                                   pin_ + "\ncamera " + camera_id_ + "\n");
}

base::Result<void> Identity::take_certificate(std::string pem) {
  const auto facts = crypto::read_certificate(pem);
  if (!facts) return tl::unexpected(facts.error());
  if (facts->public_key != key_.public_key())
    return base::failure(Errc::kRefused, "The certificate is for another key than this camera's");
  certificate_pem_ = std::move(pem);
  from_ = facts->from;
  until_ = facts->until;
  return {};
}

base::Result<void> Identity::take_answer(const std::string& host, const std::string& body) {
  const Json answer = Json::parse(body, nullptr, false);
  const auto text = [&](const char* name) {
    const auto it = answer.is_object() ? answer.find(name) : answer.end();
    return it != answer.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  const Json port = answer.is_object() ? answer.value("port", Json()) : Json();
  const std::string pin = text("pin"), camera = text("camera_id");
  const bool proper = port.is_number_unsigned() && port.get<std::uint64_t>() - 1 < 65535 &&
                      pin.starts_with("sha256//") && pin.find('\n') == std::string::npos &&
                      base::is_id(camera, "cam");
  if (!proper) return base::failure(Errc::kRefused, "The server's answer cannot be understood");
  if (auto taken = take_certificate(text("certificate")); !taken) return taken;
  server_ = "https://" + host + ":" + std::to_string(port.get<std::uint64_t>());
  pin_ = pin;
  camera_id_ = camera;
  return save();
}

void Identity::sign(net::ClientRequest& request) const {
  request.certificate_pem = certificate_pem_;
  request.key_pem = key_pem_;
  request.pin = pin_;
}

bool Identity::is_due(base::Time now) const {
  return now >= from_ + (until_ - from_) * 2 / 3 || now < from_;
}

base::Result<void> Identity::renew(net::Client& client) {
  net::ClientRequest request = posted(server_ + "/api/v1/ingest/certificate",
                                      {{"request", crypto::certificate_request_pem(key_, "camera")}});
  sign(request);
  const auto answer = client.send(request);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status != kRenewedStatus)
    return tl::unexpected(refusal_in(*answer, "The certificate could not be renewed"));
  return take_answer(host_of(server_), answer->body);
}

}  // namespace glasshouse::edge
