// Inside delivery: the channels, their secrets, and the server's own key for browsers, as rows.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/sealed_text.h"
#include "delivery/delivery.h"

namespace glasshouse::delivery {

tl::unexpected<base::Error> no_such_channel();

// Thread-safe.
class ChannelBook {
 public:
  ChannelBook(db::Database& db, const base::Clock& clock, crypto::TextSealer sealer,
              std::vector<std::string> push_services)
      : db_(db), clock_(clock), sealer_(std::move(sealer)), push_services_(std::move(push_services)) {}

  base::Result<void> load();
  base::Result<void> seal_open_secrets();

  std::vector<Channel> all() const;
  base::Result<Channel> channel(std::string_view id) const;
  base::Result<void> check(const Channel& draft) const;
  base::Result<Outbox::Made> create(Channel draft, const std::string& password);
  base::Result<Channel> change(const Channel& draft, const std::string& password);
  base::Result<void> remove(std::string_view id);
  base::Result<void> remove_browsers_of(std::string_view owner);
  // Nothing is sent to it any more, and nothing is left that could be sent with.
  base::Result<void> end_browser(std::string_view id);
  base::Result<void> drop_ended(base::Time until);

  base::Result<std::string> secret_of(std::string_view id) const;
  base::Result<std::string> push_key();           // 65 bytes, base64url
  base::Result<std::string> push_secret() const;  // 32 bytes

 private:
  base::Result<std::string> seal(std::string_view secret) const;
  base::Result<std::string> open(const std::string& sealed) const;
  base::Result<void> remove_where(const std::string& where, const db::Params& params, bool must_exist);

  db::Database& db_;
  const base::Clock& clock_;
  const crypto::TextSealer sealer_;
  const std::vector<std::string> push_services_;
  mutable std::mutex mutex_;  // of channels_
  std::vector<Channel> channels_;
  std::mutex key_mutex_;  // the key is made once
};

}  // namespace glasshouse::delivery
