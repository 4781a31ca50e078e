import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, Suspense, lazy, useCallback, useEffect, useRef, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import type { Schemas } from '@/api/client';
import { me_query } from '@/api/queries';
import { useHotkeys } from '@/ui/hotkeys';
import { Skeleton } from '@/ui/panels';
import { CaseBar } from './CaseBar';
import { CaseDialogContext, KeyListContext } from './case-dialog';
import { useEntry, useOpenEntry } from './entry';
import { EventStream, useEvent, useReconnected } from './events';
import { IdleLock } from './IdleLock';
import { BottomBar, Rail } from './Rail';
import { navigation, pages_for } from './routes';
import { can_unlock } from './session';
import { ServerAlarms } from './ServerAlarms';
import { TrainingNotice } from './TrainingNotice';

const CaseDialog = lazy(() => import('./CaseDialog'));
const ExigentBanner = lazy(() => import('@/pages/emergencies/Banner'));
const KeyList = lazy(() => import('./KeyList'));
const EntryDrawer = lazy(() => import('@/pages/ledger/EntryDrawer'));

interface LayoutProps {
  session: Schemas['Session'];
  about: Schemas['About'];
  children: ReactNode;
}

export function Layout({ session, about, children }: LayoutProps) {
  const [choosing, set_choosing] = useState(false);
  const [listing, set_listing] = useState(false);
  const open_cases = useCallback(() => set_choosing(true), []);
  const show_keys = useCallback(() => set_listing(true), []);
  const go = useNavigate();
  const main = useRef<HTMLElement>(null);
  const entry = useEntry();
  const open_entry = useOpenEntry();
  const items = pages_for(session.may);

  useHotkeys('Everywhere', [
    ...items.map((item) => ({ keys: `g ${item.letter}`, label: `Go to ${item.label}`, run: () => go(item.to) })),
    { keys: 'c', label: 'Work on a case', run: open_cases },
    { keys: '?', label: 'This list of keys', run: show_keys },
    {
      keys: '/',
      label: 'Put the cursor into the question',
      run: () => {
        const question = document.querySelector<HTMLElement>('[data-question] input, input[data-question]');
        if (question) question.focus();
        else void go('/search?focus=1');
      },
    },
  ]);
  useFocusOnNewPage(main);
  useOwnNotifications(session);

  const permit = session.working_case?.ledger_index ?? 'none';
  return (
    <EventStream scope={`${session.officer.id}/${permit}`} enabled={session.may.includes('view-masked')}>
      <CaseDialogContext value={open_cases}>
        <KeyListContext value={show_keys}>
        <KeepFresh />
        <IdleLock after_s={session.idle_lock_s} can_unlock={can_unlock(session)} />
        <a className="skip" href="#main">
          Skip to the page
        </a>
        <div className="frame">
          {about.demo ? (
            <aside className="demo-ribbon" aria-label="Demo">
              <strong>Demo:</strong> {about.town.name} is invented<span className="not-phone">. No vehicle, plate or person here is real</span>.
            </aside>
          ) : null}
          <Rail items={items} session={session} about={about} />
          <div className="frame-page">
            <CaseBar session={session} />
            <Suspense fallback={null}>{session.may.includes('judge-exigent') ? <ExigentBanner /> : null}</Suspense>
            {session.trained_until ? <TrainingNotice until={session.trained_until} /> : null}
            <main id="main" ref={main} tabIndex={-1} className="page">
              {session.may.includes('view-masked') ? <ServerAlarms /> : null}
              <SharingAlarm />
              <Suspense fallback={<Skeleton rows={8} />}>{children}</Suspense>
            </main>
          </div>
          <BottomBar items={items} session={session} />
        </div>
        <Suspense fallback={null}>
          {choosing ? <CaseDialog on_close={() => set_choosing(false)} /> : null}
          {listing ? <KeyList on_close={() => set_listing(false)} /> : null}
          {entry !== undefined ? <EntryDrawer index={entry} on_close={() => open_entry(undefined)} /> : null}
        </Suspense>
        </KeyListContext>
      </CaseDialogContext>
    </EventStream>
  );
}

/** What another person left this browser subscribed to ends when somebody signs in. */
function useOwnNotifications(session: Schemas['Session']) {
  const may = session.may.includes('view-alerts');
  const who = session.officer.id;
  useEffect(() => {
    if ('serviceWorker' in navigator) void import('@/push/browser').then(({ keep_own }) => keep_own(may)).catch(() => undefined);
  }, [who, may]);
}

/** A new page takes the focus, so that the keyboard and a screen reader start at its head; and names itself in the tab. */
function useFocusOnNewPage(main: React.RefObject<HTMLElement | null>) {
  const { pathname } = useLocation();
  const section = `/${pathname.split('/')[1] ?? ''}`;
  const first = useRef(true);
  useEffect(() => {
    document.title = `${navigation.find((item) => item.to === section)?.label ?? 'Glasshouse'} · Glasshouse`;
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [section, main]);
}

/** A promise about who reaches the cameras does not hold: said on every page, the moment it is found out. */
function SharingAlarm() {
  const [stopped, set_stopped] = useState(false);
  useEvent('sharing', (now) => set_stopped(now.stopped));
  if (!stopped) return null;
  return (
    <p className="sharing-alarm" role="alert">
      Sharing with other agencies is stopped: a promise about who reaches our cameras does not hold. <Link to="/sharing">Look at it</Link>
    </p>
  );
}

/** Events that concern every page: alerts change the count, cameras their state, the session itself. */
function KeepFresh() {
  const queries = useQueryClient();
  useEvent('alert', () => {
    void queries.invalidateQueries({ queryKey: ['alerts'] });
    void queries.invalidateQueries({ queryKey: ['overview'] });
  });
  useEvent('camera', (camera) => {
    queries.setQueryData<Schemas['Camera'][]>(['cameras'], (old) => old?.map((c) => (c.id === camera.id ? camera : c)));
  });
  useEvent('exigent', () => void queries.invalidateQueries({ queryKey: ['exigent'] }));
  useEvent('session', (session) => queries.setQueryData(me_query.queryKey, session));
  // Who can see our cameras changed, or another agency asked: what shows it is asked for anew.
  const shared = () => {
    void queries.invalidateQueries({ queryKey: ['sharing'] });
    void queries.invalidateQueries({ queryKey: ['access'] });
  };
  useEvent('sharing', shared);
  useReconnected(() => void queries.invalidateQueries());
  return null;
}
