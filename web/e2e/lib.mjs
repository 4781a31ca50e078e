// What the browser tests share: a Chromium, signing in by a one-time link, small assertions.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

export const base_url = (process.env.GLASSHOUSE_URL ?? 'http://localhost:18300').replace(/\/$/, '');
export const links = JSON.parse(process.env.GLASSHOUSE_LINKS ?? '{}');
export const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/** A link as the server printed it, under the address that is tested. */
export const here = (link) => {
  const { pathname, search } = new URL(link, base_url);
  return base_url + pathname + search;
};

/** Puts an authenticator into the page's browser: a person whose finger is always on it, with a secret for the page (PRF). */
export async function with_authenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      hasPrf: true,
      automaticPresenceSimulation: true,
    },
  });
  return devtools;
}

/** The browser's push service is out of a test's reach: this one gives a subscription as it would, under a name that nobody has. */
export async function with_push_service(page) {
  await page.addInitScript(() => {
    let held = null;
    const subscribe = async () => {
      const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
      const keys = { p256dh: await crypto.subtle.exportKey('raw', publicKey), auth: crypto.getRandomValues(new Uint8Array(16)).buffer };
      held = { endpoint: `https://nobody.push.apple.com/${crypto.randomUUID()}`, getKey: (kind) => keys[kind], unsubscribe: async () => ((held = null), true) };
      return held;
    };
    Object.assign(PushManager.prototype, { subscribe, getSubscription: async () => held });
  });
}

/** What the page's worker shows of a message that is pushed to it: title, text and where a click leads, each. */
export async function pushed(page, message) {
  const devtools = await page.context().newCDPSession(page);
  const known = new Promise((resolve) => devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] && resolve(registrations[0].registrationId)));
  await devtools.send('ServiceWorker.enable');
  const registrationId = await known;
  // Not by waitForFunction, which takes the promise of an answer for the answer.
  const look = () =>
    page.evaluate(async () => {
      for (let tries = 0; tries < 50; ++tries) {
        const notes = await (await navigator.serviceWorker.ready).getNotifications();
        if (notes.length > 0) return notes.map((one) => [one.title, one.body, one.data.path]);
        await new Promise((done) => setTimeout(done, 100));
      }
      return [];
    });
  // A message that comes while the worker is still starting is lost here, where a push service would send it again.
  let shown = [];
  for (let tries = 0; tries < 8 && shown.length === 0; ++tries) {
    await devtools.send('ServiceWorker.deliverPushMessage', { origin: base_url, registrationId, data: JSON.stringify(message) });
    shown = await look();
  }
  await devtools.detach();
  return shown;
}

/** From inside, by the own page of passkeys. */
export async function add_passkey(page) {
  await page.goto(`${base_url}/passkeys`);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Add it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator('.passkeys li').first().waitFor();
}

export async function sign_out(page) {
  await page.locator('.rail .person').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
}

export async function sign_in_by_passkey(page) {
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
}

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

/** One signed-in state for each role: a link works once, so the cookie is kept and given to every context after that. */
const states = new Map();
export async function signed_in(browser, role, options = {}) {
  const settings = { viewport: sizes.wide, reducedMotion: 'reduce', ...options };
  if (states.has(role)) return browser.newContext({ ...settings, storageState: states.get(role) });
  const link = links[role];
  assert.ok(link, `GLASSHOUSE_LINKS has no link for the ${role}`);
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  await page.goto(here(link));
  const later = page.getByRole('button', { name: 'Not now' });
  await Promise.race([later.waitFor(), page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor()]);
  if (await later.isVisible()) await later.click();
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
  states.set(role, await context.storageState());
  await page.close();
  return context;
}

/** Remembers what a page complains about: errors, refused content, requests to foreign places. */
export function watch(page) {
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (401|403|404|409|422)/.test(message.text())) complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base_url) && !/^(data|blob):/.test(url)) complaints.push(`foreign request: ${url}`);
  });
  return complaints;
}

export const dialog = (page) => page.getByRole('dialog');

/** The page stands and waits for nothing. */
export async function settle(page) {
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
}

/** Until the bar has said whether there is a case, nothing can be told from what is not visible yet. */
const case_bar = (page) => page.locator('.case-bar-on').or(page.getByText('You see vehicles, not plates.')).first().waitFor();

export async function leave_case(page) {
  await case_bar(page);
  if (await page.locator('.case-bar-on').isVisible()) await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await page.getByText('You see vehicles, not plates.').waitFor();
}

export async function work_on_first_case(page) {
  await case_bar(page);
  if (await page.getByText('You see vehicles, not plates.').isVisible()) {
    await page.getByRole('button', { name: 'Work on a case' }).first().click();
    await page.getByRole('dialog').getByRole('option').first().click();
  }
  await page.locator('.case-bar-on').waitFor();
}

/** How plates that the town's cameras read lately begin, the most frequent first: what a pattern can be asked for with more
 *  than one page. */
export async function common_starts(page, counts = ({ plate }) => plate) {
  const { working_case } = await (await page.request.get(`${base_url}/api/v1/me`)).json();
  const body = { case_id: working_case.case.id, question: { colors: ['white', 'black', 'gray', 'silver'] }, limit: 200 };
  const answer = await page.request.post(`${base_url}/api/v1/search`, { data: body, headers: { 'Idempotency-Key': `start-${Date.now()}`, Origin: base_url } });
  assert.equal(answer.status(), 200, await answer.text());
  const starts = new Map();
  for (const { plate } of (await answer.json()).items.filter(counts)) starts.set(plate.text.slice(0, 2), (starts.get(plate.text.slice(0, 2)) ?? 0) + 1);
  return [...starts].sort((a, b) => b[1] - a[1]).map(([start]) => start);
}

/** Runs named steps one after another and reports each; any failure fails the file. ONLY=WORDS takes those steps whose
 *  name holds the words: for work on one of them. */
export async function steps(title, list) {
  let failed = 0;
  const only = process.env.ONLY ?? '';
  for (const [name, run] of list.filter(([name]) => name.includes(only))) {
    const begun = performance.now();
    try {
      await run();
      console.log(`ok    ${title}: ${name} (${Math.round(performance.now() - begun)} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${title}: ${name}\n${String(error.stack ?? error).replace(/^/gm, '      ')}`);
    }
  }
  return failed;
}

/** The demo town shares nothing: the first list is shown as one that others hold, the second as another agency's. */
export async function between_agencies(page) {
  const now = new Date().toISOString();
  await page.route('**/api/v1/hotlists', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const of_others = body.items[1];
    if (of_others) of_others.origin = { agency_id: 'agency_vale', agency: 'Vale PD', grant_id: 'grant_1', purpose: 'stolen-vehicle', number: 3, refused: 1, barred: 2, ledger_index: 1 };
    await route.fulfill({ response: answer, json: body });
  });
  const share = { grant_id: 'grant_2', agency_id: 'agency_hill', agency: 'Hill County Sheriff', purpose: 'stolen-vehicle', by: 'Dana Reyes', since: now, ending: false, entries: 41, refused: 0, barred: 1, told_at: now };
  const json = {
    items: [share, { ...share, grant_id: 'grant_3', agency: 'Millbrook PD', entries: 0, told_at: undefined, problem: 'Their server could not be reached; it is tried again.' }],
    choices: [{ grant_id: 'grant_4', agency: 'Reno PD', purposes: ['missing-person', 'stolen-vehicle'], cameras: 3, hours: '06:00-22:00 UTC', ends_at: now }],
    outcomes: [],
  };
  await page.route('**/api/v1/hotlists/*/shares', (route) => route.fulfill({ json }));
}
