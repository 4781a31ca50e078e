#include "ledger/witness_policy.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "ledger/ledger.h"

namespace glasshouse::ledger {
namespace {

using Words = std::vector<std::string_view>;

class PolicyParser {
 public:
  base::Result<WitnessPolicy> parse(std::string_view text) {
    if (text.size() > kMaxPolicyBytes) return wrong("it is longer than 64 KiB");
    while (!text.empty()) {
      ++line_;
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      line = line.substr(0, line.find('#'));
      auto words = split(line);
      if (!words) return tl::unexpected(words.error());
      if (words->empty()) continue;
      if (auto taken = take(*words); !taken) return tl::unexpected(taken.error());
    }
    if (!quorum_seen_) return wrong("it has no quorum line (\"quorum none\" needs no witness)");
    return std::move(policy_);
  }

 private:
  tl::unexpected<base::Error> wrong(const std::string& why) const {
    return base::failure(Errc::kBadNote, "The witness policy is not valid",
                         "line " + std::to_string(line_) + ": " + why,
                         "docs/formats/ledger.md shows what it may hold.");
  }

  base::Result<Words> split(std::string_view line) const {
    Words words;
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t from = line.find_first_not_of(" \t", at);
      if (from == std::string_view::npos) break;
      at = std::min(line.find_first_of(" \t", from), line.size());
      words.push_back(line.substr(from, at - from));
    }
    for (const char c : line) {
      if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return wrong("there is a control character");
    }
    return words;
  }

  base::Result<void> take(const Words& words) {
    if (words[0] == "log") return take_log(words);
    if (words[0] == "witness") return take_witness(words);
    if (words[0] == "group") return take_group(words);
    if (words[0] == "quorum") return take_quorum(words);
    return wrong("it does not start with log, witness, group or quorum");
  }

  base::Result<void> take_log(const Words& words) {
    if (words.size() != 2) return wrong("log needs a verifier key");
    auto key = parse_verifier_key(words[1]);
    if (!key) return wrong(key.error().why());
    for (const VerifierKey& known : policy_.logs) {
      if (known.name == key->name && known.key_id == key->key_id) return wrong("this log stands there twice");
    }
    if (policy_.logs.size() == kMaxPolicyWitnesses) return wrong("more than 64 logs");
    policy_.logs.push_back(std::move(*key));
    return {};
  }

  base::Result<void> name_once(std::string_view name) {
    if (!is_key_name(name) || name == "none" || name.find('#') != std::string_view::npos)
      return wrong("'" + std::string(name) + "' is no name");
    if (!names_.insert(std::string(name)).second)
      return wrong("the name " + std::string(name) + " stands there twice");
    return {};
  }

  base::Result<void> take_witness(const Words& words) {
    if (words.size() < 3 || words.size() > 4)
      return wrong("witness needs a name, a key and perhaps an address");
    if (policy_.witnesses.size() == kMaxPolicyWitnesses) return wrong("more than 64 witnesses");
    if (auto good = name_once(words[1]); !good) return good;
    auto key = parse_witness_key(words[2]);
    if (!key) return wrong(key.error().why());
    // One key under two names would be one witness that counts twice.
    if (!keys_.insert(key->public_key).second) return wrong("another witness has the same key");
    std::string url = words.size() == 4 ? std::string(words[3]) : std::string();
    while (url.ends_with('/')) url.pop_back();
    const bool web = url.starts_with("http://") || url.starts_with("https://");
    if (words.size() == 4 && !web) return wrong("the address does not start with http:// or https://");
    policy_.witnesses.push_back({std::string(words[1]), std::move(*key), std::move(url)});
    return {};
  }

  base::Result<void> take_group(const Words& words) {
    if (words.size() < 4) return wrong("group needs a name, a number (or any, all) and members");
    if (policy_.groups.size() == kMaxPolicyGroups) return wrong("more than 64 groups");
    PolicyGroup group{std::string(words[1]), 0, {}};
    for (std::size_t i = 3; i < words.size(); ++i) {
      const std::string member(words[i]);
      // Names above only: so no group holds itself.
      if (!names_.contains(member)) return wrong(member + " is no witness or group of a line above");
      if (std::find(group.members.begin(), group.members.end(), member) != group.members.end())
        return wrong(member + " is a member twice");
      group.members.push_back(member);
    }
    if (words[2] == "any" || words[2] == "all") {
      group.needed = words[2] == "any" ? 1 : group.members.size();
    } else {
      const auto [end, error] =
          std::from_chars(words[2].data(), words[2].data() + words[2].size(), group.needed);
      if (error != std::errc() || end != words[2].data() + words[2].size() || group.needed == 0 ||
          group.needed > group.members.size())
        return wrong("a group needs any, all, or a number from 1 to its members");
    }
    if (auto good = name_once(words[1]); !good) return good;
    policy_.groups.push_back(std::move(group));
    return {};
  }

  base::Result<void> take_quorum(const Words& words) {
    if (quorum_seen_ || words.size() != 2) return wrong("there must be one quorum line with one name");
    quorum_seen_ = true;
    if (words[1] == "none") return {};
    if (!names_.contains(std::string(words[1])))
      return wrong(std::string(words[1]) + " is no witness or group of a line above");
    policy_.quorum = std::string(words[1]);
    return {};
  }

  WitnessPolicy policy_;
  std::set<std::string> names_, keys_;
  bool quorum_seen_ = false;
  std::size_t line_ = 0;
};

}  // namespace

bool WitnessPolicy::satisfied(const std::map<std::string, base::Time>& signed_by) const {
  if (quorum.empty()) return true;
  std::set<std::string> reached;
  for (const PolicyWitness& witness : witnesses) {
    if (signed_by.contains(witness.name)) reached.insert(witness.name);
  }
  // Groups stand after their members, so one pass is enough.
  for (const PolicyGroup& group : groups) {
    const auto count = static_cast<std::size_t>(
        std::count_if(group.members.begin(), group.members.end(),
                      [&](const std::string& member) { return reached.contains(member); }));
    if (count >= group.needed) reached.insert(group.name);
  }
  return reached.contains(quorum);
}

base::Result<WitnessPolicy> parse_witness_policy(std::string_view text) {
  return PolicyParser().parse(text);
}

std::string format_witness_policy(const WitnessPolicy& policy) {
  std::string text;
  for (const VerifierKey& log : policy.logs) text += "log " + format_verifier_key(log) + "\n";
  for (const PolicyWitness& witness : policy.witnesses) {
    text += "witness " + witness.name + " " + format_witness_key(witness.key);
    text += witness.url.empty() ? "\n" : " " + witness.url + "\n";
  }
  for (const PolicyGroup& group : policy.groups) {
    text += "group " + group.name + " " + std::to_string(group.needed);
    for (const std::string& member : group.members) text += " " + member;
    text += "\n";
  }
  return text + "quorum " + (policy.quorum.empty() ? "none" : policy.quorum) + "\n";
}

base::Result<Witnessed> check_witnesses(std::string_view bytes, const VerifierKey& log,
                                        const WitnessPolicy& policy) {
  auto head = open_checkpoint(bytes, log);
  if (!head) return tl::unexpected(head.error());
  auto note = parse_note(bytes);
  if (!note) return tl::unexpected(note.error());
  Witnessed witnessed{std::move(*head), {}, false};
  for (const PolicyWitness& witness : policy.witnesses) {
    if (auto time = verify_cosignature(*note, witness.key); time)
      witnessed.signed_by.emplace(witness.name, *time);
  }
  witnessed.quorum = policy.satisfied(witnessed.signed_by);
  return witnessed;
}

base::Result<Witnessed> require_witnesses(std::string_view note, const VerifierKey& log,
                                          const WitnessPolicy& policy) {
  auto witnessed = check_witnesses(note, log, policy);
  if (!witnessed || witnessed->quorum) return witnessed;
  return base::failure(Errc::kBadNote, "The checkpoint has no quorum of witnesses",
                       std::to_string(witnessed->signed_by.size()) +
                           " of the policy's witnesses signed it; the quorum is " + policy.quorum,
                       "Wait for the witnesses, or ask why they do not sign.");
}

}  // namespace glasshouse::ledger
