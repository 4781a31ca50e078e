import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { forget_plates } from './CaseBar';

it('forgets what was read under the case, and the list on the screen still comes', async () => {
  const queries = new QueryClient();
  queries.setQueryData(['search', 'old'], 'a plate');
  // The stream told of the end of the case first: the masked list is on its way when the answer arrives.
  const observer = new QueryObserver(queries, { queryKey: ['live', 'none'], queryFn: async () => 'masked' });
  const leave = observer.subscribe(() => undefined);
  forget_plates(queries);
  await expect.poll(() => observer.getCurrentResult().data).toBe('masked');
  expect(queries.getQueryData(['search', 'old'])).toBeUndefined();
  leave();
  queries.clear();
});
