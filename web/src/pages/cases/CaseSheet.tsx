import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FolderOpen, Plus, Search, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { me_query, purposes_query } from '@/api/queries';
import { useMay, useWorkingCase } from '@/app/session';
import { Button, Field, LedgerMark, PageHead, PlateChip, ProblemPanel, Select, Skeleton, Swatch, Tag, Time } from '@/ui';
import { fold, plate_problem } from '../search/plate';
import { BODIES, body_word, COLORS, make_word, MAKES } from '../search/question';
import { REGION_OPTIONS } from '@/ui/regions';
import { OfficerChoice } from './Officers';
import { Holds } from './Holds';
import { case_query } from './queries';

type Case = Schemas['Case'];

export function CaseSheet() {
  const { id = '' } = useParams();
  const sheet = useQuery(case_query(id));
  if (sheet.isPending) return <Skeleton rows={8} />;
  if (sheet.error)
    return (
      <>
        <PageHead title="Case">
          <Link to="/cases">Cases</Link>
        </PageHead>
        <ProblemPanel error={sheet.error} retry={() => void sheet.refetch()} />
      </>
    );
  return <Sheet sheet={sheet.data} />;
}

/** Every change answers with the whole sheet. */
function useChange<Input>(id: string, run: (input: Input) => Promise<Case>, after?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: (sheet) => {
      queries.setQueryData(['case', id], sheet);
      void queries.invalidateQueries({ queryKey: ['cases'] });
      after?.();
    },
  });
}

function Sheet({ sheet }: { sheet: Case }) {
  const { id } = sheet;
  const editable = sheet.yours_to_keep && sheet.open;
  const lists = useQuery(purposes_query).data;
  const purpose = lists?.purposes.find((p) => p.code === sheet.purpose);
  const offence = lists?.offences.find((o) => o.code === sheet.offence)?.label ?? sheet.offence;
  const change = useChange(id, (body: Schemas['CaseChange']) => call(api.PATCH('/api/v1/cases/{id}', { params: { path: { id } }, body })));
  return (
    <div className="sheet">
      <PageHead
        title={`Case ${sheet.number}`}
        actions={
          <>
            <WorkOn sheet={sheet} />
            {sheet.yours_to_keep ? (
              <Button isDisabled={change.isPending} onPress={() => change.mutate({ open: !sheet.open })}>
                {sheet.open ? 'Close the case' : 'Reopen'}
              </Button>
            ) : null}
          </>
        }
      >
        <Link to="/cases">Cases</Link>
      </PageHead>
      {change.error ? <ProblemPanel error={change.error} /> : null}
      <div className="sheet-facts">
        <p className="sheet-title">{sheet.title}</p>
        <dl className="facts">
          <div>
            <dt>State</dt>
            <dd>
              <Tag meaning={sheet.open ? 'plain' : 'stale'}>{sheet.open ? 'Open' : 'Closed'}</Tag>
              {sheet.closed_at ? <span className="small soft"> <Time at={sheet.closed_at} /></span> : null}
            </dd>
          </div>
          <div>
            <dt>Purpose</dt>
            <dd>
              {purpose?.label ?? sheet.purpose}
              {purpose ? <span className="small faint purpose-cite">{purpose.citation}</span> : null}
            </dd>
          </div>
          <div>
            <dt>Offense</dt>
            <dd>{offence}</dd>
          </div>
          <div>
            <dt>Opened</dt>
            <dd>
              <Time at={sheet.opened_at} /> <span className="soft">by {sheet.opened_by}</span>
            </dd>
          </div>
        </dl>
      </div>
      <div className="sheet-parts">
        {sheet.yours_to_keep ? (
          <>
            <Plates sheet={sheet} editable={editable} />
            <Descriptions sheet={sheet} editable={editable} />
            <Holds case_id={sheet.id} editable={sheet.yours_to_keep} />
          </>
        ) : (
          <section className="sheet-part" aria-label="The sheet">
            <p className="soft">The plates and descriptions of this case are open to the officers on it and to supervisors. To be put on it, ask one of the officers below.</p>
          </section>
        )}
        <People sheet={sheet} editable={editable} />
      </div>
    </div>
  );
}

function WorkOn({ sheet }: { sheet: Case }) {
  const queries = useQueryClient();
  const working = useWorkingCase();
  const may = useMay();
  const work = useMutation({
    mutationFn: () => call(api.PUT('/api/v1/me/case', { body: { case_id: sheet.id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: me_query.queryKey }),
  });
  if (!may('live-reads')) return null;
  if (working?.case.id === sheet.id)
    return (
      <span className="row">
        <span className="small soft">You are working on it.</span>
        <LedgerMark index={working.ledger_index} />
      </span>
    );
  return (
    <>
      <Button kind="primary" icon={<FolderOpen size={16} aria-hidden />} isDisabled={work.isPending || !sheet.open || !sheet.assigned_to_me} onPress={() => work.mutate()}>
        Work on this case
      </Button>
      {!sheet.assigned_to_me && sheet.open ? <span className="small soft">You are not on it.</span> : null}
      {work.error ? <ProblemPanel error={work.error} /> : null}
    </>
  );
}

function Part({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  return (
    <section className="sheet-part" aria-label={title}>
      <h2>
        {title} <span className="faint figures">{count}</span>
      </h2>
      {children}
    </section>
  );
}

function Plates({ sheet, editable }: { sheet: Case; editable: boolean }) {
  const { id } = sheet;
  const [plate, set_plate] = useState('');
  const [region, set_region] = useState('');
  const [note, set_note] = useState('');
  const add = useChange(
    id,
    () => call(api.POST('/api/v1/cases/{id}/plates', { params: { path: { id } }, body: { plate: fold(plate), ...(region ? { region } : {}), ...(note.trim() ? { note: note.trim() } : {}) } })),
    () => {
      set_plate('');
      set_region('');
      set_note('');
    },
  );
  const remove = useChange(id, (item: string) => call(api.DELETE('/api/v1/cases/{id}/plates/{item}', { params: { path: { id, item } } })));
  const wrong = plate_problem(plate, 'exact');
  const said = add.error instanceof ApiProblem ? add.error.fields : {};
  return (
    <Part title="Plates" count={sheet.plates.length}>
      {sheet.plates.length === 0 ? <p className="soft">No plate on the sheet yet.</p> : null}
      <ul className="sheet-list">
        {sheet.plates.map((p) => (
          <li key={p.id}>
            <PlateChip text={p.plate} region={p.region} />
            <span className="grow">
              {p.note ? <span>{p.note}</span> : null}
              <span className="small faint sheet-by">
                {p.added_by}, <Time at={p.added_at} />
              </span>
            </span>
            <Link className="button button-plain button-small" to={`/search?plate=${encodeURIComponent(p.plate)}`} aria-label={`Search ${p.plate}`}>
              <Search size={14} aria-hidden /> <span>Search</span>
            </Link>
            {editable ? <Button kind="quiet" size="small" aria-label={`Take ${p.plate} off the sheet`} icon={<Trash2 size={14} aria-hidden />} onPress={() => remove.mutate(p.id)} /> : null}
          </li>
        ))}
      </ul>
      {remove.error ? <ProblemPanel error={remove.error} /> : null}
      {editable ? (
        <form
          className="sheet-add"
          onSubmit={(e) => {
            e.preventDefault();
            if (fold(plate) && !wrong) add.mutate(undefined);
          }}
        >
          <Field label="Plate" plate value={plate} onChange={set_plate} maxLength={20} error={wrong ?? said.plate} autoComplete="off" />
          <Select label="Region" options={REGION_OPTIONS} value={region} on_change={set_region} />
          <Field label="Note" value={note} onChange={set_note} maxLength={300} />
          <Button type="submit" icon={<Plus size={14} aria-hidden />} isDisabled={!fold(plate) || !!wrong || add.isPending}>
            Add plate
          </Button>
        </form>
      ) : null}
      {add.error && !said.plate ? <ProblemPanel error={add.error} /> : null}
    </Part>
  );
}

const any = (label: string) => ({ value: '', label });

function Descriptions({ sheet, editable }: { sheet: Case; editable: boolean }) {
  const { id } = sheet;
  const [text, set_text] = useState('');
  const [color, set_color] = useState('');
  const [body, set_body] = useState('');
  const [make, set_make] = useState('');
  const add = useChange(
    id,
    () => call(api.POST('/api/v1/cases/{id}/descriptions', { params: { path: { id } }, body: { text: text.trim(), ...(color ? { color } : {}), ...(body ? { body } : {}), ...(make ? { make } : {}) } })),
    () => {
      set_text('');
      set_color('');
      set_body('');
      set_make('');
    },
  );
  const remove = useChange(id, (item: string) => call(api.DELETE('/api/v1/cases/{id}/descriptions/{item}', { params: { path: { id, item } } })));
  const address = (d: Case['descriptions'][number]) => {
    const p = new URLSearchParams();
    if (d.color) p.set('color', d.color);
    if (d.body) p.set('body', d.body);
    if (d.make) p.set('make', d.make.toLowerCase());
    return p.toString();
  };
  return (
    <Part title="Descriptions" count={sheet.descriptions.length}>
      {sheet.descriptions.length === 0 ? <p className="soft">No vehicle described yet.</p> : null}
      <ul className="sheet-list">
        {sheet.descriptions.map((d) => (
          <li key={d.id}>
            <span className="grow">
              <span>{d.text}</span>
              <span className="small soft sheet-by row-wrap">
                {d.color ? <span className="row"><Swatch color={d.color} /> {d.color}</span> : null}
                {d.body ? <span>{body_word(d.body)}</span> : null}
                {d.make ? <span>{make_word(d.make)}</span> : null}
                <span className="faint">
                  {d.added_by}, <Time at={d.added_at} />
                </span>
              </span>
            </span>
            {address(d) ? (
              <Link className="button button-plain button-small" to={`/search?${address(d)}`} aria-label={`Search vehicles like: ${d.text}`}>
                <Search size={14} aria-hidden /> <span>Search</span>
              </Link>
            ) : null}
            {editable ? <Button kind="quiet" size="small" aria-label={`Take the description off the sheet: ${d.text}`} icon={<Trash2 size={14} aria-hidden />} onPress={() => remove.mutate(d.id)} /> : null}
          </li>
        ))}
      </ul>
      {remove.error ? <ProblemPanel error={remove.error} /> : null}
      {editable ? (
        <form
          className="sheet-add"
          onSubmit={(e) => {
            e.preventDefault();
            if (text.trim()) add.mutate(undefined);
          }}
        >
          <Field label="The vehicle in words" value={text} onChange={set_text} maxLength={300} placeholder="Ladder on the roof, dent at the left" />
          <Select label="Color" options={[any('Not known'), ...COLORS.map((c) => ({ value: c, label: c }))]} value={color} on_change={set_color} />
          <Select label="Body" options={[any('Not known'), ...BODIES.map((b) => ({ value: b, label: body_word(b) }))]} value={body} on_change={set_body} />
          <Select label="Make" options={[any('Not known'), ...MAKES.map((m) => ({ value: m, label: make_word(m) }))]} value={make} on_change={set_make} />
          <Button type="submit" icon={<Plus size={14} aria-hidden />} isDisabled={!text.trim() || add.isPending}>
            Add description
          </Button>
        </form>
      ) : null}
      {add.error ? <ProblemPanel error={add.error} /> : null}
    </Part>
  );
}

function People({ sheet, editable }: { sheet: Case; editable: boolean }) {
  const { id } = sheet;
  const [chosen, set_chosen] = useState<string[]>();
  const save = useChange(
    id,
    (officer_ids: string[]) => call(api.PATCH('/api/v1/cases/{id}', { params: { path: { id } }, body: { officer_ids } })),
    () => set_chosen(undefined),
  );
  return (
    <Part title="Officers" count={sheet.officers.length}>
      {chosen ? (
        <div className="stack">
          <OfficerChoice chosen={chosen} on_change={set_chosen} />
          {save.error ? <ProblemPanel error={save.error} /> : null}
          <div className="row">
            <Button kind="primary" size="small" isDisabled={save.isPending} onPress={() => save.mutate(chosen)}>
              Save
            </Button>
            <Button kind="quiet" size="small" onPress={() => set_chosen(undefined)}>
              Cancel
            </Button>
          </div>
        </div>
      ) : (
        <>
          <ul className="sheet-people">
            {sheet.officers.map((o) => (
              <li key={o.id}>
                {o.name} <span className="small faint">{o.role}</span>
              </li>
            ))}
          </ul>
          {editable ? (
            <div>
              <Button size="small" onPress={() => set_chosen(sheet.officers.map((o) => o.id))}>
                Change who is on it
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Part>
  );
}
