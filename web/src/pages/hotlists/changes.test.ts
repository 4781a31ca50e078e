import { expect, it } from 'vitest';
import { changed_fields } from './changes';
import { commit_words } from './ImportPreview';

const entry = { plate: 'ABC1230', reason: 'Stolen vehicle', case_number: '26-1', expires_at: '2026-12-01T00:00:00Z' };

it('names each field that an import would change, and only those', () => {
  expect(changed_fields({ ...entry, color: 'red' }, { ...entry, color: 'blue', make: 'ford' }, 'UTC')).toEqual([
    { field: 'Color', before: 'red', after: 'blue' },
    { field: 'Make', before: 'nothing', after: 'ford' },
  ]);
  expect(changed_fields(entry, { ...entry, expires_at: '2026-12-01T00:00:00.000Z' }, 'UTC')).toEqual([]);
  expect(changed_fields(entry, { ...entry, expires_at: '2026-12-02T00:00:00Z' }, 'UTC').map((c) => c.field)).toEqual(['Ends']);
});

it('says on the button what pressing it does', () => {
  const none = { to_add: 0, to_change: 0, to_remove: 0, to_renew: 0 } as Parameters<typeof commit_words>[0];
  expect(commit_words(none)).toBe('Nothing to apply');
  expect(commit_words({ ...none, to_add: 1 })).toBe('Apply: 1 added');
  expect(commit_words({ ...none, to_remove: 1200, to_renew: 2 })).toBe('Apply: 1,200 ended, 2 renewed');
});
