import { type RefObject, useEffect, useState } from 'react';

/** Whether the element has come near the window: each picture that is asked for is recorded, so none is asked for unseen. */
export function useSeen(ref: RefObject<Element | null>): boolean {
  const [seen, set_seen] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element || seen) return undefined;
    const observer = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && set_seen(true), { rootMargin: '200px' });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, seen]);
  return seen;
}
