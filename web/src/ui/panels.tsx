import { Ban, CircleAlert, type LucideIcon, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Schemas } from '@/api/client';
import { as_problem, type Problem } from '@/api/problem';
import { useCaseDialog } from '@/app/case-dialog';
import { Button } from './Button';
import { ConfirmPasskey } from './ConfirmPasskey';
import { LedgerMark } from './LedgerMark';

type RemedyAction = Schemas['Remedy']['action'];

export interface DenialPanelProps {
  problem: Problem;
  /** What the remedy's button does here; choosing a case is done for you. */
  on_remedy?: Partial<Record<RemedyAction, () => void>>;
}

const remedy_words: Record<RemedyAction, string> = {
  'choose-case': 'Work on a case',
  'narrow-time': 'Narrow the time',
  'ask-supervisor': 'Ask a supervisor',
  'order-desk': 'Go to the order desk',
  none: '',
};

/** A refusal that teaches: the rule in a sentence, where it is written, and the nearest thing that would be allowed. */
export function DenialPanel({ problem, on_remedy }: DenialPanelProps) {
  const open_cases = useCaseDialog();
  const remedy = problem.remedy;
  const act = remedy ? (on_remedy?.[remedy.action] ?? (remedy.action === 'choose-case' ? open_cases : undefined)) : undefined;
  return (
    <section className="denial" role="alert">
      <h2 className="row">
        <Ban size={18} aria-hidden /> {problem.title}
      </h2>
      {/* A single rule says the same in its own words below. */}
      {problem.detail && !problem.rules?.some((rule) => rule.sentence === problem.detail) ? <p>{problem.detail}</p> : null}
      {problem.rules?.length ? (
        <ul className="denial-rules">
          {problem.rules.map((rule) => (
            <li key={rule.id}>
              <p className="strong">{rule.sentence}</p>
              <p className="small soft">
                {rule.citation} <code>{rule.id}</code>
              </p>
            </li>
          ))}
        </ul>
      ) : null}
      {remedy && remedy.sentence ? (
        <div className="denial-remedy">
          <p>{remedy.sentence}</p>
          {act ? (
            <Button kind="primary" onPress={act}>
              {remedy_words[remedy.action]}
            </Button>
          ) : null}
        </div>
      ) : problem.next ? (
        <p>{problem.next}</p>
      ) : null}
      {problem.ledger_index !== undefined ? (
        <p className="row small soft">
          This refusal is on the record. <LedgerMark index={problem.ledger_index} />
        </p>
      ) : null}
    </section>
  );
}

/** Any failure: what happened, why, what to do next. A refusal by policy is shown as a DenialPanel. */
export function ProblemPanel({ error, retry, on_remedy }: { error: unknown; retry?: () => void; on_remedy?: DenialPanelProps['on_remedy'] }) {
  const problem = as_problem(error);
  if (problem.type.endsWith('/problems/denied')) return <DenialPanel problem={problem} on_remedy={on_remedy} />;
  return (
    <section className="problem" role="alert">
      <h2 className="row">
        <CircleAlert size={18} aria-hidden /> {problem.title}
      </h2>
      {problem.detail ? <p>{problem.detail}</p> : null}
      {problem.errors?.length ? (
        <ul className="problem-fields">
          {problem.errors.map((e) => (
            <li key={e.field}>
              <code>{e.field}</code> {e.message}
            </li>
          ))}
        </ul>
      ) : null}
      {problem.next ? <p className="soft">{problem.next}</p> : null}
      {problem.type.endsWith('/problems/confirm') ? <ConfirmPasskey then={retry} /> : null}
      {retry ? (
        <div>
          <Button icon={<RefreshCw size={14} aria-hidden />} onPress={retry}>
            Try again
          </Button>
        </div>
      ) : null}
    </section>
  );
}

/** Nothing here yet: says why, and the next step. */
export function EmptyState({ icon: Icon, title, children, action }: { icon: LucideIcon; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <section className="empty">
      <Icon size={28} strokeWidth={1.5} aria-hidden />
      <h2>{title}</h2>
      {children ? <div className="soft">{children}</div> : null}
      {action}
    </section>
  );
}

/** Holds the place of what is on its way. */
export function Skeleton({ rows = 6, height = 40, label = 'Loading' }: { rows?: number; height?: 24 | 40 | 56 | 120; label?: string }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} className={`skeleton-bar skeleton-${height}`} />
      ))}
    </div>
  );
}

export type Meaning = 'needed' | 'confirmed' | 'resolved' | 'stale' | 'plain';

/** A state in colour, shape and word. */
export function Tag({ meaning, icon, children }: { meaning: Meaning; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={`tag tag-${meaning}`}>
      {icon ?? <span className={`tag-shape tag-shape-${meaning}`} aria-hidden="true" />}
      {children}
    </span>
  );
}

/** The head of a page: its name, a line about it, its actions. */
export function PageHead({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="page-head">
      <div className="grow">
        <h1>{title}</h1>
        {children ? <div className="page-sub">{children}</div> : null}
      </div>
      {actions ? <div className="row-wrap">{actions}</div> : null}
    </header>
  );
}
