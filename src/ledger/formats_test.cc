// Notes, tiles, proof files and disclosures: what they look like and what is not taken for one.
#include <gtest/gtest.h>

#include <random>

#include "ledger/commitment.h"
#include "ledger/note.h"
#include "ledger/proof_file.h"
#include "ledger/tile.h"
#include "ledger/utf8.h"

namespace glasshouse::ledger {
namespace {

const crypto::SigningKey& key() {
  static const crypto::SigningKey k = crypto::SigningKey::from_seed(std::string(32, '\x07')).value();
  return k;
}
VerifierKey verifier() {
  return verifier_key_for("town.example/pd", key().public_key());
}
std::string checkpoint() {
  return sign_note(format_tree_head({"town.example/pd", 3, leaf_hash("x")}), "town.example/pd", key());
}

TEST(Note, RoundTripsAndReadsItsKey) {
  const VerifierKey k = verifier();
  const std::string line = format_verifier_key(k);
  EXPECT_TRUE(line.starts_with("town.example/pd+"));
  EXPECT_EQ(parse_verifier_key(line)->public_key, k.public_key);
  auto head = open_checkpoint(checkpoint(), k);
  ASSERT_TRUE(head) << head.error().message();
  EXPECT_EQ(head->size, 3U);
  EXPECT_EQ(head->root, leaf_hash("x"));
}

TEST(Note, EveryOneBitOrByteChangeIsRejected) {
  const std::string good = checkpoint();
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1U << bit));
      EXPECT_FALSE(open_checkpoint(bad, verifier())) << i << " " << bit;
    }
    EXPECT_FALSE(open_checkpoint(good.substr(0, i), verifier())) << i;
    std::string doubled = good;
    doubled.insert(i, 1, good[i]);
    EXPECT_FALSE(open_checkpoint(doubled, verifier())) << i;
  }
}

TEST(Note, InsistsOnTheLogsOwnKeyByName) {
  const auto other = crypto::SigningKey::from_seed(std::string(32, '\x09')).value();
  const std::string text = format_tree_head({"town.example/pd", 3, leaf_hash("x")});
  EXPECT_FALSE(open_checkpoint(sign_note(text, "town.example/pd", other), verifier()));
  EXPECT_FALSE(open_checkpoint(sign_note(text, "other.example", key()), verifier()));
  // Somebody else's signature beside the log's is no harm.
  std::string both = checkpoint();
  const std::string theirs = sign_note(text, "witness.example/w1", other);
  both += theirs.substr(theirs.rfind("\n\n") + 2);
  EXPECT_TRUE(open_checkpoint(both, verifier()));
  // The same line twice is.
  std::string twice = checkpoint();
  twice += twice.substr(twice.rfind("\n\n") + 2);
  EXPECT_FALSE(open_checkpoint(twice, verifier()));
}

TEST(Note, RefusesWhatIsNoNote) {
  for (const std::string bad : {"", "\n\n", "a\n", "a\n\n", "a\n\nb\n", "a\n\n\xE2\x80\x94 x\n",
                                "a\n\n\xE2\x80\x94 x \n", "a\n\n\xE2\x80\x94 x AAAA\n",
                                "a\r\n\n\xE2\x80\x94 x AAAAAAAA\n", "\xff\n\n\xE2\x80\x94 x AAAAAAAA\n"}) {
    EXPECT_TRUE(parse_note(bad).error().is(Errc::kBadNote)) << bad;
  }
  EXPECT_TRUE(parse_note("a\n\n\xE2\x80\x94 x AAAAAAAA\n"));
  EXPECT_FALSE(parse_note(std::string(kMaxNoteBytes + 1, 'a')));
  std::string many = "a\n\n";
  for (int i = 0; i < 101; ++i) many += "\xE2\x80\x94 x AAAAAAAA\n";
  EXPECT_FALSE(parse_note(many));
  for (const char* name : {"", "a b", "a+b", "a\nb",
                           "a\xC2\xA0"
                           "b",
                           "a\xE2\x80\xAF"
                           "b",
                           "\xff"})
    EXPECT_FALSE(is_key_name(name)) << name;
  for (const char* digits : {"", "-1", "01", "+1", "1 ", "99999999999999999999", "9223372036854775807"})
    EXPECT_FALSE(parse_size(digits)) << digits;
  EXPECT_EQ(parse_size("4611686018427387904").value(), 1ULL << 62U);
  const std::string root = crypto::base64(bytes_of(leaf_hash("x")));
  for (const std::string& bad : {"o\n1\n" + root, "o\n1\n" + root + "\nmore\n", "\n1\n" + root + "\n",
                                 "o\nx\n" + root + "\n", std::string("o\n1\nAAAA\n")}) {
    EXPECT_FALSE(parse_tree_head(bad)) << bad;
  }
}

TEST(Tile, PathsAreThoseOfTheSpecification) {
  EXPECT_EQ(tile_path({false, 0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({false, 2, 0, 1}), "tile/2/000.p/1");
  EXPECT_EQ(tile_path({true, 0, 273, 112}), "tile/entries/273.p/112");
  for (const TileId id : {TileId{false, 0, 0, 256}, TileId{false, 63, 999, 255}, TileId{true, 0, 1000, 1},
                          TileId{false, 1, 1234567890123ULL, 17}}) {
    EXPECT_EQ(parse_tile_path(tile_path(id)), id) << tile_path(id);
  }
  for (const char* bad : {"",
                          "tile",
                          "tile/",
                          "tile/0",
                          "tile/0/",
                          "tile/0/0",
                          "tile/0/0000",
                          "tile/0/x000/001",
                          "tile/0/x001",
                          "tile/00/000",
                          "tile/64/000",
                          "tile/-1/000",
                          "tile/0/000.p/0",
                          "tile/0/000.p/256",
                          "tile/0/000.p/01",
                          "tile/0/000.p/",
                          "tile/0/000/",
                          "tile/0/001/002",
                          "tile/0/x001/x002/x003/x004/x005/x006/007",
                          "tile/data/000",
                          "tile/0/000.p/1/",
                          "tile/0/../000",
                          "checkpoint"}) {
    EXPECT_FALSE(parse_tile_path(bad)) << bad;
  }
}

TEST(Tile, WidthsAreThoseOfTheSpecificationsExample) {
  EXPECT_EQ(tile_width(70000, 0, 272), 256U);
  EXPECT_EQ(tile_width(70000, 0, 273), 112U);
  EXPECT_EQ(tile_width(70000, 0, 274), 0U);
  EXPECT_EQ(tile_width(70000, 1, 0), 256U);
  EXPECT_EQ(tile_width(70000, 1, 1), 17U);
  EXPECT_EQ(tile_width(70000, 2, 0), 1U);
  EXPECT_EQ(tile_width(70000, 3, 0), 0U);
  EXPECT_EQ(tile_width(70000, 63, 0), 0U);
  EXPECT_EQ(tile_width(~0ULL, 0, ~0ULL), 0U);
}

TEST(Tile, EntriesRoundTripAndDamageIsSeen) {
  std::string bytes;
  for (const std::string& entry : {std::string(""), std::string("abc"), std::string(65535, 'x')})
    append_entry(bytes, entry);
  auto entries = parse_entry_tile(bytes, 3);
  ASSERT_TRUE(entries);
  EXPECT_EQ((*entries)[1], "abc");
  EXPECT_EQ((*entries)[2].size(), 65535U);
  EXPECT_FALSE(parse_entry_tile(bytes, 2));
  EXPECT_FALSE(parse_entry_tile(bytes, 4));
  EXPECT_FALSE(parse_entry_tile(bytes.substr(0, bytes.size() - 1), 3));
  EXPECT_EQ(narrow_tile(bytes, {true, 0, 0, 3}, 2).value(), bytes.substr(0, 7));
  EXPECT_FALSE(parse_hash_tile(std::string(31, 'x'), 1));
}

TEST(ProofFile, RoundTripsAndChecks) {
  const auto leaf_a = leaf_hash("a"), leaf_b = leaf_hash("b");
  const std::string note = sign_note(format_tree_head({"town.example/pd", 2, node_hash(leaf_a, leaf_b)}),
                                     "town.example/pd", key());
  const std::string text = format_proof_file({"", 1, {leaf_a}, note});
  EXPECT_TRUE(text.starts_with("c2sp.org/tlog-proof@v1\nindex 1\n"));
  auto proof = parse_proof_file(text);
  ASSERT_TRUE(proof);
  EXPECT_EQ(format_proof_file(*proof), text);
  EXPECT_TRUE(verify_proof_file(*proof, "b", verifier()));
  EXPECT_FALSE(verify_proof_file(*proof, "a", verifier()));
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto cut = parse_proof_file(text.substr(0, i));
    EXPECT_FALSE(cut && verify_proof_file(*cut, "b", verifier())) << i;
    std::string bad = text;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    auto changed = parse_proof_file(bad);
    EXPECT_FALSE(changed && verify_proof_file(*changed, "b", verifier())) << i;
  }
  EXPECT_EQ(parse_proof_file("c2sp.org/tlog-proof@v1\nextra aGk=\nindex 0\n\nx")->extra, "hi");
}

TEST(Commitment, TheVectorOfRfc9901Opens) {
  const std::string disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
  auto opened = parse_disclosure(disclosure);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->name, "family_name");
  EXPECT_EQ(opened->value,
            "M\xC3\xB6"
            "bius");
  EXPECT_EQ(disclosure_digest(disclosure), "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
}

TEST(Commitment, AlwaysHas16DigestsAndOpensFieldByField) {
  const std::string day_key(32, 'k');
  for (std::size_t count = 0; count <= kMaxFields; ++count) {
    Record record{"search-reads", {}};
    for (std::size_t i = 0; i < count; ++i)
      record.fields.push_back({std::string(i + 1, 'a'), "value \"" + std::to_string(i) + "\"\n"});
    ASSERT_TRUE(check_record(record));
    const Commitment made = commit(day_key, 7, fields_of(record, base::from_ms(1'000)));
    EXPECT_EQ(parse_leaf(made.leaf)->size(), 16U);
    EXPECT_EQ(made.leaf.size(), 771U);
    ASSERT_EQ(made.disclosures.size(), count + 2);
    for (const Disclosure& d : made.disclosures) {
      EXPECT_TRUE(opens(d.text, made.leaf));
      EXPECT_EQ(parse_disclosure(d.text)->value, d.value);
    }
    const Commitment other = commit(day_key, 8, fields_of(record, base::from_ms(1'000)));
    for (const Disclosure& d : made.disclosures) EXPECT_FALSE(opens(d.text, other.leaf));
  }
}

TEST(Commitment, GuessingAValueWithoutTheSaltDoesNotOpenIt) {
  const Commitment made = commit(std::string(32, 'k'), 7, {{"question", "ABC1234"}});
  const std::string guess = crypto::base64url(R"(["AAAAAAAAAAAAAAAAAAAAAA","question","ABC1234"])");
  EXPECT_FALSE(opens(guess, made.leaf));
  EXPECT_EQ(made.leaf.find(disclosure_digest("ABC1234")), std::string::npos);
}

TEST(Commitment, RefusesRecordsOutsideTheLimits) {
  const auto code = [](const Record& r) { return check_record(r).error(); };
  EXPECT_TRUE(code({"", {}}).is(Errc::kBadRecord));
  EXPECT_TRUE(code({"Search", {}}).is(Errc::kBadRecord));
  EXPECT_TRUE(code({std::string(49, 'a'), {}}).is(Errc::kBadRecord));
  EXPECT_TRUE(code({"a", {{"kind", "x"}}}).is(Errc::kBadRecord));
  EXPECT_TRUE(code({"a", {{"b", "x"}, {"b", "y"}}}).is(Errc::kBadRecord));
  EXPECT_TRUE(code({"a", {{"B", "x"}}}).is(Errc::kBadRecord));
  EXPECT_TRUE(code({"a", {{"b", "\xff"}}}).is(Errc::kBadRecord));
  EXPECT_TRUE(code({"a", {{"b", std::string(4097, 'x')}}}).is(Errc::kTooLarge));
  EXPECT_TRUE(code({"a", std::vector<Field>(15)}).is(Errc::kBadRecord));
  EXPECT_TRUE(check_record({"alert.confirm-2", {{"b", std::string(4096, 'x')}}}));
  // The longest value that can be written still opens.
  const Commitment made = commit(std::string(32, 'k'), 7, {{"b", std::string(4096, '\x01')}});
  EXPECT_EQ(parse_disclosure(made.disclosures[0].text)->value, std::string(4096, '\x01'));
}

TEST(Commitment, RefusesWhatIsNoDisclosureOrLeaf) {
  for (const char* json :
       {"", "[]", "{}", "[1,2,3]", R"(["a","b"])", R"(["a","b","c","d"])", R"(["a","b",["c"]])", "[[[[[[["}) {
    EXPECT_FALSE(parse_disclosure(crypto::base64url(json))) << json;
  }
  EXPECT_FALSE(parse_disclosure("!"));
  const std::string leaf = commit(std::string(32, 'k'), 1, {}).leaf;
  ASSERT_TRUE(parse_leaf(leaf));
  for (std::size_t i = 0; i < leaf.size(); ++i) {
    EXPECT_FALSE(parse_leaf(leaf.substr(0, i)));
    std::string doubled = leaf;
    doubled.insert(i, 1, leaf[i]);
    EXPECT_FALSE(parse_leaf(doubled)) << i;
  }
}

TEST(Commitment, FieldsRoundTripThroughTheDatabaseText) {
  const std::vector<Field> fields = {{"a", "x\"\n\xC3\xB6", Release::kAtOnce}, {"b", "", Release::kNever}};
  auto back = decode_fields(encode_fields(fields));
  ASSERT_TRUE(back);
  EXPECT_EQ((*back)[0].value, fields[0].value);
  EXPECT_EQ((*back)[1].release, Release::kNever);
  for (const char* bad :
       {"", "{}", "[1]", R"([["a","b"]])", R"([["a","b",4]])", R"([["a","b",-1]])", R"([["a",1,1]])"})
    EXPECT_FALSE(decode_fields(bad)) << bad;
}

TEST(Utf8, AcceptsExactlyUtf8) {
  for (const char* good :
       {"", "abc", "\xC2\x80", "\xE2\x82\xAC", "\xF0\x9F\x9A\x97", "\xF4\x8F\xBF\xBF", "\xEE\x80\x80"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xff"})
    EXPECT_FALSE(is_utf8(bad));
}

}  // namespace
}  // namespace glasshouse::ledger
