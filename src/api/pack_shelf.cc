#include "api/pack_shelf.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/log.h"

namespace glasshouse::api {
namespace {

constexpr std::uint64_t kMaxKeysBytes = 64 * 1024;
constexpr std::string_view kStatement = "glasshouse-adoption 1\n";

std::string pack_hash(std::string_view text) {
  const crypto::Hash hash = crypto::sha256(text);
  return crypto::hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

base::Result<PackOffer> offer_of(std::string text, std::string signed_by) {
  auto pack = policy::parse_pack(text);
  if (!pack) return tl::unexpected(pack.error());
  std::string hash = pack_hash(text);
  return PackOffer{std::move(*pack), std::move(text), std::move(hash), std::move(signed_by)};
}

// Six lines, then the pack: what the installation signs about an adoption.
std::string statement(std::int64_t number, const AdoptedPack& adopted) {
  return std::string(kStatement) + "number " + std::to_string(number) + "\nfrom " +
         base::format_day(adopted.from) + "\nends " + (adopted.ends ? "yes" : "no") + "\nby " + adopted.by +
         "\nentry " + std::to_string(adopted.ledger_index) + "\n" + adopted.offer.text;
}

// Takes "NAME value\n" off the front; nothing when it is not there.
std::optional<std::string> take_line(std::string_view& text, std::string_view name) {
  if (!text.starts_with(name) || !text.substr(name.size()).starts_with(' ')) return std::nullopt;
  text.remove_prefix(name.size() + 1);
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string value(text.substr(0, end));
  text.remove_prefix(end + 1);
  return value;
}

base::Result<crypto::SigningKey> load_or_make_pack_key(const std::string& path, bool may_make) {
  base::FileSystem& files = base::posix_files();
  const auto bad = [&](const std::string& why) {
    return base::failure(PackErrc::kKey,
                         "The key that adoptions of statute packs are signed with cannot be used: " + path,
                         why, "Restore it from a backup.");
  };
  if (files.exists(path)) {
    auto text = files.read(path, 1024);
    if (!text) return bad(text.error().message());
    auto seed = crypto::from_hex(std::string_view(*text).substr(0, text->find('\n')));
    crypto::wipe(*text);
    if (!seed) return bad("it is not 64 hexadecimal digits and a line end");
    auto key = crypto::SigningKey::from_seed(*seed);
    crypto::wipe(*seed);
    if (!key) return bad(key.error().message());
    return key;
  }
  if (!may_make) return bad("the file is gone, and packs were adopted with it");
  crypto::SigningKey key = crypto::SigningKey::generate();
  std::string seed = key.seed();
  auto written = files.write_atomic(path, crypto::hex(seed) + "\n");
  crypto::wipe(seed);
  if (!written) return bad(written.error().message());
  return key;
}

std::vector<policy::Adoption> adoptions_of(const std::vector<AdoptedPack>& adopted) {
  std::vector<policy::Adoption> list;
  for (const AdoptedPack& one : adopted) list.push_back({one.offer.pack, one.from, one.ends});
  return list;
}

}  // namespace

std::vector<db::Migration> pack_migrations() {
  return {
      {"api/2-packs",
       "CREATE TABLE packs_adopted (adoption_number BIGINT NOT NULL PRIMARY KEY, note TEXT NOT NULL);\n"}};
}

PackShelf::PackShelf(PackShelfOptions options, crypto::SigningKey key)
    : options_(std::move(options)),
      key_(std::move(key)),
      own_(ledger::verifier_key_for(options_.key_name, key_.public_key())) {}

base::Result<std::unique_ptr<PackShelf>> PackShelf::open(PackShelfOptions options) {
  const auto rows = options.db->query("SELECT COUNT(*) AS adoptions FROM packs_adopted");
  if (!rows) return tl::unexpected(rows.error());
  auto key = load_or_make_pack_key(options.key_path, rows->front().integer("adoptions") == 0);
  if (!key) return tl::unexpected(key.error());
  std::unique_ptr<PackShelf> shelf(new PackShelf(std::move(options), std::move(*key)));
  shelf->read_keys();
  shelf->read_folder();
  if (auto loaded = shelf->load(); !loaded) return tl::unexpected(loaded.error());
  return shelf;
}

void PackShelf::read_keys() {
  base::FileSystem& files = base::posix_files();
  for (const std::string& path : {options_.dir + "/publisher.vkey", options_.more_keys_path}) {
    if (path.empty() || !files.exists(path)) continue;
    const auto text = files.read(path, kMaxKeysBytes);
    if (!text) {
      base::log(base::Level::kWarn, "packs", text.error().message());
      continue;
    }
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || line.starts_with('#')) continue;
      auto key = ledger::parse_verifier_key(line);
      if (key) {
        publishers_.push_back(std::move(*key));
      } else {
        base::log(base::Level::kWarn, "packs", path + " has a line that is no verifier key");
      }
    }
  }
}

void PackShelf::read_folder() {
  base::FileSystem& files = base::posix_files();
  const auto names = files.list(options_.dir);
  if (!names) {
    base::log(base::Level::kWarn, "packs", "no statute packs are offered: " + names.error().message());
    return;
  }
  for (const std::string& name : *names) {
    if (!name.ends_with(".toml") || offers_.size() == kMostOffers) continue;
    const std::string path = options_.dir + "/" + name;
    const auto text = files.read(path, policy::kMaxPackBytes);
    const auto signature = files.read(path + ".sig", ledger::kMaxNoteBytes - policy::kMaxPackBytes);
    auto offer = text && signature ? open_offer(*text + "\n" + *signature)
                                   : base::failure(PackErrc::kSignature,
                                                   "It has no signature that can be read", name + ".sig");
    if (offer && !offer->signed_by.empty()) {
      offers_.push_back(std::move(*offer));
    } else {
      base::log(
          base::Level::kWarn, "packs",
          name + " is not offered: " + (offer ? "its signature is not trusted" : offer.error().message()));
    }
  }
}

std::optional<std::string> PackShelf::trusted_signer(const ledger::Note& note) const {
  for (const ledger::VerifierKey& key : publishers_) {
    if (ledger::verify_note(note, key)) return key.name;
  }
  return std::nullopt;
}

base::Result<PackOffer> PackShelf::open_offer(std::string_view text) const {
  std::string signer, body(text);
  if (const auto note = ledger::parse_note(text)) {
    signer = trusted_signer(*note).value_or("");
    body = note->text;
  }
  auto offer = offer_of(std::move(body), std::move(signer));
  if (!offer) return offer;
  if (offer->signed_by.empty() && offer->pack.level <= policy::Level::kState) {
    return base::failure(
        PackErrc::kSignature, "This pack is not signed by a publisher that this server trusts",
        "A pack of level " + std::string(policy::name_of(offer->pack.level)) + " can loosen rules",
        "Use the publisher's signed file; further publishers' keys stand in the file pack-keys.");
  }
  return offer;
}

std::vector<PackOffer> PackShelf::offers() const {
  return offers_;
}

base::Result<PackOffer> PackShelf::offer(std::string_view id) const {
  for (const PackOffer& offer : offers_) {
    if (offer.pack.id == id) return offer;
  }
  return base::failure(PackErrc::kUnknown, "No such statute pack is offered here", {},
                       "Choose one from the list.");
}

base::Result<PackOffer> PackShelf::adopted_offer(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (auto adopted = adopted_.rbegin(); adopted != adopted_.rend(); ++adopted) {
    if (adopted->offer.pack.id == id && !adopted->ends) return adopted->offer;
    if (adopted->offer.pack.id == id) break;
  }
  return base::failure(PackErrc::kUnknown, "No such statute pack is in force or coming", {},
                       "Choose one from the list.");
}

base::Result<PackPlan> PackShelf::plan(PackOffer offer, std::optional<base::Day> from, bool ends) const {
  const base::Day today = base::day_of(options_.clock->now());
  const std::lock_guard lock(mutex_);
  if (adopted_.size() >= kMostAdoptions)
    return base::failure(PackErrc::kConflict, "Too many packs were adopted here", {},
                         "Write to the project.");
  for (const AdoptedPack& adopted : adopted_) {
    const policy::Pack& known = adopted.offer.pack;
    if (known.id != offer.pack.id) continue;
    if (known.level != offer.pack.level)
      return base::failure(PackErrc::kConflict, "A pack of this id stands on another level", {},
                           "Give the pack another id.");
    const bool same = adopted.offer.sha256_hex == offer.sha256_hex;
    if (!same && known.version >= offer.pack.version) {
      return base::failure(
          PackErrc::kConflict,
          "Another text of this pack was adopted as version " + std::to_string(known.version),
          "A changed pack has a higher version", "Raise the version, and have it signed anew.");
    }
  }
  PackPlan plan{std::move(offer), std::max(from.value_or(today), today), ends, {}, false};
  if (!ends) plan.from = std::max(plan.from, plan.offer.pack.effective);
  for (const AdoptedPack& adopted : adopted_) {  // what is still to come ends no earlier than it begins
    if (ends && adopted.offer.pack.id == plan.offer.pack.id) plan.from = std::max(plan.from, adopted.from);
  }
  std::vector<policy::Adoption> adoptions = adoptions_of(adopted_);
  adoptions.push_back({plan.offer.pack, plan.from, ends});
  auto after = std::make_unique<policy::Stack>(adoptions);
  const auto stores = [](const policy::Stack& stack, base::Day day) {
    return stack.at(day)->stores_unmatched("");
  };
  // A day's file holds either all reads or hits alone, so that what must go can go as a whole.
  if (plan.from == today && stores(*stack_, today) != stores(*after, today)) {
    if (from) {
      return base::failure(PackErrc::kTooSoon, "This pack changes whether unmatched reads are stored at all",
                           "The reads of a day lie in one file", "Let it begin tomorrow (UTC) or later.");
    }
    plan.from = base::Day{today.since_epoch + 1};
    adoptions.back().from = plan.from;
    after = std::make_unique<policy::Stack>(adoptions);
  }
  plan.differences = policy::differences(*stack_->at(plan.from), *after->at(plan.from));
  plan.loosens = std::any_of(
      plan.differences.begin(), plan.differences.end(),
      [](const policy::Difference& d) { return d.direction == policy::Difference::Direction::kLooser; });
  return plan;
}

base::Result<void> PackShelf::adopt(const PackPlan& plan, const std::string& by, std::uint64_t ledger_index) {
  const std::lock_guard lock(mutex_);
  AdoptedPack adopted{plan.offer, plan.from, plan.ends, by, ledger_index};
  const auto number = static_cast<std::int64_t>(adopted_.size());
  const std::string note = ledger::sign_note(statement(number, adopted), own_.name, key_);
  auto kept = options_.db->exec("INSERT INTO packs_adopted (adoption_number, note) VALUES (:number, :note)",
                                {{"number", number}, {"note", note}});
  if (!kept) return tl::unexpected(kept.error());
  adopted_.push_back(std::move(adopted));
  rebuild();
  return {};
}

void PackShelf::rebuild() {
  stack_ = std::make_shared<const policy::Stack>(adoptions_of(adopted_));
}

std::vector<AdoptedPack> PackShelf::adopted() const {
  const std::lock_guard lock(mutex_);
  return adopted_;
}

std::shared_ptr<const policy::Stack> PackShelf::stack() const {
  const std::lock_guard lock(mutex_);
  return stack_;
}

base::Result<void> PackShelf::load() {
  const auto rows =
      options_.db->query("SELECT adoption_number, note FROM packs_adopted ORDER BY adoption_number");
  if (!rows) return tl::unexpected(rows.error());
  const std::lock_guard lock(mutex_);
  for (const db::Row& row : *rows) {
    auto adopted = read_adoption(row.text("note"), static_cast<std::int64_t>(adopted_.size()));
    if (!adopted) return tl::unexpected(adopted.error());
    adopted_.push_back(std::move(*adopted));
  }
  rebuild();
  return {};
}

base::Result<AdoptedPack> PackShelf::read_adoption(const std::string& text, std::int64_t number) const {
  const auto damaged = [](std::string why) {
    return base::failure(
        PackErrc::kDamaged, "The adopted statute packs in the records database are not as they were signed",
        std::move(why), "Restore the records database from a backup; the ledger says what was adopted.");
  };
  const auto note = ledger::parse_note(text);
  if (!note || !ledger::verify_note(*note, own_))
    return damaged("an adoption lacks this installation's signature");
  std::string_view rest = note->text;
  if (!rest.starts_with(kStatement)) return damaged("an adoption has another form");
  rest.remove_prefix(kStatement.size());
  const auto its_number = take_line(rest, "number"), from = take_line(rest, "from"),
             ends = take_line(rest, "ends"), by = take_line(rest, "by"), entry = take_line(rest, "entry");
  if (its_number != std::to_string(number)) return damaged("an adoption is missing or stands twice");
  const auto day = from ? base::parse_day(*from) : std::nullopt;
  AdoptedPack adopted;
  std::uint64_t index = 0;
  const bool counted =
      entry && std::from_chars(entry->data(), entry->data() + entry->size(), index).ec == std::errc();
  if (!day || !ends || !by || !counted) return damaged("an adoption has another form");
  auto offer = offer_of(std::string(rest), own_.name);
  if (!offer) return damaged(offer.error().message());
  return AdoptedPack{std::move(*offer), *day, *ends == "yes", *by, index};
}

}  // namespace glasshouse::api
