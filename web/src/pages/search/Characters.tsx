import type { Schemas } from '@/api/client';
import { doubt_of } from '@/ui';
import { features_sentence } from '@/ui/features';
import { region_name } from '@/ui/regions';

const percent = (p: number) => `${Math.round(p * 100)} %`;

/** Each character with its confidence and what else it may be. */
export function Characters({ reading }: { reading: Schemas['PlateReading'] }) {
  return (
    <div className="stack-tight">
      <table className="characters">
        <caption className="visually-hidden">Characters of {reading.text} with their confidence</caption>
        <thead>
          <tr>
            <th scope="col">Character</th>
            <th scope="col">Confidence</th>
            <th scope="col">Or</th>
          </tr>
        </thead>
        <tbody>
          {reading.characters.map((c, i) => {
            const others = c.alternatives.filter((a) => a.value !== c.value).slice(0, 3);
            return (
              <tr key={i}>
                <th scope="row" className={`char char-${doubt_of(c.confidence)}`}>
                  {c.value}
                </th>
                <td>
                  <span className="confidence">
                    <meter min={0} max={1} value={c.confidence} aria-label={`Confidence of ${c.value}`} className={`meter meter-${doubt_of(c.confidence)}`} />
                    <span className="figures">{percent(c.confidence)}</span>
                  </span>
                </td>
                <td className="soft figures">{others.length ? others.map((a) => `${a.value} ${percent(a.confidence)}`).join('  ') : '–'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="small soft">
        Whole plate {percent(reading.confidence)} · {region_name(reading.region)}
        {reading.region_confidence !== undefined && reading.region !== 'unknown' ? ` ${percent(reading.region_confidence)}` : ''}
      </p>
      {reading.candidates.length > 1 ? (
        <p className="small soft">
          Other readings:{' '}
          {reading.candidates
            .filter((c) => c.text !== reading.text)
            .slice(0, 5)
            .map((c) => `${c.text} ${percent(c.confidence)}`)
            .join(', ')}
        </p>
      ) : null}
    </div>
  );
}

/** What the vehicle looks like, each part with its confidence; what is unknown is said to be. */
export function LooksList({ looks }: { looks: Schemas['Looks'] }) {
  const rows: [string, string, number | undefined][] = [
    ['Color', looks.color, looks.color_confidence],
    ['Body', looks.body, looks.body_confidence],
    ['Make', looks.make, looks.make_confidence],
    ['View', looks.view ?? 'unknown', undefined],
  ];
  return (
    <dl className="facts">
      {rows.map(([name, value, confidence]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={value === 'unknown' ? 'faint' : undefined}>
            {value}
            {confidence !== undefined && value !== 'unknown' ? <span className="faint figures"> {percent(confidence)}</span> : null}
          </dd>
        </div>
      ))}
      {looks.features?.length ? (
        <div>
          <dt>Seen</dt>
          <dd>{features_sentence(looks.features)}</dd>
        </div>
      ) : null}
    </dl>
  );
}
