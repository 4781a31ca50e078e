import { Camera, ImageUp, ScanSearch } from 'lucide-react';
import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { Button, EmptyState, looks_sentence, PageHead, PlateChip, ProblemPanel, useHotkeys } from '@/ui';
import { Characters, LooksList } from '../search/Characters';
import { Overlay, PlateCloseUp } from '../search/Overlay';
import { fault_of, picture_in } from './picture';
import './try.css';

type Result = Schemas['TryPicture'];
type State = { kind: 'nothing' } | { kind: 'reading'; url: string } | { kind: 'failed'; url?: string; error: unknown } | { kind: 'done'; url: string; result: Result };

/** One photograph, read on the spot. It goes to the reader and nowhere else. */
export default function TryPage() {
  const [state, set_state] = useState<State>({ kind: 'nothing' });
  const [chosen, choose] = useState(0);
  const [over, set_over] = useState(false);
  const [last, set_last] = useState<File>();
  const running = useRef<AbortController>(undefined);
  const files = useRef<HTMLInputElement>(null);
  const lens = useRef<HTMLInputElement>(null);

  const read = useCallback(async (file: File | undefined) => {
    if (!file) return;
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    set_last(file);
    choose(0);
    const fault = await fault_of(file);
    if (fault) return set_state({ kind: 'failed', error: new ApiProblem({ type: '/problems/bad-picture', status: 0, ...fault }) });
    const url = URL.createObjectURL(file);
    set_state({ kind: 'reading', url });
    try {
      const result = await call(
        api.POST('/api/v1/try-picture', { body: file as unknown as string, bodySerializer: (b: unknown) => b as Blob, headers: { 'Content-Type': 'application/octet-stream' }, signal: abort.signal }),
      );
      if (!abort.signal.aborted) set_state({ kind: 'done', url, result });
    } catch (error) {
      if (!abort.signal.aborted) set_state({ kind: 'failed', url, error });
    }
  }, []);

  const url = state.kind === 'nothing' ? undefined : state.url;
  useEffect(() => {
    if (url) return () => URL.revokeObjectURL(url);
    return undefined;
  }, [url]);
  useEffect(() => {
    const paste = (e: ClipboardEvent) => {
      const file = picture_in(e.clipboardData?.files ?? []);
      if (file) void read(file);
    };
    window.addEventListener('paste', paste);
    return () => {
      window.removeEventListener('paste', paste);
      running.current?.abort();
    };
  }, [read]);

  const reads = state.kind === 'done' ? state.result.reads : [];
  useHotkeys('Picture', [
    { keys: 'o', label: 'Choose a picture', run: () => files.current?.click() },
    { keys: 'j | ArrowDown', label: 'Next vehicle', run: () => choose((n) => Math.min(n + 1, Math.max(0, reads.length - 1))) },
    { keys: 'k | ArrowUp', label: 'Vehicle before', run: () => choose((n) => Math.max(0, n - 1)) },
  ]);
  const drop = (e: DragEvent) => {
    e.preventDefault();
    set_over(false);
    void read(picture_in(e.dataTransfer.files));
  };
  const took = (input: HTMLInputElement) => {
    void read(input.files?.[0]);
    input.value = '';
  };

  return (
    <div
      className={`try${over ? ' is-over' : ''}`}
      onDragOver={(e) => {
        e.preventDefault();
        set_over(true);
      }}
      onDragLeave={(e) => {
        if (e.currentTarget === e.target) set_over(false);
      }}
      onDrop={drop}
    >
      <PageHead
        title="Try a picture"
        actions={
          <>
            <Button kind={state.kind === 'nothing' ? 'primary' : 'plain'} icon={<ImageUp size={16} aria-hidden />} hotkey="o" onPress={() => files.current?.click()}>
              Choose a picture
            </Button>
            <span className="try-lens">
              <Button icon={<Camera size={16} aria-hidden />} onPress={() => lens.current?.click()}>
                Take a photograph
              </Button>
            </span>
          </>
        }
      >
        <strong>Nothing is stored:</strong> the picture is read in memory and forgotten, and what was read is shown here only.
      </PageHead>
      <input ref={files} type="file" accept="image/jpeg,image/png,image/webp" className="visually-hidden" tabIndex={-1} aria-label="Picture file" onChange={(e) => took(e.target)} />
      <input ref={lens} type="file" accept="image/*" capture="environment" className="visually-hidden" tabIndex={-1} aria-label="Photograph" onChange={(e) => took(e.target)} />
      {state.kind === 'nothing' ? (
        <div className="try-drop">
          <EmptyState icon={ImageUp} title="Drop a photograph of a vehicle here">
            <p>Or paste it, or choose a file: JPEG, PNG or WebP. You see each vehicle, its plate, how sure the reader is of every character, and how long it took.</p>
          </EmptyState>
        </div>
      ) : null}
      {state.kind === 'failed' ? <ProblemPanel error={state.error} retry={last ? () => void read(last) : undefined} /> : null}
      {url && state.kind !== 'nothing' ? (
        <div className="try-body">
          <Shown url={url} state={state} chosen={chosen} on_choose={choose} name={last?.name ?? ''} />
          {state.kind === 'done' ? <Reads url={url} result={state.result} chosen={chosen} on_choose={choose} /> : null}
        </div>
      ) : null}
    </div>
  );
}

function Shown({ url, state, chosen, on_choose, name }: { url: string; state: State; chosen: number; on_choose: (n: number) => void; name: string }) {
  const result = state.kind === 'done' ? state.result : undefined;
  return (
    <div className="try-picture">
      <div className="picture-frame">
        <img src={url} alt={name ? `Your picture ${name}` : 'Your picture'} />
        {result ? (
          <Overlay
            width={result.width}
            height={result.height}
            outlines={result.reads.flatMap((r, i) => [
              ...(r.vehicle_box.w > 0 ? [{ key: `v${i}`, kind: 'vehicle' as const, box: r.vehicle_box, strong: i === chosen, on_choose: () => on_choose(i) }] : []),
              ...(r.plate ? [{ key: `p${i}`, kind: 'plate' as const, box: r.plate.box, corners: r.corners, word: r.plate.text, strong: i === chosen, on_choose: () => on_choose(i) }] : []),
            ])}
          />
        ) : null}
        {state.kind === 'reading' ? (
          <p className="try-reading" role="status">
            <ScanSearch size={18} aria-hidden /> Reading…
          </p>
        ) : null}
      </div>
      {result ? <Timing result={result} /> : null}
    </div>
  );
}

const stages: [keyof Schemas['TryTiming'], string][] = [
  ['decode', 'Opening'],
  ['find_vehicles', 'Finding vehicles'],
  ['find_plates', 'Finding plates'],
  ['read_plates', 'Reading'],
];

function Timing({ result }: { result: Result }) {
  const { timing_ms } = result;
  return (
    <figure className="timing">
      <div className="timing-bar" aria-hidden="true">
        {stages.map(([stage]) => (
          <span key={stage} className={`timing-part timing-${stage}`} style={{ flexGrow: Math.max(timing_ms[stage], 0.01) }} />
        ))}
      </div>
      <figcaption className="row-wrap small soft figures">
        <span className="strong">{Math.round(timing_ms.total)} ms</span>
        {stages.map(([stage, word]) => (
          <span key={stage} className="row">
            <span className={`timing-key timing-${stage}`} aria-hidden="true" /> {word} {timing_ms[stage].toFixed(timing_ms[stage] < 10 ? 1 : 0)} ms
          </span>
        ))}
        <span>
          {result.width} × {result.height} px
        </span>
      </figcaption>
    </figure>
  );
}

function Reads({ url, result, chosen, on_choose }: { url: string; result: Result; chosen: number; on_choose: (n: number) => void }) {
  const read = result.reads[chosen];
  if (!read)
    return (
      <EmptyState icon={ScanSearch} title="No vehicle was found">
        <p>The picture was read in full. A vehicle should fill a good part of it, with its plate at least as wide as a thumbnail.</p>
      </EmptyState>
    );
  return (
    <section className="try-reads" aria-label="What was read">
      {result.reads.length > 1 ? (
        <ul className="try-list" aria-label={`${result.reads.length} vehicles`}>
          {result.reads.map((r, i) => (
            <li key={i}>
              <button type="button" className="try-choice" aria-pressed={i === chosen} onClick={() => on_choose(i)}>
                {r.plate ? <PlateChip text={r.plate.text} region={r.plate.region} characters={r.plate.characters} size="s" /> : <span className="faint">No plate</span>}
                <span className="small soft clip">{looks_sentence(r.vehicle)}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {read.plate ? (
        <>
          <p>
            <PlateChip text={read.plate.text} region={read.plate.region} characters={read.plate.characters} size="l" explain />
          </p>
          <PlateCloseUp src={url} width={result.width} height={result.height} box={read.plate.box} />
          <Characters reading={read.plate} />
        </>
      ) : (
        <p className="soft">No plate could be read on this vehicle. What cannot be read is not guessed.</p>
      )}
      <h2 className="try-looks">{looks_sentence(read.vehicle)}</h2>
      <LooksList looks={read.vehicle} />
    </section>
  );
}
