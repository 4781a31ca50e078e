import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useEvent } from '@/app/events';
import { useWorkingCase } from '@/app/session';
import type { PictureOf } from '@/seal/picture';

export type LiveItem = Schemas['LiveItem'];

/** How many reads the page holds: half an hour of a busy small town; older ones are a search. */
export const kept_reads = 1000;
const first_reads = 200;

/** The picture under a permit, else the address of the blurred preview. */
export const picture_of = (item: LiveItem): PictureOf | string => {
  const read_id = item.masked.id;
  return item.read ? { path: `/api/v1/reads/${read_id}/picture`, read_id } : `/api/v1/reads/${read_id}/preview`;
};

/** New ones before old ones, each once, bounded. */
export function with_new(old: readonly LiveItem[], fresh: readonly LiveItem[], limit = kept_reads): LiveItem[] {
  const known = new Set(old.map((item) => item.masked.id));
  const added = fresh.filter((item) => !known.has(item.masked.id));
  return added.length ? [...added, ...old].slice(0, limit) : [...old];
}

export interface LiveFilter {
  camera?: string;
  color?: string;
  body?: string;
}
export function passes(item: LiveItem, filter: LiveFilter): boolean {
  const { camera_id, vehicle } = item.masked;
  return (
    (!filter.camera || camera_id === filter.camera) &&
    (!filter.color || vehicle.color === filter.color) &&
    (!filter.body || vehicle.body === filter.body)
  );
}

/** The latest reads and those that arrive. While `held`, what arrives waits and is only counted. */
export function useLive(held: boolean) {
  const queries = useQueryClient();
  const permit = useWorkingCase()?.ledger_index ?? 'none';
  const key = useMemo(() => ['live', permit], [permit]);
  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await call(api.GET('/api/v1/live', { params: { query: { limit: first_reads } }, signal }))).items,
    staleTime: Infinity,
  });
  const waiting = useRef<{ permit: typeof permit; items: LiveItem[] }>({ permit, items: [] });
  const [waiting_count, set_waiting_count] = useState(0);

  const show_waiting = useCallback(() => {
    const { items, permit: under } = waiting.current;
    waiting.current = { permit, items: [] };
    set_waiting_count(0);
    // What waited under another permit is not shown under this one.
    if (under === permit) queries.setQueryData<LiveItem[]>(key, (old) => (old ? with_new(old, items) : old));
  }, [queries, key, permit]);

  useEvent('read', (item) => {
    if (waiting.current.permit !== permit) waiting.current = { permit, items: [] };
    if (held) {
      waiting.current.items = with_new(waiting.current.items, [item]);
      set_waiting_count(waiting.current.items.length);
    } else {
      queries.setQueryData<LiveItem[]>(key, (old) => (old ? with_new(old, [item]) : old));
    }
  });
  return { query, items: query.data ?? [], waiting_count, show_waiting };
}
