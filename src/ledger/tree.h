// The Merkle tree of RFC 6962 over anything that can give the hash of a complete subtree, and the checking of
// proofs without a tree. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/crypto.h"

namespace glasshouse::ledger {

crypto::Hash leaf_hash(std::string_view entry);                               // SHA-256(0x00 entry)
crypto::Hash node_hash(const crypto::Hash& left, const crypto::Hash& right);  // SHA-256(0x01 left right)
crypto::Hash empty_root();                                                    // SHA-256("")

// The hash over leaves [index·2^level, (index+1)·2^level), all of which exist.
using HashReader = std::function<base::Result<crypto::Hash>(unsigned level, std::uint64_t index)>;

using Proof = std::vector<crypto::Hash>;
inline constexpr std::size_t kMaxProofHashes = 63;  // no tree that fits a disk needs more

base::Result<crypto::Hash> root_of(std::uint64_t size, const HashReader& read);
base::Result<Proof> prove_inclusion(std::uint64_t size, std::uint64_t index, const HashReader& read);
base::Result<Proof> prove_consistency(std::uint64_t old_size, std::uint64_t size, const HashReader& read);

bool verify_inclusion(const crypto::Hash& root, std::uint64_t size, std::uint64_t index,
                      const crypto::Hash& leaf, const Proof& proof);
bool verify_consistency(std::uint64_t old_size, const crypto::Hash& old_root, std::uint64_t size,
                        const crypto::Hash& root, const Proof& proof);

}  // namespace glasshouse::ledger
