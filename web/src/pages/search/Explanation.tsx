import { Ban, Cctv, ShieldCheck } from 'lucide-react';
import { count_text } from '@/ui';
import type { Understood } from './language';

/** Before anything is asked: whose cameras it reaches, and by which rule it would be answered or refused. */
export function Explanation({ understood }: { understood?: Understood }) {
  if (!understood?.reach) return null;
  const { reach, decision } = understood;
  const named = reach.camera_names;
  const more = reach.cameras - named.length;
  return (
    <div className="explained">
      <p className="row small">
        <Cctv size={14} aria-hidden />
        <span>
          {reach.agencies.join(', ')}: {reach.all_cameras ? `all ${count_text(reach.cameras)} cameras` : `${count_text(reach.cameras)} ${reach.cameras === 1 ? 'camera' : 'cameras'} (${named.join(', ')}${more > 0 ? ` and ${count_text(more)} more` : ''})`}
        </span>
      </p>
      {decision ? (
        <details className="explained-rule" open={!decision.allowed}>
          <summary className={`row small ${decision.allowed ? '' : 'is-refused'}`}>
            {decision.allowed ? <ShieldCheck size={14} aria-hidden /> : <Ban size={14} aria-hidden />}
            <span className="strong">{decision.allowed ? 'Would be answered' : 'Would be refused'}</span>
            <span className="soft clip">{decision.rules[0]?.citation}</span>
          </summary>
          <ul>
            {decision.rules.map((rule) => (
              <li key={rule.id} className="small">
                {rule.sentence}{' '}
                <span className="soft">
                  {rule.citation} <code>{rule.id}</code>
                </span>
              </li>
            ))}
          </ul>
          {decision.remedy ? <p className="small strong">{decision.remedy}</p> : null}
        </details>
      ) : null}
    </div>
  );
}
