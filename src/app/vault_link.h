// Where the keys of the days are: in a folder of this machine, or with an agent on another, called by mutual
// TLS.
#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "crypto/crypto.h"
#include "gate/gate.h"
#include "ledger/ledger.h"
#include "vault/vault.h"

namespace glasshouse::app {

inline constexpr const char* kVaultPath = "/vault";  // of every request to an agent
inline constexpr std::size_t kMostVaultKeyChars = 64;

// A key and the certificate that it signs for itself, as both ends of the line need them.
struct LinkIdentity {
  std::string public_key, certificate_pem, key_pem;
};
// The key's file is made when it is not there.
base::Result<LinkIdentity> link_identity(const std::string& key_path, base::Time now);
base::Result<std::string> link_key_from_hex(const std::string& text);  // 32 bytes

struct VaultPlace {
  std::string where;      // "https://HOST:PORT": an agent; else a folder
  std::string agent_key;  // 64 hexadecimal digits, of an agent
  std::string data;       // the installation's folder: DATA/vault-client.key, DATA/vault-agent.day-keys
  bool has_witnesses = false;
};
bool is_agent(const VaultPlace& place);
// ledger, gate and clock outlive the vault.
base::Result<std::unique_ptr<vault::Vault>> open_vault(const VaultPlace& place, ledger::Ledger& ledger,
                                                       gate::Gate& gate, const base::Clock& clock);

}  // namespace glasshouse::app
