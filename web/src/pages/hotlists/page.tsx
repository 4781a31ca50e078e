import { useQuery } from '@tanstack/react-query';
import { ListChecks, Plus } from 'lucide-react';
import { useState } from 'react';
import { Navigate, NavLink, Route, Routes, useNavigate, useParams } from 'react-router';
import type { Schemas } from '@/api/client';
import { useMay } from '@/app/session';
import { Button, count_text, EmptyState, PageHead, ProblemPanel, Skeleton, Time, useIsPhone } from '@/ui';
import { AgeTag } from './Age';
import { Entries } from './Entries';
import { ListForm } from './ListForm';
import { hotlists_query } from './queries';
import './hotlists.css';

export default function HotlistsPage() {
  return (
    <Routes>
      <Route index element={<Hotlists />} />
      <Route path=":id" element={<Hotlists />} />
    </Routes>
  );
}

function Hotlists() {
  const { id } = useParams();
  const lists = useQuery(hotlists_query);
  const may = useMay();
  const go = useNavigate();
  const [making, set_making] = useState(false);
  const phone = useIsPhone();
  const chosen = lists.data?.find((l) => l.id === id);
  const first = lists.data?.[0]?.id;
  // Beside the lists there is room for one: the first. On a phone the lists themselves come first.
  if (!id && !phone && first) return <Navigate to={`/hotlists/${first}`} replace />;
  return (
    <>
      <PageHead
        title="Hotlists"
        actions={
          may('manage-hotlists') ? (
            <Button icon={<Plus size={16} aria-hidden />} onPress={() => set_making(true)}>
              New list
            </Button>
          ) : undefined
        }
      >
        Wanted vehicles. Each entry has a reason, a case and an end; a person verifies every hit.
      </PageHead>
      {lists.isPending ? <Skeleton rows={6} /> : null}
      {lists.error ? <ProblemPanel error={lists.error} retry={() => void lists.refetch()} /> : null}
      {lists.data?.length === 0 ? (
        <EmptyState icon={ListChecks} title="No hotlist yet">
          <p>{may('manage-hotlists') ? 'Make one, then add entries or import a CSV file.' : 'A supervisor can make one.'}</p>
        </EmptyState>
      ) : null}
      {lists.data?.length ? (
        <div className={`hotlists${chosen ? ' has-chosen' : ''}`}>
          <nav className="hotlist-nav" aria-label="Lists">
            <ul>
              {lists.data.map((list) => (
                <li key={list.id}>
                  <ListLink list={list} />
                </li>
              ))}
            </ul>
          </nav>
          <section className="hotlist-main" aria-label={chosen?.name ?? 'Entries'}>
            {chosen ? (
              <Entries key={chosen.id} list={chosen} />
            ) : id ? (
              <EmptyState icon={ListChecks} title="This list is not here" action={<Button onPress={() => void go('/hotlists')}>Show the lists</Button>} />
            ) : null}
          </section>
        </div>
      ) : null}
      {making ? (
        <ListForm
          on_close={() => set_making(false)}
          on_saved={(list) => {
            set_making(false);
            void go(`/hotlists/${list.id}`);
          }}
        />
      ) : null}
    </>
  );
}

function ListLink({ list }: { list: Schemas['Hotlist'] }) {
  return (
    <NavLink to={`/hotlists/${list.id}`} className="hotlist-link">
      <span className="strong">{list.name}</span>
      <AgeTag freshness={list.freshness} />
      {list.origin ? <span className="small">from {list.origin.agency}</span> : null}
      <span className="small soft figures">
        {count_text(list.active_entries)} active of {count_text(list.entries)}
      </span>
      <span className="small faint">
        changed <Time at={list.updated_at} />
      </span>
    </NavLink>
  );
}
