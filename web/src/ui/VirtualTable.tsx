import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useEffect, useRef } from 'react';
import { type Hotkey, useHotkeys } from './hotkeys';
import { keep, kept } from './keep';

export interface Column<Row> {
  id: string;
  /** The heading; shown also on a phone unless `phone` is false. */
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** A CSS grid track: "120px", "minmax(160px, 1fr)". */
  width: string;
  align?: 'end';
  phone?: boolean;
}

export interface VirtualTableProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  key_of: (row: Row) => string;
  row_height_px?: number;
  selected?: string;
  /** j, k and the arrows move; a click selects. */
  on_select?: (row: Row) => void;
  /** Enter and a double click. */
  on_open?: (row: Row) => void;
  on_hover?: (row: Row | undefined) => void;
  /** Called when the end comes near: fetch the next page. */
  on_end?: () => void;
  /** Told when the list leaves its top or comes back to it. */
  on_top?: (at_top: boolean) => void;
  /** Remembers the scroll place under this name while the tab is open. */
  place?: string;
  row_class?: (row: Row) => string | undefined;
  /** The tracks on a phone, for the columns that stay. */
  phone_columns?: string;
  hotkeys?: boolean;
  /** The headings are only for those who cannot see that they are not needed. */
  hide_head?: boolean;
}

/** Drawn anew only with another row or other columns: whoever steps through a list changes neither. */
const Cells = memo(function Cells<Row>({ row, columns }: { row: Row; columns: readonly Column<Row>[] }) {
  return columns.map((c) => (
    <span key={c.id} role="gridcell" className={`${c.align === 'end' ? 'cell-end ' : ''}${c.phone === false ? 'not-phone' : ''}`}>
      {c.cell(row)}
    </span>
  ));
}) as <Row>(props: { row: Row; columns: readonly Column<Row>[] }) => ReactNode;

/** A grid of any length: only what is on the screen is in the page. Rows are chosen with j, k and Enter. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { rows, columns, key_of, row_height_px = 40, selected, on_select, on_open, on_end, place } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const at_top = useRef(true);
  const start = useRef(place ? (kept<number>(`place.${place}`) ?? 0) : 0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => row_height_px,
    getItemKey: (i) => key_of(rows[i] as Row),
    overscan: 8,
    initialOffset: start.current,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (on_end && rows.length > 0 && last >= rows.length - 10) on_end();
  }, [last, rows.length, on_end]);

  const at = selected === undefined ? -1 : rows.findIndex((row) => key_of(row) === selected);
  const move = (to: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (row === undefined) return;
    on_select?.(row);
    virtual.scrollToIndex(rows.indexOf(row), { align: 'auto' });
  };
  const keys: Hotkey[] = [];
  if (on_select && props.hotkeys !== false) {
    keys.push({ keys: 'j | ArrowDown', label: 'Next row', run: () => move(at + 1) });
    keys.push({ keys: 'k | ArrowUp', label: 'Row before', run: () => move(at - 1) });
  }
  if (on_open && props.hotkeys !== false)
    keys.push({ keys: 'Enter', label: 'Open the row', run: () => rows[at] !== undefined && on_open(rows[at]) });
  useHotkeys(props.label, keys);

  return (
    <div
      className={`vtable${props.phone_columns ? ' vtable-phone' : ''}`}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      // CSSOM, not an attribute in HTML: the policy allows it.
      ref={(el) => {
        el?.style.setProperty('--columns', columns.map((c) => c.width).join(' '));
        el?.style.setProperty('--phone-columns', props.phone_columns ?? '1fr');
      }}
    >
      <div role="row" aria-rowindex={1} className={props.hide_head ? 'visually-hidden' : 'vtable-head vtable-row'}>
        {columns.map((c) => (
          <span key={c.id} role="columnheader" className={`${c.align === 'end' ? 'cell-end ' : ''}${c.phone === false ? 'not-phone' : ''}`}>
            {c.head}
          </span>
        ))}
      </div>
      <div
        ref={scroller}
        role="rowgroup"
        className="vtable-scroll"
        tabIndex={0}
        aria-label={`${props.label}, rows`}
        onScroll={(e) => {
          const top_px = e.currentTarget.scrollTop;
          if (place) keep(`place.${place}`, Math.round(top_px));
          const now_at_top = top_px < row_height_px / 2;
          if (now_at_top !== at_top.current) props.on_top?.(now_at_top);
          at_top.current = now_at_top;
        }}
        onMouseLeave={() => props.on_hover?.(undefined)}
      >
        <div role="presentation" className="vtable-body" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index] as Row;
            const key = key_of(row);
            const extra = props.row_class?.(row);
            return (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={on_select ? key === selected : undefined}
                className={`vtable-row${key === selected ? ' is-selected' : ''}${on_select || on_open ? ' is-clickable' : ''}${extra ? ` ${extra}` : ''}`}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                onClick={() => (on_select ?? on_open)?.(row)}
                onDoubleClick={() => on_select && on_open?.(row)}
                onMouseEnter={() => props.on_hover?.(row)}
              >
                <Cells row={row} columns={columns} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
