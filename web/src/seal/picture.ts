import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { session_listeners } from '@/api/client';
import { ApiProblem, as_problem, problem_from, type Problem } from '@/api/problem';
import { from_base64 } from '@/proof/bytes';

/** Which picture: where it is asked for, and of which read the camera must have signed it. */
export interface PictureOf {
  path: string;
  read_id: string;
}
export interface Opened {
  blob: Blob;
  sealed: boolean;
}

const kept_ms = 60_000;

const not_opened = (why: string): Problem => ({
  type: '/problems/picture-not-opened',
  title: 'The picture could not be opened',
  status: 200,
  detail: why,
  next: 'Ask again. If it stays so, tell an administrator the read: the file may be damaged, or is not what its camera signed.',
});

/** Sealed pictures need what browsers give only to pages from a safe address. */
const unsafe_page: Problem = {
  type: '/problems/unsafe-address',
  title: 'This page cannot open sealed pictures',
  status: 0,
  detail: 'The browser opens them only on a page that came over https, or from this machine itself.',
  next: 'Ask the administrator for the https address of this server.',
};

const words_of = (error: unknown) => {
  const words = error instanceof Error ? error.message : String(error);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
};

/** Asks for the picture under a header for this page's own key, and opens it here. */
export async function fetch_picture({ path, read_id }: PictureOf, signal?: AbortSignal): Promise<Opened> {
  if (!globalThis.crypto?.subtle) throw new ApiProblem(unsafe_page);
  const begun = performance.now();
  const { open_picture, page_recipient } = await import('./open');
  const to = await page_recipient();
  let answer: Response;
  try {
    answer = await fetch(`${path}${path.includes('?') ? '&' : '?'}to=${to}`, { credentials: 'same-origin', signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(as_problem(error));
  }
  if (answer.status === 401) session_listeners.forEach((listener) => listener());
  if (!answer.ok) throw new ApiProblem(problem_from(await answer.json().catch(() => undefined), answer.status));
  const type = answer.headers.get('Content-Type') ?? '';
  if (type !== 'application/age') return { blob: await answer.blob(), sealed: false };
  try {
    const manifest = new TextDecoder().decode(from_base64(answer.headers.get('X-Glasshouse-Manifest') ?? ''));
    const jpeg = await open_picture(new Uint8Array(await answer.arrayBuffer()), manifest, read_id);
    performance.measure('picture opened', { start: begun }); // bench/picture-open asks for it
    return { blob: new Blob([jpeg], { type: 'image/jpeg' }), sealed: true };
  } catch (error) {
    throw new ApiProblem(not_opened(words_of(error)));
  }
}

/** The picture as an address that an <img> takes; it is good while the caller stands, and revoked after. */
export function usePicture(of: PictureOf | undefined) {
  const query = useQuery({
    queryKey: ['picture', of?.path, of?.read_id],
    queryFn: ({ signal }) => {
      if (!of) throw new Error('no picture is asked for');
      return fetch_picture(of, signal);
    },
    enabled: !!of,
    staleTime: Infinity,
    gcTime: kept_ms,
    retry: false,
  });
  const blob = query.data?.blob;
  const [url, set_url] = useState<string>();
  useEffect(() => {
    if (!blob) return undefined;
    const made = URL.createObjectURL(blob);
    set_url(made);
    return () => {
      set_url(undefined);
      URL.revokeObjectURL(made);
    };
  }, [blob]);
  return { url, sealed: query.data?.sealed, error: query.error, retry: () => void query.refetch() };
}
