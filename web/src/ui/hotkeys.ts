import { useEffect, useRef, useSyncExternalStore } from 'react';

/** One key or a pair ("g l"), what it does in a few words, and doing it. */
export interface Hotkey {
  keys: string;
  label: string;
  run: () => void;
}
interface Registered {
  group: string;
  keys: readonly Hotkey[];
}

const stack: Registered[] = [];
let listing: readonly { group: string; keys: readonly Hotkey[] }[] = [];
const watchers = new Set<() => void>();
let pending = '';
let pending_until_ms = 0;
const pair_wait_ms = 1_200;

function changed() {
  listing = stack.filter((s) => s.keys.length > 0).map((s) => ({ group: s.group, keys: s.keys }));
  watchers.forEach((watcher) => watcher());
}

function in_text(target: EventTarget | null) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function on_key(event: KeyboardEvent) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (in_text(event.target) || document.querySelector('[role="dialog"],[role="alertdialog"],[role="listbox"]')) return;
  const on_control = event.target instanceof HTMLElement && event.target.closest('button,a,[role="button"],summary');
  if (on_control && (event.key === 'Enter' || event.key === ' ')) return;
  const now_ms = event.timeStamp;
  const chord = pending && now_ms < pending_until_ms ? `${pending} ${event.key}` : '';
  pending = '';
  for (const wanted of [chord, event.key].filter(Boolean)) {
    for (let i = stack.length - 1; i >= 0; --i) {
      const found = stack[i]?.keys.find((k) => k.keys.split(' | ').includes(wanted));
      if (!found) continue;
      event.preventDefault();
      found.run();
      return;
    }
  }
  if (stack.some((s) => s.keys.some((k) => k.keys.startsWith(`${event.key} `)))) {
    pending = event.key;
    pending_until_ms = now_ms + pair_wait_ms;
  }
}

/** Keys that work while the component stands and no field or dialog has the focus. The last registered wins.
 *    useHotkeys('List', [{ keys: 'j', label: 'Next', run: next }]);
 *  `keys` may name several ways: "j | ArrowDown". */
export function useHotkeys(group: string, keys: readonly Hotkey[]) {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  const shape = keys.map((k) => `${k.keys}\t${k.label}`).join('\n');
  useEffect(() => {
    const bound = (shape ? shape.split('\n') : []).map((line, i) => {
      const [name = '', label = ''] = line.split('\t');
      return { keys: name, label, run: () => latest.current[i]?.run() };
    });
    const entry = { group, keys: bound };
    if (stack.length === 0) window.addEventListener('keydown', on_key);
    stack.push(entry);
    changed();
    return () => {
      stack.splice(stack.indexOf(entry), 1);
      if (stack.length === 0) window.removeEventListener('keydown', on_key);
      changed();
    };
  }, [group, shape]);
}

function watch(watcher: () => void) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Every key that works just now, for the list under `?`. */
export function useHotkeyList() {
  return useSyncExternalStore(watch, () => listing);
}
