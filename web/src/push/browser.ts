/** This browser's subscription to alerts (docs/formats/web-push.md). It belongs to whoever is signed in here, and to nobody after. */
import { api, call, type Schemas } from '@/api/client';
import { from_base64url, to_base64url } from '@/proof/bytes';

export type Browser = Schemas['Browser'];

/** undefined: this browser can; else why not, and what to do. */
export function why_not(): string | undefined {
  if (!window.isSecureContext) return 'Browsers notify only pages that came by https. Ask whoever runs this server for its https address.';
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window))
    return 'This browser knows no push messages. On an iPhone, put Glasshouse on the home screen first; else use another browser.';
  if (Notification.permission === 'denied') return 'This browser was told not to show notifications of this site. Allow them in its settings for this site, then load this page again.';
  return undefined;
}

export async function subscription(): Promise<PushSubscription | undefined> {
  if (!('serviceWorker' in navigator)) return undefined;
  const worker = await navigator.serviceWorker.getRegistration('/');
  return (await worker?.pushManager?.getSubscription()) ?? undefined;
}

/** Asks the person where needed, then the browser, then tells the server. */
export async function subscribe(key: string, name: string): Promise<Browser> {
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('The browser was not allowed to show notifications. Nothing was changed.');
  await (await subscription())?.unsubscribe();
  const worker = await navigator.serviceWorker.register('/push-worker.js');
  await navigator.serviceWorker.ready;
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: Uint8Array.from(from_base64url(key)) });
  try {
    const text = (kind: PushEncryptionKeyName) => to_base64url(new Uint8Array(made.getKey(kind) ?? new ArrayBuffer(0)));
    return await call(api.POST('/api/v1/me/push', { body: { name, endpoint: made.endpoint, p256dh: text('p256dh'), auth: text('auth') } }));
  } catch (problem) {
    await made.unsubscribe();
    throw problem;
  }
}

const my_browsers = () => call(api.GET('/api/v1/me/push'));

/** At signing out: nobody is told by this browser any more. What fails here, the push service ends when it is next asked. */
export async function leave(): Promise<void> {
  try {
    const mine = await subscription();
    if (!mine) return;
    await mine.unsubscribe();
    const known = (await my_browsers()).items.find((one) => one.endpoint === mine.endpoint);
    if (known) await call(api.DELETE('/api/v1/me/push/{id}', { params: { path: { id: known.id } } }));
  } catch {
    // Signing out goes on.
  }
}

/** At signing in: what somebody else left subscribed here ends. */
export async function keep_own(may_see_alerts: boolean): Promise<void> {
  const left = await subscription();
  if (!left) return;
  const mine = may_see_alerts ? (await my_browsers()).items : [];
  if (!mine.some((one) => one.endpoint === left.endpoint && !one.ended_at)) await left.unsubscribe();
}
