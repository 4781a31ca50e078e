import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/app/session';
import { usePicture } from '@/seal/picture';
import { BodyIcon, Checkbox, LedgerMark, looks_sentence, looks_word, PlateChip, ProblemPanel, ReadPicture, region_name, Skeleton, Swatch, Time, useHotkeys } from '@/ui';
import { compare_plates } from './compare';
import { DecisionBar, OutcomeForm } from './Decide';
import { Warnings } from './Warnings';
import { compared_fields, type ComparedField, field_words, kind_words, StateTag } from './words';

type Alert = Schemas['Alert'];

const picture_of = (alert: Alert) => ({ path: `/api/v1/alerts/${alert.id}/picture`, read_id: alert.read.id });

/** What was wanted against what was read; the person goes through it point by point, then decides. */
export function Comparison({ id, next }: { id: string; next?: () => void }) {
  const query = useQuery({
    queryKey: ['alerts', 'one', id],
    queryFn: ({ signal }) => call(api.GET('/api/v1/alerts/{id}', { params: { path: { id } }, signal })),
  });
  if (query.error && !query.data)
    return (
      <section className="comparison" aria-label="Comparison">
        <ProblemPanel error={query.error} retry={() => void query.refetch()} />
      </section>
    );
  if (!query.data)
    return (
      <section className="comparison" aria-label="Comparison">
        <Skeleton rows={2} height={120} label="Loading the comparison" />
      </section>
    );
  return <Loaded alert={query.data} next={next} />;
}

function Loaded({ alert, next }: { alert: Alert; next?: () => void }) {
  const may = useMay();
  const [compared, set_compared] = useState<ReadonlySet<ComparedField>>(new Set());
  const pending = alert.state === 'pending';
  const toggle = (field: ComparedField) => {
    const now = new Set(compared);
    if (!now.delete(field)) now.add(field);
    set_compared(now);
  };
  const deciding = pending && may('decide-alert');
  useHotkeys(
    'Comparison',
    deciding ? compared_fields.map((field, i) => ({ keys: String(i + 1), label: `Compared: ${field_words[field].toLowerCase()}`, run: () => toggle(field) })) : [],
  );
  const { read, entry } = alert;
  const words = looks_sentence(read.vehicle);
  const plates = compare_plates(entry.plate, read.plate?.text ?? '');
  const of = (field: Schemas['Agreement']['field']) => alert.agreements.find((a) => a.field === field);

  return (
    <section className="comparison" aria-label="Comparison">
      <header className="comparison-head">
        <div className="grow">
          <h2>{entry.reason}</h2>
          <p className="soft">
            Case {entry.case_number} · {alert.hotlist_name}
            {alert.agency ? ` of ${alert.agency}` : ''} · {kind_words[alert.kind].toLowerCase()}
          </p>
        </div>
        <StateTag state={alert.state} />
      </header>
      <Warnings alert={alert} />

      <div className="comparison-sides">
        <div className="side">
          <h3>Wanted</h3>
          <dl className="facts">
            <dt>Reason</dt>
            <dd>{entry.reason}</dd>
            <dt>Case</dt>
            <dd className="figures">{entry.case_number}</dd>
            <dt>Listed by</dt>
            <dd>
              {entry.added_by}, <Time at={entry.added_at} />
            </dd>
            <dt>Ends</dt>
            <dd>
              <Time at={entry.expires_at} />
            </dd>
            {entry.note ? (
              <>
                <dt>Note</dt>
                <dd>{entry.note}</dd>
              </>
            ) : null}
          </dl>
        </div>
        <div className="side">
          <h3>
            Read <span className="soft">at</span> <Link to={`/cameras/${alert.camera.id}`}>{alert.camera.name}</Link>{' '}
            <span className="soft">
              <Time at={read.captured_at} />
            </span>
          </h3>
          {read.has_picture ? (
            <ReadPicture
              of={picture_of(alert)}
              alt={`${words} at ${alert.camera.name}`}
              width={read.picture_width}
              height={read.picture_height}
              plate_box={read.plate?.box}
            />
          ) : (
            <p className="soft">No picture came with this read.</p>
          )}
        </div>
      </div>

      <table className="compare-table">
        <thead>
          <tr>
            <th scope="col">{deciding ? 'Compared' : 'Point'}</th>
            <th scope="col">Wanted</th>
            <th scope="col">Read</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          <Row field="plate" alert={alert} deciding={deciding} done={compared.has('plate')} toggle={toggle} number={1}>
            <PlateChip size="l" text={entry.plate} region={entry.region} differs={plates.wanted} />
            {read.plate ? (
              <span className="compare-plate">
                <PlateChip size="l" explain text={read.plate.text} region={read.plate.region} characters={read.plate.characters} differs={plates.read} />
                {read.has_picture && read.picture_width && read.picture_height ? <PlateCrop alert={alert} plate={read.plate} /> : null}
              </span>
            ) : (
              <span className="soft">no plate</span>
            )}
          </Row>
          <Row field="region" alert={alert} deciding={deciding} done={compared.has('region')} toggle={toggle} number={2}>
            <Word value={region_of(of('region')?.wanted)} />
            <Word value={region_of(of('region')?.read)} sure={read.plate?.region_confidence} unseen />
          </Row>
          <Row field="body" alert={alert} deciding={deciding} done={compared.has('body')} toggle={toggle} number={3}>
            <Word value={of('body')?.wanted} icon={<BodyIcon body={of('body')?.wanted || 'unknown'} />} />
            <Word value={of('body')?.read} icon={<BodyIcon body={of('body')?.read || 'unknown'} />} sure={read.vehicle.body_confidence} unseen />
          </Row>
          <Row field="color" alert={alert} deciding={deciding} done={compared.has('color')} toggle={toggle} number={4}>
            <Word value={of('color')?.wanted} icon={<Swatch color={of('color')?.wanted || 'unknown'} />} />
            <Word value={of('color')?.read} icon={<Swatch color={of('color')?.read || 'unknown'} />} sure={read.vehicle.color_confidence} unseen />
          </Row>
          {of('make') ? (
            <Row field="make" alert={alert} deciding={false} done={false}>
              <Word value={of('make')?.wanted} />
              <Word value={of('make')?.read} sure={read.vehicle.make_confidence} unseen />
            </Row>
          ) : null}
        </tbody>
      </table>

      {deciding ? <DecisionBar alert={alert} compared={compared} /> : null}
      {pending && !deciding ? <p className="soft decided">Your role sees alerts; an officer or a dispatcher decides them.</p> : null}
      {alert.decision ? <Decided alert={alert} next={next} /> : null}
      {alert.state === 'confirmed' && may('record-outcome') ? <OutcomeForm alert={alert} /> : null}
    </section>
  );
}

interface RowProps {
  field: Schemas['Agreement']['field'];
  alert: Alert;
  deciding: boolean;
  done: boolean;
  toggle?: (field: ComparedField) => void;
  number?: number;
  children: [React.ReactNode, React.ReactNode];
}

const region_of = (code?: string) => (code && code !== 'unknown' ? region_name(code) : undefined);

const verdicts = {
  same: { word: 'Same', shape: '=' },
  different: { word: 'Different', shape: '≠' },
  unknown: { word: 'Not known', shape: '?' },
};

function Row({ field, alert, deciding, done, toggle, number, children }: RowProps) {
  const agreement = alert.agreements.find((a) => a.field === field);
  // An exact hit whose letters differ: the list's own rule takes O and 0 for one another.
  const by_rule = field === 'plate' && alert.kind === 'exact' && agreement?.verdict === 'different';
  const verdict = by_rule ? { word: 'O as 0', shape: '≈' } : verdicts[agreement?.verdict ?? 'unknown'];
  return (
    <tr className={`compare-${agreement?.verdict ?? 'unknown'}`}>
      <th scope="row">
        {deciding ? (
          <Checkbox isSelected={done} onChange={() => toggle?.(field as ComparedField)}>
            {field_words[field]} <kbd aria-hidden="true">{number}</kbd>
          </Checkbox>
        ) : (
          field_words[field]
        )}
      </th>
      <td data-side="Wanted">{children[0]}</td>
      <td data-side="Read">{children[1]}</td>
      <td>
        <span className="verdict">
          <span className="verdict-shape" aria-hidden="true">
            {verdict.shape}
          </span>
          {verdict.word}
        </span>
        {by_rule ? <span className="small soft verdict-note">this list writes them alike</span> : null}
      </td>
    </tr>
  );
}

function Word({ value, icon, sure, unseen }: { value?: string; icon?: React.ReactNode; sure?: number; unseen?: boolean }) {
  const known = value && value !== 'unknown';
  return (
    <span className={`row${known ? '' : ' faint'}`}>
      {icon}
      <span>{known ? looks_word(value) : unseen ? 'could not be told' : 'not given'}</span>
      {known && sure ? <span className="small faint figures">{Math.round(sure * 100)} %</span> : null}
    </span>
  );
}

/** The plate itself out of the picture, large: the eye decides, not the reading. */
function PlateCrop({ alert, plate }: { alert: Alert; plate: Schemas['PlateReading'] }) {
  const { url } = usePicture(picture_of(alert));
  const { x, y, w, h } = plate.box;
  const pad = Math.round(h * 0.35);
  return (
    <svg className="plate-crop" viewBox={`${x - pad} ${y - pad} ${w + 2 * pad} ${h + 2 * pad}`} role="img" aria-label="The plate, cut out of the picture">
      <image href={url} width={alert.read.picture_width} height={alert.read.picture_height} />
    </svg>
  );
}

function Decided({ alert, next }: { alert: Alert; next?: () => void }) {
  const { decision, outcome } = alert;
  if (!decision) return null;
  const label = (codes: Alert['decision_codes'], code: string) => codes.find((c) => c.code === code)?.label ?? code;
  return (
    <section className="decided" aria-label="Decision">
      <div className="row-wrap" role="status">
        <strong>{decision.decision === 'confirm' ? 'Confirmed' : 'Not this one'}</strong>
        <span>
          by {decision.by}, <Time at={decision.at} />: {label(alert.decision_codes, decision.reason_code)}
        </span>
        <LedgerMark index={decision.ledger_index} />
      </div>
      {decision.note ? <p className="soft">“{decision.note}”</p> : null}
      {outcome ? (
        <div className="row-wrap">
          <strong>Outcome</strong>
          <span>
            by {outcome.by}, <Time at={outcome.at} />: {label(alert.outcome_codes, outcome.code)}
          </span>
          <LedgerMark index={outcome.ledger_index} />
        </div>
      ) : null}
      {outcome?.note ? <p className="soft">“{outcome.note}”</p> : null}
      {next && alert.state !== 'confirmed' ? (
        <div>
          <NextButton next={next} />
        </div>
      ) : null}
    </section>
  );
}

function NextButton({ next }: { next: () => void }) {
  useHotkeys('Decided', [{ keys: 'Enter', label: 'Next that waits', run: next }]);
  return (
    <button type="button" className="button button-plain button-normal" onClick={next}>
      Next that waits <kbd aria-hidden="true">Enter</kbd>
    </button>
  );
}
