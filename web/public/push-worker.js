// Shows what the server tells this browser of alerts while no page of Glasshouse is open (docs/formats/web-push.md).
// No plate is in any message; a click leads to the alert, and to signing in where nobody is.
const titles = {
  test: 'Glasshouse: a test message',
  pending: 'An alert waits for a person',
  confirmed: 'A person confirmed an alert',
  rejected: 'A person rejected an alert',
  closed: 'An alert is closed',
};

function words_of(message) {
  if (message.type === 'test') return { title: titles.test, body: 'Notifications work in this browser.' };
  const place = message.place ? `${message.place.lat}, ${message.place.lon}` : undefined;
  const lines = [message.hotlist, message.reason, message.camera, place, message.notice];
  if (message.list_stale) lines.push('The list was older than its agency wants.');
  return { title: titles[message.state] ?? 'An alert changed', body: lines.filter((line) => typeof line === 'string').join('\n') };
}

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  let message = {};
  try {
    message = event.data?.json() ?? {};
  } catch {
    // Whatever it is, the browser wants something shown.
  }
  const { title, body } = words_of(message);
  const alert = typeof message.alert === 'string' ? message.alert : '';
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      icon: '/mark.svg',
      tag: alert || 'test',
      timestamp: Date.parse(message.at) || Date.now(),
      data: { path: alert ? `/alerts/${encodeURIComponent(alert)}` : '/notifications' },
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const path = event.notification.data?.path ?? '/alerts';
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: 'window' });
      const page = open.find((one) => new URL(one.url).origin === self.location.origin);
      if (!page) return self.clients.openWindow(path);
      await page.focus();
      return page.navigate(path);
    })(),
  );
});
