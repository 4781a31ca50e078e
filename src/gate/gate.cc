#include "gate/gate.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/words.h"
#include "gate/entry_schema.h"

namespace glasshouse::gate {
namespace {

constexpr std::chrono::minutes kLivePermit{60};
constexpr std::chrono::minutes kPermit{2};
// A picture is recorded once an hour for each person and case, so its permit (for named reads) lasts as long.
std::chrono::minutes lifetime_of(policy::Action action) {
  const bool long_lived = action == policy::Action::kLiveReads || action == policy::Action::kViewPicture;
  return long_lived ? kLivePermit : kPermit;
}
constexpr const char* kSchemaKind = "ledger.schema";
constexpr const char* kNarrowedKind = "ledger.schema-narrowed";

std::string span_of(const Scope& scope) {
  if (!scope.from && !scope.to) return "";
  return (scope.from ? base::format_rfc3339(*scope.from) : "") + "/" +
         (scope.to ? base::format_rfc3339(*scope.to) : "");
}

// Adds what is not empty; record() sets how public it is.
void add(std::vector<ledger::Field>& fields, std::string name, std::string value) {
  if (value.empty()) return;
  fields.push_back({std::move(name), std::move(value)});
}

// Who asked, on what case, for whom, and what policy said.
std::vector<ledger::Field> question_fields(const policy::Question& question,
                                           const policy::Decision& decision) {
  std::vector<ledger::Field> fields;
  add(fields, "decision", decision.allowed ? "allowed" : "denied");
  add(fields, "agency", question.who.agency_id);
  add(fields, "officer", question.who.id);
  std::vector<std::string> rules;
  for (const policy::RuleHit& rule : decision.rules) rules.push_back(rule.id);
  add(fields, "rules", base::join(rules, " "));
  if (question.on_case) {
    add(fields, "purpose", question.on_case->purpose);
    add(fields, "offence", question.on_case->offence);
    // An order is its own case; and an entry has room for 14 fields.
    if (!question.order) {
      add(fields, "case", question.on_case->number);
      add(fields, "case_id", question.on_case->id);
    }
    if (question.on_case->exigent) add(fields, "exigent", "yes");
  }
  if (question.order) {
    add(fields, "order", question.order->id);
    add(fields, "by_order", question.order->by_judge ? "order" : "declaration");
  }
  add(fields, "beneficiary", question.on_behalf_of);
  add(fields, "beneficiary_kind", question.beneficiary_kind);
  return fields;
}

std::vector<ledger::Field> scope_fields(const policy::Question& question, const Scope& scope) {
  std::vector<ledger::Field> fields;
  add(fields, "cameras", question.cameras == 0 ? "all" : std::to_string(question.cameras));
  add(fields, "grant", question.grant_id);
  add(fields, "query", scope.query_id);
  add(fields, "question", scope.question);
  add(fields, "span", span_of(scope));
  std::vector<std::string> subject = scope.read_ids;
  if (!scope.alert_id.empty()) subject.insert(subject.begin(), scope.alert_id);
  add(fields, "subject", base::join(subject, " "));
  return fields;
}

// Policy must judge what the permit will cover, and the permit cover no more than policy judged.
void reconcile(policy::Question& question, Scope& scope) {
  if (!question.from) question.from = scope.from;
  if (!question.to) question.to = scope.to;
  if (question.from) scope.from = std::max(*question.from, scope.from.value_or(*question.from));
  if (question.to) scope.to = std::min(*question.to, scope.to.value_or(*question.to));
  if (!scope.camera_ids.empty()) {
    question.cameras = scope.camera_ids.size();
    question.camera_ids = scope.camera_ids;
  }
}

// For another agency everything but what it asks is taken from the book, whatever the caller filled in. Who
// it asks for is the agency itself; that it asks for somebody else is kept apart, since a grant is not given
// on.
std::shared_ptr<Lease> look_up_grant(const GrantBook* book, policy::Question& question, base::Time now) {
  question.grant.reset();
  if (!question.who.of_other_agency) return nullptr;
  SharingStanding standing;
  if (book != nullptr) standing = book->standing(question.who.agency_id, question.grant_id, now);
  question.onward = !question.on_behalf_of.empty() ||
                    !(question.beneficiary_kind.empty() || question.beneficiary_kind == "own");
  question.on_behalf_of = standing.name;
  question.beneficiary_kind = standing.kind;
  question.beneficiary_state = standing.state;
  question.attested = standing.declared;
  question.agency_barred = standing.barred;
  question.sharing_stopped = standing.stopped;
  question.in_region = standing.in_region;
  question.grant = std::move(standing.grant);
  // A grant that could not be revoked is none; one that was is refused as such.
  if (standing.lease == nullptr && question.grant && !question.grant->revoked) question.grant.reset();
  return std::move(standing.lease);
}

// A question that is too long is the caller's to mend; anything else means that the ledger is down.
base::Error refusal(const base::Error& error) {
  if (error.is(ledger::Errc::kTooLarge) || error.is(ledger::Errc::kBadRecord)) return error;
  return base::Error(Errc::kLedgerDown, "Nothing is answered: the ledger cannot record the question",
                     error.message(), "Ask the administrator to look at the ledger, then ask again.");
}

bool holds(const std::vector<std::string>& list, const std::string& id) {
  return list.empty() || std::find(list.begin(), list.end(), id) != list.end();
}

}  // namespace

Permit::Permit(Permit&& other) noexcept {
  *this = std::move(other);
}

Permit& Permit::operator=(Permit&& other) noexcept {
  if (this == &other) return *this;
  action_ = std::exchange(other.action_, policy::Action::kNone);
  scope_ = std::move(other.scope_);
  officer_id_ = std::move(other.officer_id_);
  agency_id_ = std::move(other.agency_id_);
  case_id_ = std::move(other.case_id_);
  lease_ = std::move(other.lease_);
  ledger_index_ = other.ledger_index_;
  granted_at_ = other.granted_at_;
  expires_at_ = std::exchange(other.expires_at_, base::Time{});
  return *this;
}

std::shared_ptr<const void> Permit::hold() const {
  static const char nothing_to_hold = 0;
  if (lease_ != nullptr) return lease_->hold();
  return {std::shared_ptr<const void>(), &nothing_to_hold};
}

bool Permit::covers_camera(const std::string& camera_id) const {
  return holds(scope_.camera_ids, camera_id);
}
bool Permit::covers_read(const std::string& read_id) const {
  return holds(scope_.read_ids, read_id);
}
bool Permit::covers_time(base::Time t) const {
  return (!scope_.from || t >= *scope_.from) && (!scope_.to || t <= *scope_.to);
}

Gate::Gate(GateOptions options) : options_(std::move(options)), retained_days_(options_.retained_days) {
  set_packs(options_.packs);
}

void Gate::set_packs(std::shared_ptr<const policy::Stack> packs) {
  if (packs == nullptr) packs = std::make_shared<const policy::Stack>();
  const std::lock_guard lock(packs_mutex_);
  packs_ = std::move(packs);
}

std::shared_ptr<const policy::Stack> Gate::packs() const {
  const std::lock_guard lock(packs_mutex_);
  return packs_;
}

Standing Gate::standing() const {
  Standing standing;
  standing.facts.now = options_.clock->now();
  standing.rules = packs()->at(base::day_of(standing.facts.now));
  standing.facts.rules = standing.rules.get();
  standing.facts.retained_days =
      std::min(retained_days_.load(), standing.rules->stored_days().value_or(retained_days_));
  return standing;
}

Answer<Permit> Gate::ask(const policy::Question& asked, Scope scope) {
  policy::Question question = asked;
  reconcile(question, scope);
  const Standing standing = this->standing();
  auto lease = look_up_grant(grants_, question, standing.facts.now);
  policy::Decision decision = policy::decide(question, standing.facts);
  std::vector<ledger::Field> fields = question_fields(question, decision);
  for (ledger::Field& field : scope_fields(question, scope)) fields.push_back(std::move(field));
  auto index = record(std::string(policy::name_of(question.action)), std::move(fields));
  if (!index) return tl::unexpected<Refusal>(refusal(index.error()));
  if (!decision.allowed) return tl::unexpected<Refusal>(Denial{std::move(decision), *index});

  Permit permit;
  permit.action_ = question.action;
  permit.scope_ = std::move(scope);
  permit.officer_id_ = question.who.id;
  permit.agency_id_ = question.who.agency_id;
  permit.case_id_ = question.on_case ? question.on_case->id : "";
  permit.ledger_index_ = *index;
  permit.lease_ = std::move(lease);
  permit.granted_at_ = standing.facts.now;
  permit.expires_at_ = standing.facts.now + lifetime_of(question.action);
  return permit;
}

Answer<std::uint64_t> Gate::record_act(const policy::Question& asked, std::string kind,
                                       std::vector<ledger::Field> fields) {
  policy::Question question = asked;
  look_up_grant(grants_, question, options_.clock->now());
  policy::Decision decision = policy::decide(question, standing().facts);
  std::vector<ledger::Field> all = question_fields(question, decision);
  std::set<std::string> names;
  for (const ledger::Field& field : all) names.insert(field.name);
  for (ledger::Field& field : fields) {
    if (!names.contains(field.name)) all.push_back(std::move(field));
  }
  auto index = record(std::move(kind), std::move(all));
  if (!index) return tl::unexpected<Refusal>(refusal(index.error()));
  if (!decision.allowed) return tl::unexpected<Refusal>(Denial{std::move(decision), *index});
  return *index;
}

policy::Decision Gate::judge(const policy::Question& asked) const {
  policy::Question question = asked;
  const Standing standing = this->standing();
  look_up_grant(grants_, question, standing.facts.now);
  return policy::decide(question, standing.facts);
}

base::Result<std::uint64_t> Gate::record_event(std::string kind, std::vector<ledger::Field> fields) {
  auto index = record(std::move(kind), std::move(fields));
  if (!index) return tl::unexpected(refusal(index.error()));
  return index;
}

base::Result<std::uint64_t> Gate::record(std::string kind, std::vector<ledger::Field> fields) {
  if (auto schema = record_schema(); !schema) return tl::unexpected(schema.error());
  for (ledger::Field& field : fields) field.release = release_of(kind, field.name);
  return options_.ledger->append({std::move(kind), std::move(fields)});
}

// The log says which schema its entries follow, before the first of them and whenever it changes.
base::Result<void> Gate::record_schema() {
  const std::lock_guard lock(schema_mutex_);
  if (schema_recorded_) return {};
  auto newest = options_.ledger->newest_of_kind(ledger::Reader::kPublic, kSchemaKind);
  if (!newest) return tl::unexpected(newest.error());
  const std::string hash = schema_hash();
  const bool known = *newest && std::any_of((*newest)->disclosures.begin(), (*newest)->disclosures.end(),
                                            [&](const ledger::Disclosure& d) {
                                              return d.name == "hash" && d.value == hash;
                                            });
  if (!known) {
    std::string narrowed;
    if (*newest) {
      for (const ledger::Disclosure& field : (*newest)->disclosures)
        if (field.name == "schema") narrowed = narrowed_since(field.value);
    }
    // Said before the schema that does it holds.
    if (!narrowed.empty()) {
      auto index = options_.ledger->append(
          {kNarrowedKind, {{"narrowed", std::move(narrowed), ledger::Release::kAtOnce}}});
      if (!index) return tl::unexpected(index.error());
    }
    auto index = options_.ledger->append(
        {kSchemaKind,
         {{"hash", hash, ledger::Release::kAtOnce}, {"schema", schema_text(), ledger::Release::kAtOnce}}});
    if (!index) return tl::unexpected(index.error());
  }
  schema_recorded_ = true;
  return {};
}

}  // namespace glasshouse::gate
