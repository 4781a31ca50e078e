import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, call } from '@/api/client';
import { me_query } from '@/api/queries';
import { drop_picture_key } from '@/seal/own_key';

const look_every_ms = 5_000;

/** Locks the screen when nobody touched it for the session's idle time. The server locks by its own clock as well. */
export function IdleLock({ after_s, can_unlock }: { after_s: number; can_unlock: boolean }) {
  const queries = useQueryClient();
  useEffect(() => {
    let touched_ms = Date.now();
    let locking = false;
    const touch = () => (touched_ms = Date.now());
    const look = async () => {
      if (locking || Date.now() - touched_ms < after_s * 1000) return;
      locking = true;
      try {
        // Without a passkey there is nothing to unlock with: the session ends instead of being stuck.
        await call(can_unlock ? api.POST('/api/v1/me/lock') : api.POST('/api/v1/sign-out'));
      } catch {
        // Unreachable or already over: asking who is here tells.
      }
      await drop_picture_key();
      queries.removeQueries({ predicate: (q) => q.queryKey[0] !== 'me' && q.queryKey[0] !== 'about' });
      await queries.invalidateQueries({ queryKey: me_query.queryKey });
    };
    const timer = window.setInterval(() => void look(), look_every_ms);
    const kinds = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;
    kinds.forEach((kind) => window.addEventListener(kind, touch, { passive: true }));
    return () => {
      window.clearInterval(timer);
      kinds.forEach((kind) => window.removeEventListener(kind, touch));
    };
  }, [after_s, can_unlock, queries]);
  return null;
}
