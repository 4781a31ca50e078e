#include "ledger/tree.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "ledger/note.h"

namespace glasshouse::ledger {
namespace {

using crypto::Hash;

// The definition of RFC 6962 word by word, as slow as it is: the code under test must agree with it.
Hash defined_root(const std::vector<Hash>& leaves, std::size_t from, std::size_t to) {
  if (from == to) return empty_root();
  if (to - from == 1) return leaves[from];
  std::size_t k = 1;
  while (k * 2 < to - from) k *= 2;
  return node_hash(defined_root(leaves, from, from + k), defined_root(leaves, from + k, to));
}

std::vector<Hash> some_leaves(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash("entry " + std::to_string(i)));
  return leaves;
}

HashReader reader_of(const std::vector<Hash>& leaves) {
  return [&leaves](unsigned level, std::uint64_t index) -> base::Result<Hash> {
    return defined_root(leaves, index << level, (index + 1) << level);
  };
}

TEST(Tree, KnownHashes) {
  EXPECT_EQ(crypto::base64(bytes_of(empty_root())), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  // RFC 6962's first test leaf: the empty one.
  EXPECT_EQ(crypto::hex(bytes_of(leaf_hash(""))),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(Tree, EveryProofUpTo100LeavesHoldsAndNoChangedOneDoes) {
  const std::vector<Hash> leaves = some_leaves(100);
  const HashReader read = reader_of(leaves);
  std::mt19937 random(1);
  for (std::uint64_t size = 0; size <= leaves.size(); ++size) {
    const Hash root = defined_root(leaves, 0, size);
    ASSERT_EQ(root_of(size, read).value(), root);
    for (std::uint64_t i = 0; i < size; ++i) {
      Proof proof = prove_inclusion(size, i, read).value();
      ASSERT_TRUE(verify_inclusion(root, size, i, leaves[i], proof));
      ASSERT_FALSE(verify_inclusion(root, size, i, leaves[(i + 1) % 100], proof));
      ASSERT_FALSE(verify_inclusion(root, size, size, leaves[i], proof));
      Proof longer = proof;
      longer.push_back(root);
      ASSERT_FALSE(verify_inclusion(root, size, i, leaves[i], longer));
      if (proof.empty()) continue;
      proof[random() % proof.size()][random() % 32] ^= 1U << (random() % 8);
      ASSERT_FALSE(verify_inclusion(root, size, i, leaves[i], proof));
      proof.pop_back();
      ASSERT_FALSE(verify_inclusion(root, size, i, leaves[i], proof));
    }
    for (std::uint64_t old = 0; old <= size; ++old) {
      const Hash old_root = defined_root(leaves, 0, old);
      Proof proof = prove_consistency(old, size, read).value();
      ASSERT_TRUE(verify_consistency(old, old_root, size, root, proof)) << old << " " << size;
      if (old > 0) {
        Hash other = old_root;
        other[0] ^= 1U;
        ASSERT_FALSE(verify_consistency(old, other, size, root, proof));
      }
      if (proof.empty()) continue;
      proof[random() % proof.size()][random() % 32] ^= 1U << (random() % 8);
      ASSERT_FALSE(verify_consistency(old, old_root, size, root, proof));
      proof.pop_back();
      ASSERT_FALSE(verify_consistency(old, old_root, size, root, proof));
    }
  }
}

TEST(Tree, RefusesProofsThatCannotBe) {
  const std::vector<Hash> leaves = some_leaves(4);
  EXPECT_FALSE(prove_inclusion(4, 4, reader_of(leaves)));
  EXPECT_FALSE(prove_inclusion(0, 0, reader_of(leaves)));
  EXPECT_FALSE(prove_consistency(5, 4, reader_of(leaves)));
  EXPECT_FALSE(verify_consistency(5, {}, 4, {}, {}));
}

}  // namespace
}  // namespace glasshouse::ledger
