import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { about_query, overview_query } from '@/api/queries';
import { Button, count_text, Field, PageHead, ProblemPanel, Radios, Skeleton } from '@/ui';
import './settings.css';

type Settings = Schemas['Settings'];

export default function SettingsPage() {
  const query = useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => call(api.GET('/api/v1/settings', { signal })), staleTime: 0 });
  return (
    <>
      <PageHead title="Settings">What this house is called and how long it remembers. Every change is recorded.</PageHead>
      {query.error ? <ProblemPanel error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={5} height={56} label="Loading the settings" /> : null}
      {query.data ? <SettingsForm settings={query.data} /> : null}
    </>
  );
}

function SettingsForm({ settings }: { settings: Settings }) {
  const queries = useQueryClient();
  const overview = useQuery(overview_query).data;
  const [draft, set_draft] = useState(settings);
  const set = <K extends keyof Settings>(name: K, value: Settings[K]) => set_draft((old) => ({ ...old, [name]: value }));
  const days_text = String(draft.retained_days || '');
  const zone_ok = is_zone(draft.timezone);
  const shorter = draft.retained_days < settings.retained_days;
  const save = useMutation({
    mutationFn: () => call(api.PUT('/api/v1/settings', { body: draft })),
    onSuccess: (now) => {
      set_draft(now);
      queries.setQueryData(['settings'], now);
      void queries.invalidateQueries({ queryKey: about_query.queryKey });
      void queries.invalidateQueries({ queryKey: overview_query.queryKey });
    },
  });
  const wrong = save.error instanceof ApiProblem ? save.error.fields : {};
  const changed = JSON.stringify(draft) !== JSON.stringify(settings);
  return (
    <form
      className="settings"
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        save.mutate();
      }}
    >
      {save.error ? <ProblemPanel error={save.error} /> : null}
      <section>
        <h2>Names</h2>
        <Field label="Agency" value={draft.agency_name} onChange={(v) => set('agency_name', v)} error={wrong.agency_name} maxLength={120} isRequired />
        <Field label="Town" value={draft.town_name} onChange={(v) => set('town_name', v)} error={wrong.town_name} maxLength={120} isRequired />
        <Field
          label="Time zone"
          hint="As in “America/New_York”; all times in the console are shown in it."
          value={draft.timezone}
          onChange={(v) => set('timezone', v)}
          error={wrong.timezone ?? (zone_ok ? undefined : 'This browser knows no such time zone.')}
          maxLength={60}
          isRequired
        />
      </section>
      <section>
        <h2>How long reads are kept</h2>
        <Field
          label="Days"
          hint={overview ? `${count_text(overview.reads_kept)} reads are kept now.` : undefined}
          value={days_text}
          onChange={(v) => set('retained_days', Number(v.replaceAll(/\D/g, '').slice(0, 3)))}
          inputMode="numeric"
          error={wrong.retained_days ?? (draft.retained_days >= 1 && draft.retained_days <= 365 ? undefined : 'From 1 to 365 days.')}
          isRequired
        />
        <Field
          label="Days for what hit a hotlist"
          hint="0: no longer than other reads. A hit that a person rejected counts as none."
          value={String(draft.hit_days ?? 0)}
          onChange={(v) => set('hit_days', Number(v.replaceAll(/\D/g, '').slice(0, 4)))}
          inputMode="numeric"
          error={wrong.hit_days}
        />
        {shorter && draft.retained_days >= 1 ? (
          <p className="settings-warning" role="status">
            Reads older than {count_text(draft.retained_days)} days will be deleted. That cannot be undone.
          </p>
        ) : null}
      </section>
      <section>
        <Radios
          label="The letter O and the digit 0 in new hotlists"
          options={[
            { value: 'distinct', label: 'Two different characters' },
            { value: 'o-is-zero', label: 'The same: this agency writes zero for both' },
          ]}
          value={draft.zero_rule}
          on_change={(v) => set('zero_rule', v as Settings['zero_rule'])}
        />
      </section>
      <div className="row">
        <Button kind="primary" type="submit" isDisabled={!changed || !zone_ok || draft.retained_days < 1 || draft.retained_days > 365 || save.isPending}>
          Save
        </Button>
        {changed ? (
          <Button kind="quiet" onPress={() => set_draft(settings)}>
            Undo changes
          </Button>
        ) : null}
        <span role="status" className="soft">
          {save.isSuccess && !changed ? 'Saved and recorded.' : ''}
        </span>
      </div>
    </form>
  );
}

function is_zone(zone: string): boolean {
  try {
    return zone !== '' && !!new Intl.DateTimeFormat('en-US', { timeZone: zone });
  } catch {
    return false;
  }
}
