import type { Schemas } from '@/api/client';

type Release = Schemas['LedgerField']['release'];

const kinds: Record<string, string> = {
  search: 'Search',
  'live-reads': 'Live view opened under a case',
  'view-read': 'A read was looked at',
  'view-picture': 'A picture was looked at',
  denied: 'Refused',
  denial: 'Refused',
  'alert.confirm': 'Alert confirmed',
  'alert.reject': 'Alert: not this one',
  'alert.outcome': 'Outcome of an alert',
  'hotlist.import': 'Hotlist imported',
  'hotlist.add': 'Hotlist entry added',
  'retention.purge': 'A day of reads deleted',
  'server.start': 'Server started',
  'case.open': 'Case opened',
};

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
