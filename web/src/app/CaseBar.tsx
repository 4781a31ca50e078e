import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { EyeOff, FolderOpen, Siren } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { me_query, purposes_query } from '@/api/queries';
import { Button } from '@/ui/Button';
import { LedgerMark } from '@/ui/LedgerMark';
import { left_text, useNow } from '@/ui/units';
import { useCaseDialog } from './case-dialog';

/** The case that the officer is working on, above every page; without one, what that means. */
export function CaseBar({ session }: { session: Schemas['Session'] }) {
  const open_cases = useCaseDialog();
  const working = session.working_case;
  if (working) return <OnCase working={working} />;
  if (!session.may.includes('live-reads')) {
    return (
      <section className="case-bar" aria-label="Case bar">
        <EyeOff size={16} aria-hidden />
        <p className="clip">Your role sees vehicles, not plates.</p>
      </section>
    );
  }
  return (
    <section className="case-bar" aria-label="Case bar">
      <EyeOff size={16} aria-hidden className="faint" />
      <p className="clip">
        <span className="strong">No case.</span> <span className="soft">You see vehicles, not plates.</span>
      </p>
      <span className="push">
        <Button kind="primary" size="small" icon={<FolderOpen size={14} aria-hidden />} hotkey="c" onPress={open_cases}>
          Work on a case
        </Button>
      </span>
    </section>
  );
}

function OnCase({ working }: { working: Schemas['WorkingCase'] }) {
  const queries = useQueryClient();
  const open_cases = useCaseDialog();
  const now = useNow();
  const purposes = useQuery(purposes_query).data?.purposes;
  const { case: sheet, live_until } = working;
  const purpose = purposes?.find((p) => p.code === sheet.purpose)?.label.toLowerCase() ?? sheet.purpose.replaceAll('-', ' ');
  const left_s = (new Date(live_until).getTime() - now) / 1000;
  const exigent = sheet.number.startsWith('EX-'); // no other case is numbered so
  const over = left_s <= 0;
  const short = left_s < 5 * 60;

  useEffect(() => {
    if (over) void queries.invalidateQueries({ queryKey: me_query.queryKey });
  }, [over, queries]);

  const leave = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/me/case')),
    onSuccess: () => forget_plates(queries),
    onSettled: () => queries.invalidateQueries({ queryKey: me_query.queryKey }),
  });
  return (
    <section className={`case-bar case-bar-on${exigent ? ' case-bar-exigent' : ''}`} aria-label="Case bar">
      {exigent ? <Siren size={16} aria-hidden /> : <FolderOpen size={16} aria-hidden />}
      <p className="clip case-bar-words">
        <Link to={`/cases/${sheet.id}`} className="strong">
          {exigent ? `Emergency ${sheet.number}: another person judges this` : `Case ${sheet.number}`}
        </Link>
        <span className="case-bar-dot"> · </span>
        <span className="case-bar-purpose">{purpose}</span>
        <span className="not-phone"> · {sheet.title}</span>
      </p>
      <span className={`case-left figures${short ? ' case-left-short' : ''}`} role="timer">
        {left_text(live_until, now)}
      </span>
      <span className="not-phone">
        <LedgerMark index={working.ledger_index} />
      </span>
      <span className="push row">
        <Button size="small" kind="quiet" hotkey="c" onPress={open_cases}>
          {short ? 'Renew' : 'Change'}
        </Button>
        <Button size="small" onPress={() => leave.mutate()} isDisabled={leave.isPending}>
          Leave
        </Button>
      </span>
    </section>
  );
}

/** After a case: whatever was read under it leaves the page's memory. What is on the screen is asked anew instead of only
 *  removed: the stream may have told of the end first, and then its masked successor is already on the way. */
export function forget_plates(queries: ReturnType<typeof useQueryClient>) {
  const predicate = (q: { queryKey: readonly unknown[] }) => ['live', 'read', 'search', 'picture'].includes(String(q.queryKey[0]));
  queries.removeQueries({ predicate, type: 'inactive' });
  void queries.resetQueries({ predicate, type: 'active' });
}
