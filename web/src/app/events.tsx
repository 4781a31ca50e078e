import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { type Schemas, session_listeners } from '@/api/client';

/** What the server sends over /api/v1/events. */
export interface EventTypes {
  read: Schemas['LiveItem'];
  alert: Schemas['AlertSummary'];
  camera: Schemas['Camera'];
  session: Schemas['Session'];
  sharing: { stopped: boolean };
  'shared-search': { agency: string; purpose: string; cameras: number; ledger_index: number };
  /** Somebody worked in an emergency, or it was judged. */
  exigent: { what: string };
}
/** off: this role receives nothing live. */
export type Connection = 'connecting' | 'connected' | 'reconnecting' | 'off';

const names = ['read', 'alert', 'camera', 'session', 'sharing', 'shared-search', 'exigent'] as const;
const first_wait_ms = 1_000;
const longest_wait_ms = 30_000;

/** How long to wait before attempt n (0, 1, 2 …): doubling, bounded, with a random part so that consoles spread out. */
export function wait_before_ms(attempt: number, random = Math.random()): number {
  const whole = Math.min(longest_wait_ms, first_wait_ms * 2 ** attempt);
  return Math.round(whole / 2 + (whole / 2) * random);
}

type Handler = (value: never) => void;
class Hub {
  private handlers = new Map<string, Set<Handler>>();
  on(name: string, handler: Handler) {
    const set = this.handlers.get(name) ?? new Set();
    this.handlers.set(name, set.add(handler));
    return () => void set.delete(handler);
  }
  emit(name: string, value: unknown) {
    this.handlers.get(name)?.forEach((handler) => handler(value as never));
  }
}

const Events = createContext<{ hub: Hub; connection: Connection } | null>(null);

/** One stream for the whole console. `scope` names the session and its live permit: when it changes, the stream is
 *  opened anew, so that what arrives always fits what the officer may see. */
export function EventStream({ scope, enabled = true, children }: { scope: string; enabled?: boolean; children: ReactNode }) {
  const hub = useMemo(() => new Hub(), []);
  const [connection, set_connection] = useState<Connection>('connecting');

  useEffect(() => {
    if (!enabled) return;
    let source: EventSource | undefined;
    let timer: number | undefined;
    let attempt = 0;
    let was_connected = false;
    const open = () => {
      source = new EventSource('/api/v1/events');
      source.onopen = () => {
        attempt = 0;
        set_connection('connected');
        if (was_connected) hub.emit('reconnected', undefined);
        was_connected = true;
      };
      source.onerror = () => {
        source?.close();
        set_connection('reconnecting');
        // The server also ends the stream of a session that it locked or ended: asking who is here tells.
        session_listeners.forEach((listener) => listener());
        window.clearTimeout(timer);
        timer = window.setTimeout(open, wait_before_ms(attempt++));
      };
      for (const name of names)
        source.addEventListener(name, (event: MessageEvent<string>) => hub.emit(name, JSON.parse(event.data)));
    };
    const now = () => {
      if (source?.readyState === EventSource.CLOSED) {
        window.clearTimeout(timer);
        open();
      }
    };
    open();
    window.addEventListener('online', now);
    return () => {
      window.removeEventListener('online', now);
      window.clearTimeout(timer);
      source?.close();
    };
  }, [hub, scope, enabled]);

  const value = useMemo(() => ({ hub, connection: enabled ? connection : ('off' as const) }), [hub, connection, enabled]);
  return <Events value={value}>{children}</Events>;
}

/** Calls `handler` for each event of that name while the component stands. */
export function useEvent<Name extends keyof EventTypes>(name: Name, handler: (value: EventTypes[Name]) => void) {
  const events = useContext(Events);
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => events?.hub.on(name, ((value: EventTypes[Name]) => latest.current(value)) as Handler), [events?.hub, name]);
}

/** Calls `handler` after the stream was lost and stands again: what happened between must be fetched. */
export function useReconnected(handler: () => void) {
  const events = useContext(Events);
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => events?.hub.on('reconnected', () => latest.current()), [events?.hub]);
}

export function useConnection(): Connection {
  return useContext(Events)?.connection ?? 'connecting';
}
