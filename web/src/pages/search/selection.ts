// One selection for list, gallery, timeline and map. Focus stays on one read; hovering lights another for a moment;
// the open one is what the drawer shows. Pure: keys and pointers in, next state out.

export interface Selection {
  focused: string | undefined; // moved by j/k, clicks and focus; survives hovering
  hovered: string | undefined; // lit while the pointer stays
  open: string | undefined; // shown in the drawer
}

export const NOTHING: Selection = { focused: undefined, hovered: undefined, open: undefined };

export type Move = 'next' | 'previous' | 'first' | 'last' | 'page-down' | 'page-up' | 'open' | 'close';
export const PAGE_STEP = 10;

/** What lights up everywhere: the hovered read, else the focused one. */
export function lit(s: Selection): string | undefined {
  return s.hovered ?? s.focused;
}

export function move_of(key: string): Move | undefined {
  switch (key) {
    case 'j': case 'ArrowDown': return 'next';
    case 'k': case 'ArrowUp': return 'previous';
    case 'Home': return 'first';
    case 'End': return 'last';
    case 'PageDown': return 'page-down';
    case 'PageUp': return 'page-up';
    case 'Enter': case 'o': return 'open';
    case 'Escape': return 'close';
    default: return undefined;
  }
}

export function step(s: Selection, ids: readonly string[], move: Move): Selection {
  if (move === 'close') return s.open ? { ...s, open: undefined } : s;
  if (ids.length === 0) return s;
  const at = s.focused === undefined ? -1 : ids.indexOf(s.focused);
  const go = (index: number): Selection => {
    const focused = ids[Math.min(Math.max(index, 0), ids.length - 1)];
    // An open drawer follows the focus, so that j/k page through the pictures.
    return { ...s, hovered: undefined, focused, open: s.open === undefined ? undefined : focused };
  };
  switch (move) {
    case 'next': return go(at + 1);
    case 'previous': return go(at < 0 ? 0 : at - 1);
    case 'first': return go(0);
    case 'last': return go(ids.length - 1);
    case 'page-down': return go(at + PAGE_STEP);
    case 'page-up': return go(Math.max(at, 0) - PAGE_STEP);
    case 'open': return at < 0 ? { ...s, focused: ids[0], open: ids[0] } : { ...s, open: s.focused };
  }
}

/** Keeps what is still there when the results change. */
export function keep(s: Selection, ids: readonly string[]): Selection {
  const there = (id: string | undefined): string | undefined => (id !== undefined && ids.includes(id) ? id : undefined);
  return { focused: there(s.focused), hovered: there(s.hovered), open: there(s.open) };
}
