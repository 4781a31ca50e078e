import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { about_query, me_query } from '@/api/queries';
import { ProblemPanel } from '@/ui/panels';
import { Layout } from './Layout';
import { home_for, page_routes } from './routes';
import { useSessionWatch } from './session';

const SignIn = lazy(() => import('@/pages/sign-in/page'));
const CheckUs = lazy(() => import('@/pages/check/page'));
const Shared = lazy(() => import('@/pages/shared/page'));
const EnrollPage = lazy(() => import('@/pages/sign-in/enroll-page'));
const ProviderReturn = lazy(() => import('@/pages/sign-in/return'));
const Lock = lazy(() => import('@/pages/sign-in/lock'));

/** Who is here decides what is shown: the sign-in page, the way to a first passkey, the lock screen, or the console. /check and /shared are everybody's. */
export function App() {
  useSessionWatch();
  const about = useQuery(about_query);
  const me = useQuery(me_query);
  const here = useLocation();

  const error = about.error ?? me.error;
  if (error && (about.data === undefined || me.data === undefined)) {
    return (
      <main className="center-page">
        <ProblemPanel error={error} retry={() => void Promise.all([about.refetch(), me.refetch()])} />
      </main>
    );
  }
  if (about.data === undefined || me.data === undefined) return <main className="center-page" aria-busy="true" aria-label="Loading" />;

  if (here.pathname === '/check' || here.pathname === '/shared') {
    return (
      <Suspense fallback={<main className="center-page" aria-busy="true" />}>
        {here.pathname === '/check' ? <CheckUs /> : <Shared />}
      </Suspense>
    );
  }
  if (here.pathname === '/sign-in/return') {
    return (
      <Suspense fallback={<main className="center-page" aria-busy="true" />}>
        <ProviderReturn />
      </Suspense>
    );
  }
  const at_sign_in = here.pathname === '/sign-in';
  if (me.data === null || (at_sign_in && new URLSearchParams(here.search).has('link'))) {
    return (
      <Suspense fallback={<main className="center-page" aria-busy="true" />}>
        <Routes>
          <Route path="/sign-in" element={<SignIn />} />
          <Route path="*" element={<Navigate to="/sign-in" replace state={{ from: here }} />} />
        </Routes>
      </Suspense>
    );
  }
  if (me.data.locked) {
    return (
      <Suspense fallback={<main className="center-page" aria-busy="true" />}>
        <Lock session={me.data} />
      </Suspense>
    );
  }
  if (!me.data.enrolled) {
    return (
      <Suspense fallback={<main className="center-page" aria-busy="true" />}>
        <EnrollPage session={me.data} />
      </Suspense>
    );
  }
  return (
    <Layout session={me.data} about={about.data}>
      <Routes>
        <Route path="/" element={<Navigate to={home_for(me.data.may)} replace />} />
        <Route path="/sign-in" element={<Navigate to={from_of(here.state) ?? home_for(me.data.may)} replace />} />
        {page_routes.map(({ path, Page }) => (
          <Route key={path} path={path} element={<Page />} />
        ))}
      </Routes>
    </Layout>
  );
}

/** Where the person wanted to go before signing in. */
function from_of(state: unknown): string | undefined {
  const from = (state as { from?: { pathname?: string; search?: string } } | null)?.from;
  return from?.pathname?.startsWith('/') && from.pathname !== '/sign-in' ? from.pathname + (from.search ?? '') : undefined;
}
