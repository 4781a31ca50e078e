import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, ChevronUp, FilePlus2, PencilLine, ScanSearch, Undo2, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { api, call, new_idempotency_key, type Schemas } from '@/api/client';
import { ApiProblem, type Problem } from '@/api/problem';
import { useMay } from '@/app/session';
import { usePicture } from '@/seal/picture';
import { Button, Field, PlateChip, ProblemPanel, Select, Time, looks_sentence, useZone } from '@/ui';
import { Characters, LooksList } from './Characters';
import { HoldRead } from './HoldRead';
import { Overlay, PlateCloseUp } from './Overlay';
import { fold, plate_problem } from './plate';
import { REGION_OPTIONS } from '@/ui/regions';
import { picture_of, plate_of } from './Results';
import type { Read } from './useSearch';
import { day_and_time, zone_word } from './zoned';

interface Props {
  read: Read;
  camera?: Schemas['Camera'];
  case_id: string;
  case_number: string;
  /** "3 of 50". */
  place: string;
  on_close: () => void;
  on_step: (by: 1 | -1) => void;
  on_changed: (read: Read) => void;
}

/** One read in full, beside the list: j and k go on while it stands open. */
export function ReadPanel({ read, camera, case_id, case_number, place, on_close, on_step, on_changed }: Props) {
  const zone = useZone();
  const may = useMay();
  const plate = plate_of(read);
  const [correcting, set_correcting] = useState(false);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    set_correcting(false);
    panel.current?.scrollTo({ top: 0 });
  }, [read.id]);
  return (
    <aside ref={panel} className="read-panel" aria-label="The read">
      <header className="read-head">
        {plate ? <PlateChip text={plate.text} region={plate.region} characters={plate.corrected ? undefined : read.plate?.characters} size="l" explain /> : <p className="strong">No plate read</p>}
        <span className="push row">
          <span className="small faint figures">{place}</span>
          <Button size="small" kind="quiet" aria-label="Read before (k)" icon={<ChevronUp size={16} aria-hidden />} onPress={() => on_step(-1)} />
          <Button size="small" kind="quiet" aria-label="Next read (j)" icon={<ChevronDown size={16} aria-hidden />} onPress={() => on_step(1)} />
          <Button size="small" kind="quiet" aria-label="Close (Escape)" icon={<X size={16} aria-hidden />} onPress={on_close} />
        </span>
      </header>
      <Picture key={read.id} read={read} case_id={case_id} />
      <div className="read-facts">
        <p>
          <span className="strong">{looks_sentence(read.vehicle)}</span>
          <br />
          <Link to={`/cameras/${read.camera_id}`}>{camera?.name ?? 'Removed camera'}</Link>
          <span className="soft">
            {' '}
            · {day_and_time(read.captured_at, zone, true)} {zone_word(read.captured_at, zone)}
          </span>
        </p>
        {plate ? (
          <div className="row-wrap">
            <PutOnSheet case_id={case_id} case_number={case_number} plate={plate.text} region={plate.region} />
            <Link className="button button-plain button-small" to={`/search?plate=${plate.text}&last=kept`}>
              Ask for this plate
            </Link>
            <Link className="button button-plain button-small" to={`/search?q=${encodeURIComponent(`show:route plate:${plate.text}`)}`}>
              Its way
            </Link>
            <Link className="button button-plain button-small" to={`/search?q=${encodeURIComponent(`show:convoy plate:${plate.text}`)}`}>
              Who travels with it
            </Link>
          </div>
        ) : null}
        {read.has_fingerprint ? (
          <div className="row-wrap">
            <Link className="button button-plain button-small" to={`/search?q=${encodeURIComponent(`again:${read.id}`)}`}>
              <ScanSearch size={14} aria-hidden /> Find this vehicle again
            </Link>
            <span className="small soft">By its looks, whatever its plate</span>
          </div>
        ) : null}
        <HoldRead key={read.id} read_id={read.id} case_id={case_id} case_number={case_number} />
        {read.plate ? (
          <section className="stack-tight">
            <h2 className="part-head">What the reader saw</h2>
            <Characters reading={read.plate} />
          </section>
        ) : null}
        <section className="stack-tight">
          <h2 className="part-head">Looks</h2>
          <LooksList looks={read.vehicle} />
        </section>
        <section className="stack-tight">
          <h2 className="part-head">Corrections</h2>
          <Corrections read={read} case_id={case_id} on_changed={on_changed} />
          {!may('correct-read') ? null : correcting ? (
            <CorrectionForm read={read} case_id={case_id} on_done={(changed) => {
              set_correcting(false);
              if (changed) on_changed(changed);
            }} />
          ) : (
            <div>
              <Button size="small" icon={<PencilLine size={14} aria-hidden />} onPress={() => set_correcting(true)}>
                Add a correction
              </Button>
            </div>
          )}
        </section>
      </div>
    </aside>
  );
}

const damaged: Problem = { type: 'about:blank', title: 'The picture is damaged', status: 200, detail: 'It came and was opened, but this browser cannot show it.' };

function Picture({ read, case_id }: { read: Read; case_id: string }) {
  const picture = usePicture(read.has_picture ? picture_of(read.id, case_id) : undefined);
  const [broken, set_broken] = useState<string>();
  const { picture_width: width, picture_height: height } = read;
  if (!read.has_picture) return <p className="picture-none soft">This read came without a picture.</p>;
  if (picture.error) return <ProblemPanel error={picture.error} retry={picture.retry} />;
  if (broken && broken === picture.url) return <ProblemPanel error={new ApiProblem(damaged)} retry={picture.retry} />;
  return (
    <div className="stack-tight">
      <div className="picture-frame">
        {/* Without its address it keeps its room. */}
        <img
          src={picture.url}
          alt={looks_sentence(read.vehicle)}
          width={width}
          height={height}
          data-picture={picture.url ? (picture.sealed ? 'sealed' : 'open') : undefined}
          onError={() => set_broken(picture.url)}
        />
        {width && height ? (
          <Overlay
            width={width}
            height={height}
            outlines={[
              ...(read.vehicle_box ? [{ key: 'v', kind: 'vehicle' as const, box: read.vehicle_box }] : []),
              ...(read.plate ? [{ key: 'p', kind: 'plate' as const, box: read.plate.box, strong: true }] : []),
            ]}
          />
        ) : null}
      </div>
      {picture.sealed === undefined ? null : (
        <p className="small soft">
          {picture.sealed ? 'Sealed by the camera, opened in this browser, and as the camera signed it.' : 'Not sealed: whoever runs the server can open this one, too.'}
        </p>
      )}
      {read.plate && width && height && picture.url ? <PlateCloseUp src={picture.url} width={width} height={height} box={read.plate.box} /> : null}
    </div>
  );
}

function PutOnSheet({ case_id, case_number, plate, region }: { case_id: string; case_number: string; plate: string; region: string }) {
  const queries = useQueryClient();
  const may = useMay();
  const put = useMutation({
    mutationFn: () => call(api.POST('/api/v1/cases/{id}/plates', { params: { path: { id: case_id } }, body: { plate, ...(region === 'unknown' ? {} : { region }) } })),
    onSuccess: (sheet) => queries.setQueryData(['case', case_id], sheet),
  });
  if (!may('manage-case')) return null;
  return (
    <>
      <Button size="small" icon={<FilePlus2 size={14} aria-hidden />} isDisabled={put.isPending || put.isSuccess} onPress={() => put.mutate()}>
        {put.isSuccess ? `On the sheet of ${case_number}` : `Put on the sheet of ${case_number}`}
      </Button>
      {put.error ? <ProblemPanel error={put.error} /> : null}
    </>
  );
}

/** The history: every correction with its author, also those that were taken back. */
function Corrections({ read, case_id, on_changed }: { read: Read; case_id: string; on_changed: (read: Read) => void }) {
  const may = useMay();
  const [undoing, set_undoing] = useState<string>();
  const list = read.corrections;
  if (list.length === 0) return <p className="small soft">None. The read itself is never changed; a correction stands beside it with its author.</p>;
  return (
    <ul className="stack-tight">
      {list.map((c) => (
        <li key={c.id} className={`stack-tight${c.withdrawn ? ' is-withdrawn' : ''}`}>
          <div className="correction">
            <PlateChip text={c.plate} region={c.region} size="s" />
            <span className="small grow">
              {c.reason} <span className="soft">— {c.by}, <Time at={c.at} /></span>
              {c.withdrawn ? (
                <>
                  <br />
                  <span className="strong">Taken back:</span> {c.withdrawn.reason} <span className="soft">— {c.withdrawn.by}, <Time at={c.withdrawn.at} /></span>
                </>
              ) : null}
            </span>
            {!c.withdrawn && may('correct-read') && undoing !== c.id ? (
              <Button size="small" kind="quiet" icon={<Undo2 size={14} aria-hidden />} onPress={() => set_undoing(c.id)}>
                Take back
              </Button>
            ) : null}
          </div>
          {undoing === c.id ? (
            <WithdrawForm
              read_id={read.id}
              item={c.id}
              case_id={case_id}
              on_done={(changed) => {
                set_undoing(undefined);
                if (changed) on_changed(changed);
              }}
            />
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function WithdrawForm({ read_id, item, case_id, on_done }: { read_id: string; item: string; case_id: string; on_done: (read?: Read) => void }) {
  const [reason, set_reason] = useState('');
  const [key] = useState(new_idempotency_key);
  const save = useMutation({
    mutationFn: () =>
      call(
        api.POST('/api/v1/reads/{id}/corrections/{item}/withdrawal', {
          params: { path: { id: read_id, item }, query: { case_id }, header: { 'Idempotency-Key': key } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: (changed) => on_done(changed),
  });
  return (
    <form
      className="stack correction-form"
      onSubmit={(e) => {
        e.preventDefault();
        if (reason.trim()) save.mutate();
      }}
    >
      <Field label="Why is it taken back?" hint="The correction stays in the history, with this beside it" value={reason} onChange={set_reason} maxLength={300} autoFocus />
      {save.error ? <ProblemPanel error={save.error} /> : null}
      <div className="row">
        <Button kind="primary" size="small" type="submit" isDisabled={!reason.trim() || save.isPending}>
          Take it back
        </Button>
        <Button kind="quiet" size="small" onPress={() => on_done()}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function CorrectionForm({ read, case_id, on_done }: { read: Read; case_id: string; on_done: (read?: Read) => void }) {
  const [plate, set_plate] = useState(plate_of(read)?.text ?? '');
  const [region, set_region] = useState(read.plate?.region ?? '');
  const [reason, set_reason] = useState('');
  const [key] = useState(new_idempotency_key);
  const save = useMutation({
    mutationFn: () =>
      call(
        api.POST('/api/v1/reads/{id}/corrections', {
          params: { path: { id: read.id }, query: { case_id }, header: { 'Idempotency-Key': key } },
          body: { plate: fold(plate), reason: reason.trim(), ...(region && region !== 'unknown' ? { region } : {}) },
        }),
      ),
    onSuccess: (changed) => on_done(changed),
  });
  const wrong = plate_problem(plate, 'exact') ?? (fold(plate) === '' ? 'What does the plate say?' : undefined);
  return (
    <form
      className="stack correction-form"
      onSubmit={(e) => {
        e.preventDefault();
        if (!wrong && reason.trim()) save.mutate();
      }}
    >
      <div className="two-fields">
        <Field label="The plate says" plate value={plate} onChange={set_plate} maxLength={20} autoFocus error={plate ? wrong : undefined} />
        <Select label="Region" options={REGION_OPTIONS} value={region === 'unknown' ? '' : region} on_change={set_region} />
      </div>
      <Field label="Why" hint="It stands in the record beside your name" value={reason} onChange={set_reason} maxLength={300} placeholder="The third character is a B, seen in the picture" />
      {save.error ? <ProblemPanel error={save.error} /> : null}
      <div className="row">
        <Button kind="primary" size="small" type="submit" isDisabled={!!wrong || !reason.trim() || save.isPending}>
          Put the correction beside it
        </Button>
        <Button kind="quiet" size="small" onPress={() => on_done()}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
