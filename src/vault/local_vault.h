// The vault of a folder, for this module only: the server's own, or the one that an agent (agent.h) answers
// for.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "crypto/crypto.h"
#include "vault/vault.h"

namespace glasshouse::vault {

class LocalVault final : public Vault {
 public:
  LocalVault(VaultOptions options, crypto::SigningKey agency)
      : options_(std::move(options)), agency_(std::move(agency)) {}
  static base::Result<std::unique_ptr<LocalVault>> open_folder(VaultOptions options);
  base::Result<void> load();

  base::Result<std::vector<base::Day>> prepare(base::Day first, const BeforeUse& tell) override;
  // prepare in two steps, for who is told over a wire: a key that is missing is made and shown, and used only
  // when it is kept. A draft is forgotten with this object.
  std::map<base::Day, std::string> draft(base::Day first);
  base::Result<void> keep(base::Day day, const std::string& recipient);  // kBadName: no such draft
  std::string public_keys(base::Day first) const override;
  std::string agency_key() const override { return agency_.public_key(); }
  base::Result<std::string> release(const gate::Permit& permit, const SealedRead& read,
                                    const std::string& recipient) const override;
  // What release does once somebody has decided that it may be.
  base::Result<std::string> open_for(const SealedRead& read, const std::string& recipient) const;
  base::Result<void> check_sealed(std::string_view file, base::Day day) const override;
  base::Result<std::string> make_hold_key(const std::string& name) override;
  base::Result<std::string> rehead_for_hold(const SealedRead& read, const std::string& name) const override;
  base::Result<void> shred_hold(const std::string& name) override;
  std::vector<std::string> living_holds() const override;
  base::Result<std::size_t> shred_before(base::Day first_kept) override;
  base::Day shredded_before() const override;
  std::size_t living() const override;
  std::vector<base::Day> living_before(base::Day day) const override;
  base::Result<std::string> recipient_of(const std::string& name) const override;
  base::Result<crypto::AgeFileKey> part_key(const std::string& name, std::string_view header) const override;

 private:
  // All of these under the mutex.
  base::Result<void> load_days();
  base::Result<void> load_holds();
  base::Result<void> keep_draft(base::Day day);
  base::Result<crypto::AgeFileKey> file_key(const SealedRead& read) const;
  base::Result<std::string> under_header_for(const SealedRead& read, const std::string& recipient) const;
  base::Result<const crypto::AgeIdentity*> named(const std::string& name, bool may_make) const;
  std::string path_of(base::Day day) const;
  std::string path_of_hold(const std::string& name) const;

  VaultOptions options_;
  crypto::SigningKey agency_;
  mutable std::mutex mutex_;
  std::map<base::Day, crypto::AgeIdentity> days_, drafts_;
  std::map<std::string, crypto::AgeIdentity, std::less<>> holds_;
  std::set<std::string, std::less<>> ended_holds_;
  mutable std::optional<crypto::AgeIdentity> backup_;
  base::Day shredded_before_{};
};

// kOutsidePermit unless the permit is for this read's picture.
base::Result<void> check_permit(const gate::Permit& permit, const SealedRead& read, base::Time now);

}  // namespace glasshouse::vault
