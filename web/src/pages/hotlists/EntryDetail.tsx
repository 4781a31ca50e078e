import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { Button, Dialog, Field, PlateChip, ProblemPanel, Tag, Time, useZone } from '@/ui';
import { region_name } from '@/ui/regions';
import { from_zoned_input, to_zoned_input, zone_word } from '../search/zoned';
import { looks_words } from './Entries';
import { shares_query } from './queries';

/** One entry: what it says, and ending or extending it. */
export function EntryDetail({ entry, editable, on_close }: { entry: Schemas['HotlistEntry']; editable: boolean; on_close: () => void }) {
  const queries = useQueryClient();
  const zone = useZone();
  const [expires, set_expires] = useState(to_zoned_input(entry.expires_at, zone));
  const [note, set_note] = useState(entry.note ?? '');
  const [ending, set_ending] = useState(false);
  const expires_at = from_zoned_input(expires, zone);
  const in_future = expires_at !== undefined && Date.parse(expires_at) > Date.now();
  const change = useMutation({
    mutationFn: (body: Schemas['HotlistEntryChange']) =>
      call(api.PATCH('/api/v1/hotlists/{id}/entries/{item}', { params: { path: { id: entry.hotlist_id, item: entry.id } }, body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['hotlists'] });
      on_close();
    },
  });
  // What officers said came of it, here or where another agency's cameras are.
  const told = useQuery(shares_query(entry.hotlist_id)).data?.outcomes.find((o) => o.entry_id === entry.id);
  const facts: [string, string][] = [
    ['Reason', entry.reason],
    ['Case', entry.case_number],
    ['Region', region_name(entry.region)],
    ['Looks', looks_words(entry) || 'not given'],
  ];
  return (
    <Dialog open on_close={on_close} title={`Entry ${entry.plate}`}>
      <div className="stack">
        <p className="row">
          <PlateChip text={entry.plate} region={entry.region} size="l" />
          <Tag meaning={entry.active ? 'plain' : 'stale'}>{entry.active ? 'Active' : entry.ended_as === 'recovered' ? 'Recovered' : 'Ended'}</Tag>
        </p>
        {told ? (
          <p className="list-age" role="status">
            <Tag meaning="needed">{told.code === 'recovered' ? 'Recovered' : 'Located'}</Tag> {told.agency ?? 'Our own officers'} said so <Time at={told.at} />. {entry.active && editable ? 'If it is back, end the entry as recovered.' : ''}
          </p>
        ) : null}
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div>
            <dt>Added</dt>
            <dd>
              <Time at={entry.added_at} /> by {entry.added_by}
            </dd>
          </div>
          <div>
            <dt>{entry.active ? 'Ends' : 'Ended'}</dt>
            <dd>
              <Time at={entry.expires_at} />
            </dd>
          </div>
        </dl>
        {entry.note && !editable ? <p>{entry.note}</p> : null}
        {editable ? (
          <form
            className="stack"
            onSubmit={(e) => {
              e.preventDefault();
              if (in_future) change.mutate({ expires_at, note: note.trim() });
            }}
          >
            <Field label={`Ends (${zone_word(Date.now(), zone)})`} type="datetime-local" value={expires} onChange={set_expires} error={in_future || !entry.active ? undefined : 'The end lies in the past; to end it now, use the button.'} />
            <Field label="Note" value={note} onChange={set_note} maxLength={300} />
            {change.error ? <ProblemPanel error={change.error} /> : null}
            <div className="row-wrap">
              <Button kind="primary" type="submit" isDisabled={!in_future || change.isPending}>
                {entry.active ? 'Save' : 'Extend'}
              </Button>
              {entry.active ? (
                ending ? (
                  <Button kind="reject" isDisabled={change.isPending} onPress={() => change.mutate({ active: false })}>
                    End it now: no more hits
                  </Button>
                ) : (
                  <Button onPress={() => set_ending(true)}>End this entry…</Button>
                )
              ) : null}
              {entry.active ? (
                <Button isDisabled={change.isPending} onPress={() => change.mutate({ active: false, ended_as: 'recovered' })}>
                  Recovered: close its alerts everywhere
                </Button>
              ) : null}
            </div>
          </form>
        ) : null}
      </div>
    </Dialog>
  );
}
