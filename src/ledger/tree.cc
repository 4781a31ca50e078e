#include "ledger/tree.h"

#include <array>
#include <bit>
#include <cstring>
#include <string>

#include "ledger/ledger.h"

namespace glasshouse::ledger {
namespace {

using crypto::Hash;

// The largest power of two below n (n at least 2).
std::uint64_t split_of(std::uint64_t n) {
  return std::bit_floor(n - 1);
}

base::Result<Hash> range_root(std::uint64_t from, std::uint64_t to, const HashReader& read) {
  const std::uint64_t n = to - from;
  if (std::has_single_bit(n)) {
    const auto level = static_cast<unsigned>(std::countr_zero(n));
    return read(level, from >> level);
  }
  const std::uint64_t k = split_of(n);
  auto left = range_root(from, from + k, read);
  if (!left) return left;
  auto right = range_root(from + k, to, read);
  if (!right) return right;
  return node_hash(*left, *right);
}

base::Result<void> add_range(Proof& proof, std::uint64_t from, std::uint64_t to, const HashReader& read) {
  auto hash = range_root(from, to, read);
  if (!hash) return tl::unexpected(hash.error());
  proof.push_back(*hash);
  return {};
}

base::Result<void> path_to(Proof& proof, std::uint64_t from, std::uint64_t to, std::uint64_t index,
                           const HashReader& read) {
  if (to - from == 1) return {};
  const std::uint64_t middle = from + split_of(to - from);
  const bool left = index < middle;
  auto deeper = left ? path_to(proof, from, middle, index, read) : path_to(proof, middle, to, index, read);
  if (!deeper) return deeper;
  return left ? add_range(proof, middle, to, read) : add_range(proof, from, middle, read);
}

// The recursion of RFC 6962 2.1.2; `whole`: the old tree is this very subtree, whose hash the checker has.
base::Result<void> old_in_new(Proof& proof, std::uint64_t old, std::uint64_t from, std::uint64_t to,
                              bool whole, const HashReader& read) {
  if (old == to - from) return whole ? base::Result<void>{} : add_range(proof, from, to, read);
  const std::uint64_t k = split_of(to - from);
  if (old <= k) {
    if (auto deeper = old_in_new(proof, old, from, from + k, whole, read); !deeper) return deeper;
    return add_range(proof, from + k, to, read);
  }
  if (auto deeper = old_in_new(proof, old - k, from + k, to, false, read); !deeper) return deeper;
  return add_range(proof, from, from + k, read);
}

tl::unexpected<base::Error> no_such_proof(std::string why) {
  return base::failure(Errc::kNotFound, "There is no such proof", std::move(why));
}

}  // namespace

Hash leaf_hash(std::string_view entry) {
  std::string preimage(1, '\0');
  preimage.append(entry);
  return crypto::sha256(preimage);
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<char, 65> preimage;
  preimage[0] = 1;
  std::memcpy(preimage.data() + 1, left.data(), left.size());
  std::memcpy(preimage.data() + 33, right.data(), right.size());
  return crypto::sha256({preimage.data(), preimage.size()});
}

Hash empty_root() {
  return crypto::sha256("");
}

base::Result<Hash> root_of(std::uint64_t size, const HashReader& read) {
  if (size == 0) return empty_root();
  return range_root(0, size, read);
}

base::Result<Proof> prove_inclusion(std::uint64_t size, std::uint64_t index, const HashReader& read) {
  if (index >= size)
    return no_such_proof("entry " + std::to_string(index) + " is not in a tree of " + std::to_string(size));
  Proof proof;
  if (auto made = path_to(proof, 0, size, index, read); !made) return tl::unexpected(made.error());
  return proof;
}

base::Result<Proof> prove_consistency(std::uint64_t old_size, std::uint64_t size, const HashReader& read) {
  if (old_size > size) return no_such_proof("the old tree is larger than the new one");
  Proof proof;
  if (old_size == 0 || old_size == size) return proof;
  if (auto made = old_in_new(proof, old_size, 0, size, true, read); !made)
    return tl::unexpected(made.error());
  return proof;
}

// RFC 9162, 2.1.3.2.
bool verify_inclusion(const Hash& root, std::uint64_t size, std::uint64_t index, const Hash& leaf,
                      const Proof& proof) {
  if (index >= size) return false;
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && hash == root;
}

// RFC 9162, 2.1.4.2.
bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size, const Hash& root,
                        const Proof& proof) {
  if (old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (old_size == 0) return proof.empty() && old_root == empty_root();
  std::uint64_t node = old_size - 1;
  std::uint64_t last = size - 1;
  while ((node & 1U) != 0) {
    node >>= 1U;
    last >>= 1U;
  }
  auto next = proof.begin();
  // A complete old tree is itself the first hash; its hash is known and left out of the proof.
  if (!std::has_single_bit(old_size) && next == proof.end()) return false;
  const Hash start = std::has_single_bit(old_size) ? old_root : *next++;
  Hash from_old = start;
  Hash from_new = start;
  for (; next != proof.end(); ++next) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      from_old = node_hash(*next, from_old);
      from_new = node_hash(*next, from_new);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      from_new = node_hash(from_new, *next);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && from_old == old_root && from_new == root;
}

}  // namespace glasshouse::ledger
