import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, ProblemPanel, Tag, Time } from '@/ui';
import type { deliveries_query } from './queries';
import { outcomes } from './words';
import './delivery.css';

interface LogProps {
  name: string;
  query: ReturnType<typeof deliveries_query>;
  send_again: (item: string) => Promise<unknown>;
}

/** What was sent, what waits and why, what was given up on. */
export function Log({ name, query, send_again }: LogProps) {
  const queries = useQueryClient();
  const log = useQuery(query);
  const again = useMutation({
    mutationFn: send_again,
    onSuccess: () => queries.invalidateQueries({ queryKey: query.queryKey }),
  });
  if (log.error) return <ProblemPanel error={log.error} retry={() => void log.refetch()} />;
  if (!log.data?.length) return <p className="small faint">Nothing was sent yet.</p>;
  return (
    <div className="deliveries" tabIndex={0} role="region" aria-label={`What was sent to ${name}`}>
      {again.error ? <ProblemPanel error={again.error} /> : null}
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Made</th>
            <th scope="col">State</th>
            <th scope="col">About</th>
            <th scope="col">Attempts</th>
            <th scope="col">What came of it</th>
          </tr>
        </thead>
        <tbody>
          {log.data.map((d) => (
            <tr key={d.id}>
              <td>
                <Time at={d.made_at} />
              </td>
              <td>
                <Tag meaning={outcomes[d.state].meaning}>{outcomes[d.state].word}</Tag>
              </td>
              <td>{d.alert_id ? 'Alert' : 'Test'}</td>
              <td className="figures">{d.attempts}</td>
              <td>
                {/[.!?]$/.test(d.sentence) ? d.sentence : `${d.sentence}.`}
                {d.next_at && d.attempts > 0 ? (
                  <>
                    {' '}
                    Next attempt <Time at={d.next_at} style="clock" />.
                  </>
                ) : null}
                {d.state === 'dead' ? (
                  <>
                    {' '}
                    <Button size="small" isDisabled={again.isPending} onPress={() => again.mutate(d.id)}>
                      Send again
                    </Button>
                  </>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
