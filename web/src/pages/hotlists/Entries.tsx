import { useInfiniteQuery } from '@tanstack/react-query';
import { FileUp, FolderInput, ListPlus, ListX, Pencil, Send, Waypoints } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { useMay } from '@/app/session';
import { Button, type Column, EmptyState, ListTools, looks_word, PlateChip, ProblemPanel, Skeleton, Tag, Time, useHotkeys, useListFilter, VirtualTable } from '@/ui';
import { Age } from './Age';
import { EntryDetail } from './EntryDetail';
import { EntryForm } from './EntryForm';
import { Import } from './Import';
import { kind_words } from './kinds';
import { ListForm } from './ListForm';
import { Pulls, PullTrouble } from './Pulls';
import { entries_query } from './queries';
import { Origin, SharedWith, Shares } from './Shares';
import { SourceForm } from './SourceForm';

type Entry = Schemas['HotlistEntry'];
type Show = 'active' | 'ended' | 'all';
const shows: [{ value: Show; label: string }, ...{ value: Show; label: string }[]] = [
  { value: 'active', label: 'Active' },
  { value: 'ended', label: 'Ended' },
  { value: 'all', label: 'All' },
];

export function looks_words(e: Pick<Entry, 'color' | 'make' | 'body'>): string {
  const known = [e.color, e.make && looks_word(e.make), e.body && looks_word(e.body).replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase())];
  const words = known.filter((w) => w && w.toLowerCase() !== 'unknown').join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function Entries({ list }: { list: Schemas['Hotlist'] }) {
  const filter = useListFilter(shows);
  const { show, q, late_q } = filter;
  const may = useMay();
  const editable = may('manage-hotlists') && !list.origin;
  const [doing, set_doing] = useState<'add' | 'import' | 'list' | 'source' | 'pulls' | 'shares'>();
  const [selected, select] = useState<string>();
  const [open, set_open] = useState<string>();
  const found = useInfiniteQuery(entries_query(list.id, { q: late_q, active: show === 'all' ? undefined : show === 'active' }));
  const rows = useMemo(() => found.data?.pages.flatMap((p) => p.items) ?? [], [found.data]);
  const opened = rows.find((e) => e.id === open);
  useHotkeys('Entries', editable ? [{ keys: 'n', label: 'Add an entry', run: () => set_doing('add') }, { keys: 'i', label: 'Import a file', run: () => set_doing('import') }] : []);

  const columns: Column<Entry>[] = [
    { id: 'plate', head: 'Plate', width: '160px', cell: (e) => <PlateChip text={e.plate} region={e.region} size="s" /> },
    { id: 'reason', head: 'Reason', width: 'minmax(120px, 1fr)', cell: (e) => <span className="clip">{e.reason}</span> },
    { id: 'looks', head: 'Looks', width: 'minmax(100px, 0.8fr)', phone: false, cell: (e) => <span className="clip soft">{looks_words(e) || '–'}</span> },
    { id: 'case', head: 'Case', width: '100px', phone: false, cell: (e) => <span className="figures clip">{e.case_number}</span> },
    { id: 'end', head: 'Ends', width: '130px', cell: (e) => <Ends entry={e} /> },
    { id: 'kind', head: 'Kind', width: '90px', phone: false, cell: (e) => <span className="soft">{e.pattern ? 'Pattern' : 'Plate'}</span> },
  ];
  return (
    <>
      <p className="phone-back">
        <Link to="/hotlists">All lists</Link>
      </p>
      <header className="hotlist-head">
        <div className="grow">
          <h2>{list.name}</h2>
          {list.description ? <p className="soft small">{list.description}</p> : null}
          <p className="soft small">{list.zero_rule === 'o-is-zero' ? 'O and 0 are written alike: BO4120 is kept as B04120.' : 'O and 0 are different characters: BO4120 is not B04120.'}</p>
          {list.origin ? null : (
          <p className="soft small">
            Layout of its files: {kind_words(list.source.kind)}
            {list.source.whole ? '; each file is the whole list' : ''}.{list.source.audience.length ? ` For ${list.source.audience.length === 1 ? 'one person' : `${list.source.audience.length} people`} and those who manage hotlists only.` : ''}
          </p>
          )}
        </div>
        {editable ? (
          <div className="row-wrap">
            <Button size="small" icon={<Pencil size={14} aria-hidden />} onPress={() => set_doing('list')}>
              Name and rules
            </Button>
            <Button size="small" icon={<Waypoints size={14} aria-hidden />} onPress={() => set_doing('source')}>
              Source
            </Button>
            {list.source.folder ? (
              <Button size="small" icon={<FolderInput size={14} aria-hidden />} onPress={() => set_doing('pulls')}>
                Files
              </Button>
            ) : null}
            <Button size="small" icon={<Send size={14} aria-hidden />} onPress={() => set_doing('shares')}>
              Send to…
            </Button>
            <Button size="small" icon={<FileUp size={14} aria-hidden />} hotkey="i" onPress={() => set_doing('import')}>
              Import file
            </Button>
            <Button size="small" kind="primary" icon={<ListPlus size={14} aria-hidden />} hotkey="n" onPress={() => set_doing('add')}>
              Add entry
            </Button>
          </div>
        ) : null}
      </header>
      {list.origin ? <Origin origin={list.origin} /> : null}
      <Age list={list} />
      {editable ? <SharedWith list={list} on_show={() => set_doing('shares')} /> : null}
      {list.source.folder ? <PullTrouble list={list} on_show={() => set_doing('pulls')} /> : null}
      <ListTools filter={filter} which="Which entries" find="Find an entry" placeholder="Plate, case or reason" />
      {found.isPending ? <Skeleton rows={8} /> : null}
      {found.error ? <ProblemPanel error={found.error} retry={() => void found.refetch()} /> : null}
      {found.data && rows.length === 0 ? (
        <EmptyState icon={ListX} title={q ? 'No entry fits' : show === 'active' ? 'No active entry' : 'No entries'}>
          {show === 'active' ? <p>Ended ones stand under “Ended”.</p> : null}
        </EmptyState>
      ) : null}
      {rows.length > 0 ? (
        <VirtualTable
          label={`Entries of ${list.name}`}
          rows={rows}
          columns={columns}
          phone_columns="minmax(0, 140px) minmax(0, 1fr) 92px"
          key_of={(e) => e.id}
          selected={selected}
          on_select={(e) => {
            if (selected === e.id) set_open(e.id);
            else select(e.id);
          }}
          on_open={(e) => set_open(e.id)}
          on_end={() => {
            if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
          }}
          place={`hotlist.${list.id}`}
        />
      ) : null}
      {opened ? <EntryDetail entry={opened} editable={editable} on_close={() => set_open(undefined)} /> : null}
      {doing === 'add' ? <EntryForm list={list} on_close={() => set_doing(undefined)} /> : null}
      {doing === 'import' ? <Import list={list} on_close={() => set_doing(undefined)} /> : null}
      {doing === 'pulls' ? <Pulls list={list} on_close={() => set_doing(undefined)} /> : null}
      {doing === 'shares' ? <Shares list={list} on_close={() => set_doing(undefined)} /> : null}
      {doing === 'source' ? <SourceForm list={list} on_close={() => set_doing(undefined)} /> : null}
      {doing === 'list' ? <ListForm list={list} on_close={() => set_doing(undefined)} on_saved={() => set_doing(undefined)} /> : null}
    </>
  );
}

function Ends({ entry }: { entry: Entry }) {
  if (!entry.active) return <Tag meaning="stale">{entry.ended_as === 'recovered' ? 'Recovered' : 'Ended'}</Tag>;
  return (
    <span>
      <Time at={entry.expires_at} style="date" />
    </span>
  );
}
