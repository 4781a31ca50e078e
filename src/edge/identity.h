// Who a camera is to its server: a key that was made here, and a certificate for it that is good for a day.
// docs/formats/device-certificate.md.
//
// DIR/camera.key        the Ed25519 seed, made here and sent nowhere; the same key signs the pictures
// (sealer.h) DIR/certificate.pem   the last certificate DIR/server            where the camera calls, the key
// that the server has there, and which camera this is
#pragma once

#include <memory>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "net/http.h"

namespace glasshouse::edge {

inline constexpr base::Millis kBetweenRenewals{10 * 60 *
                                               1000};  // between tries that the server did not ask for

struct ClaimOptions {
  std::string url;   // the console's address; http only on this machine
  std::string code;  // as the console shows it
  std::string dir;
  bool new_key = false;  // instead of the one that is in dir
};

// For one thread.
class Identity {
 public:
  // Makes the key when there is none, and claims the camera of the code with it. kRefused with the server's
  // own words.
  static base::Result<std::unique_ptr<Identity>> claim(const ClaimOptions& options, net::Client& client,
                                                       base::FileSystem& files = base::posix_files());
  static base::Result<std::unique_ptr<Identity>> open(std::string dir,
                                                      base::FileSystem& files = base::posix_files());
  ~Identity();
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  const std::string& server() const { return server_; }  // "https://host:port"
  const std::string& camera_id() const { return camera_id_; }
  base::Time until() const { return until_; }
  void sign(net::ClientRequest& request) const;  // adds certificate, key and pin

  // Two thirds of the certificate's life are over, or this machine's clock was before it was made.
  bool is_due(base::Time now) const;
  base::Result<void> renew(net::Client& client);  // kRefused as above

 private:
  Identity(std::string dir, base::FileSystem& files, crypto::SigningKey key);
  base::Result<void> take_answer(const std::string& host, const std::string& body);
  base::Result<void> take_certificate(std::string pem);
  base::Result<void> load();
  base::Result<void> save() const;

  std::string dir_;
  base::FileSystem& files_;
  crypto::SigningKey key_;
  std::string key_pem_, certificate_pem_, server_, pin_, camera_id_;
  base::Time from_{}, until_{};
};

// What a problem+json says to people: kRefused, or `otherwise` for what is none. code, when given, receives
// the last part of its type.
base::Error refusal_in(const net::ClientResponse& answer, const std::string& otherwise,
                       std::string* code = nullptr);

}  // namespace glasshouse::edge
