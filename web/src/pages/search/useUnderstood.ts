import { useEffect, useState } from 'react';
import { api, call } from '@/api/client';
import { offset_min, type Understood } from './language';
import type { Draft } from './question';

/** While somebody types, the server is asked when the hands rest. */
const REST_MS = 140;

export interface Under {
  case_id?: string;
  zone: string;
  own_agency: string;
  behalf: Pick<Draft, 'behalf' | 'behalf_kind'>;
}
export interface Reading {
  /** The text that it is of. */
  text: string;
  understood: Understood;
}

export function understand(text: string, cursor: number, { case_id, zone, own_agency, behalf }: Under, signal?: AbortSignal): Promise<Understood> {
  const on_behalf_of = behalf.behalf_kind === 'own' ? { agency: own_agency, kind: behalf.behalf_kind } : { agency: behalf.behalf.trim(), kind: behalf.behalf_kind };
  const body = { text, cursor, limit: 50, utc_offset_min: offset_min(Date.now(), zone), ...(case_id ? { case_id, on_behalf_of } : {}) };
  return call(api.POST('/api/v1/search/understand', { body, signal }));
}

/** What a text means, what could come next, and whether it would be answered. Asks and records nothing. */
export function useUnderstood(text: string, cursor: number, { case_id, zone, own_agency, behalf }: Under): Reading | undefined {
  const [reading, set_reading] = useState<Reading>();
  const { behalf: name, behalf_kind: kind } = behalf;
  useEffect(() => {
    const abort = new AbortController();
    const wait = window.setTimeout(() => {
      understand(text, cursor, { case_id, zone, own_agency, behalf: { behalf: name, behalf_kind: kind } }, abort.signal)
        .then((understood) => set_reading({ text, understood }))
        .catch(() => undefined); // the search itself will say what is wrong
    }, REST_MS);
    return () => {
      window.clearTimeout(wait);
      abort.abort();
    };
  }, [text, cursor, case_id, zone, own_agency, name, kind]);
  return reading;
}
