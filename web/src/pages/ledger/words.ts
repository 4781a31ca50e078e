import type { Schemas } from '@/api/client';

type Release = Schemas['LedgerField']['release'];

const kinds: Record<string, string> = {
  'search-reads': 'Search',
  'search.result': 'What a search found',
  'search.outcome': 'What a search led to',
  'question.saved': 'Question saved under a name',
  'question.forgotten': 'Saved question forgotten',
  'export-reads': 'Reads exported',
  'export.made': 'What an export gave out',
  'live-reads': 'Live view opened under a case',
  'view-read': 'A read was looked at',
  'view-picture': 'A picture was looked at',
  'correct-read': 'A read was corrected',
  'view-alerts': 'An alert was looked at',
  'view-masked': 'Live view without plates',
  'view-cameras': 'Cameras looked at',
  'view-ledger': 'The ledger was looked at',
  'view-hotlists': 'Hotlists looked at',
  'list-cases': 'Cases listed',
  'session.link': 'Signed in by a one-time link',
  'session.password': 'Signed in with a password',
  'session.passkey': 'Signed in with a passkey',
  'session.fallback': 'Signed in by the fallback: password and code',
  'session.confirm': 'Passkey touched again',
  'decide-alert': 'Alert decided',
  'alert.confirm': 'Alert confirmed',
  'alert.first-look': 'Alert confirmed by the first of two people',
  'alert.reject': 'Alert: not this one',
  'alert.outcome': 'Outcome of an alert',
  'account.create': 'Account made',
  'account.change': 'Account changed',
  'account.link': 'One-time link given',
  'account.passkey-added': 'Passkey added',
  'account.passkey-removed': 'Passkey removed',
  'account.passkey-copied': 'A passkey that was maybe copied was refused',
  'account.picture-key': 'A key for pictures was made',
  'account.fallback-set': 'Password and code were set',
  'camera.add': 'Camera added',
  'camera.change': 'Camera changed',
  'camera.token': 'Camera token given',
  'case.open': 'Case opened',
  'case.plate.add': 'Plate put on a case sheet',
  'case.plate.remove': 'Plate taken off a case sheet',
  'case.description.add': 'Vehicle described on a case sheet',
  'case.description.remove': 'Description taken off a case sheet',
  'case.change': 'Case changed',
  'case.close': 'Case closed',
  'case.reopen': 'Case opened again',
  'hotlist.create': 'Hotlist made',
  'hotlist.change': 'Hotlist changed',
  'hotlist.remove': 'Hotlist removed',
  'hotlist.add': 'Hotlist entry added',
  'hotlist.end': 'Hotlist entry ended',
  'hotlist.import': 'Hotlist imported',
  'hotlist.share': 'Hotlist sent to another agency from now on',
  'hotlist.unshare': 'Hotlist taken back from another agency',
  'hotlist.share-ended': 'Hotlist no longer sent: the grant ended',
  'hotlist.send': 'Hotlist, or changes of it, sent',
  'hotlist.sent': 'What was sent has come',
  'hotlist.receive': 'Another agency’s hotlist came',
  'hotlist.forget': 'Another agency’s hotlist deleted: the grant ended',
  'hotlist.outcome-send': 'An outcome told to the list’s owner',
  'hotlist.outcome-sent': 'The list’s owner knows the outcome',
  'hotlist.outcome-receive': 'Another agency told an outcome',
  'alert.withdraw': 'Alert closed: its entry holds no more',
  'order.enter': 'Outside agency’s order entered',
  'order.check': 'Outside agency’s order checked by a second person',
  'order.refuse': 'Outside agency’s order refused',
  'order.withdraw': 'Outside agency’s order withdrawn',
  'exigent.open': 'Work in an emergency, without a case',
  'exigent.judge': 'Work in an emergency judged by another person',
  'exigent.review': 'Work in an emergency put to review: nobody judged it in a day',
  'ledger.audit': 'The auditor looked',
  'demo.made': 'Demo town made',
  'policy.adopt': 'Statute pack adopted',
  'policy.end': 'Statute pack ended',
  'retention.purge': 'A day of reads deleted',
  'server.start': 'Server started',
  'server.stop': 'Server stopped',
  'settings.change': 'Settings changed',
  'sharing.agency': 'Another agency listed',
  'sharing.offer': 'Grant offered',
  'sharing.change': 'Change of a grant offered',
  'sharing.offered-to-us': 'A grant was offered to us',
  'sharing.accept': 'Grant signed by both: it holds',
  'sharing.revoke': 'Grant revoked',
  'sharing.text': 'Signed text taken in',
  'sharing.propose': 'Proposed what takes two people',
  'sharing.confirm': 'Confirmed by a second person',
  'sharing.withdraw': 'Proposal withdrawn',
  'sharing.region-off': 'Region-wide list turned off',
  'sharing.promise': 'Promise about who reaches the cameras',
  'sharing.stopped': 'Sharing stopped: a promise does not hold',
  'sharing.resumed': 'Sharing goes on again',
  'source.create': 'Another maker’s camera may send',
  'source.change': 'Source changed',
  'source.key': 'New key of a source',
  'source.remove': 'Source removed',
  'vault.day-key': 'Key of a day made',
  'picture.release': 'Picture opened by the vault’s agent',
};

/** The gate records what it refused like what it allowed. */
export const was_refused = (entry: Schemas['LedgerEntry']) => entry.fields.some((f) => f.name === 'decision' && f.value === 'denied');

/** "retention.purge" in words; what is not known is shown as it stands, readable. */
export function kind_words(kind: string): string {
  const known = kinds[kind];
  if (known) return known;
  const words = kind.replaceAll(/[._-]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const field_words = (name: string) => {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const releases: { release: Release; title: string }[] = [
  { release: 'at-once', title: 'Public at once' },
  { release: 'after-24h', title: 'Public after 24 hours' },
  { release: 'restricted', title: 'Only for the auditor, a court, the person concerned' },
];
