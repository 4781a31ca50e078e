import { afterEach, describe, expect, it, vi } from 'vitest';
import { api } from '@/api/client';
import { keep_own, leave, subscribe, why_not } from './browser';

const endpoint = 'https://push.example/mine';
const unsubscribe = vi.fn(async () => true);
const subscribed = { endpoint, unsubscribe, getKey: (kind: string) => new Uint8Array(kind === 'auth' ? 16 : 65).fill(4).buffer };
const subscribe_at = vi.fn(async () => subscribed);

/** A browser that is subscribed, or is not. */
function browser(is: boolean) {
  const worker = { pushManager: { getSubscription: async () => (is ? subscribed : null), subscribe: subscribe_at } };
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('PushManager', vi.fn());
  vi.stubGlobal('Notification', { permission: 'default', requestPermission: async () => 'granted' });
  Object.defineProperty(navigator, 'serviceWorker', {
    configurable: true,
    value: { getRegistration: async () => worker, register: async () => worker, ready: Promise.resolve(worker) },
  });
}
const answer = (data: unknown) => Promise.resolve({ data, response: new Response(null, { status: 200 }) }) as never;
const knows = (...items: { id: string; endpoint: string; ended_at?: string }[]) => vi.spyOn(api, 'GET').mockReturnValue(answer({ key: 'AAAA', items }));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  unsubscribe.mockClear();
});

describe('this browser and its person', () => {
  it('tells the server what the browser gave, and takes it back when the server refuses', async () => {
    browser(false);
    const post = vi.spyOn(api, 'POST').mockReturnValueOnce(answer({ id: 'chn_1' }));
    await subscribe('AQID', 'Desk');
    expect(subscribe_at).toHaveBeenCalledWith({ userVisibleOnly: true, applicationServerKey: Uint8Array.from([1, 2, 3]) });
    const body = (post.mock.calls[0] as unknown as [string, { body: Record<string, string> }])[1].body;
    expect(body).toMatchObject({ name: 'Desk', endpoint, auth: 'BAQEBAQEBAQEBAQEBAQEBA' });
    expect(body['p256dh']).toHaveLength(87);
    post.mockRejectedValueOnce(new Error('no'));
    await expect(subscribe('AQID', 'Desk')).rejects.toThrow('no');
    expect(unsubscribe).toHaveBeenCalledOnce();
  });

  it('ends at signing out, here and on the server', async () => {
    browser(true);
    knows({ id: 'chn_2', endpoint: 'https://push.example/other' }, { id: 'chn_1', endpoint });
    const remove = vi.spyOn(api, 'DELETE').mockReturnValue(answer(undefined));
    await leave();
    expect(unsubscribe).toHaveBeenCalledOnce();
    expect(remove.mock.calls[0]?.[1]).toMatchObject({ params: { path: { id: 'chn_1' } } });
  });

  it('ends here also when the server cannot be asked, and signing out goes on', async () => {
    browser(true);
    vi.spyOn(api, 'GET').mockRejectedValue(new Error('locked'));
    await leave();
    expect(unsubscribe).toHaveBeenCalledOnce();
  });

  it('ends what another person left, and keeps the own', async () => {
    browser(true);
    knows({ id: 'chn_1', endpoint });
    await keep_own(true);
    expect(unsubscribe).not.toHaveBeenCalled();
    knows({ id: 'chn_1', endpoint, ended_at: '2026-11-29T00:00:00Z' });
    await keep_own(true);
    expect(unsubscribe).toHaveBeenCalledTimes(1);
    knows();
    await keep_own(true);
    expect(unsubscribe).toHaveBeenCalledTimes(2);
    const asked = knows({ id: 'chn_1', endpoint });
    asked.mockClear();
    await keep_own(false);
    expect(unsubscribe).toHaveBeenCalledTimes(3);
    expect(asked).not.toHaveBeenCalled();
  });

  it('says why a browser cannot', () => {
    browser(false);
    expect(why_not()).toBeUndefined();
    vi.stubGlobal('Notification', { permission: 'denied' });
    expect(why_not()).toMatch(/settings for this site/);
    vi.stubGlobal('isSecureContext', false);
    expect(why_not()).toMatch(/https/);
  });
});
