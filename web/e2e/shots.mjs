// Pictures of every page and state, to look at:  node e2e/shots.mjs DIR [PART OF A NAME…]
// Needs GLASSHOUSE_URL and GLASSHOUSE_LINKS as run.mjs does; scripts/browser-tests sets them. SIZE and SCHEME take one of each.
import { mkdirSync } from 'node:fs';
import { base_url, between_agencies, dialog, launch, leave_case, settle, signed_in, sizes, watch, with_push_service, work_on_first_case } from './lib.mjs';

const [dir = '/tmp/shots', ...wanted] = process.argv.slice(2);
const go = (route) => async (page) => {
  await page.goto(base_url + route);
  await settle(page);
};
const on_case = (route, then) => async (page) => {
  await go(route)(page);
  await work_on_first_case(page);
  await then?.(page);
};
const off_case = (route, then) => async (page) => {
  await go(route)(page);
  await leave_case(page);
  await then?.(page);
};
const row = (page, n) => page.locator('.vtable-body [role=row]').nth(n);
const find = (address, then) =>
  on_case(address, async (page) => {
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.locator('.found, .denial, .problem').first().waitFor();
    await then?.(page);
  });
const looks = '/search?color=white%2Cblack%2Csilver&last=24h';
const look = (name) => (page) => page.locator('.found-head').getByText(name, { exact: true }).click();
const open_dialog = (route, name) => async (page) => {
  await go(route)(page);
  await page.getByRole('button', { name }).first().click();
  await dialog(page).waitFor();
};
const failing = (route, calls) => async (page) => {
  await page.route(calls, (r) => r.fulfill({ status: 500, contentType: 'application/json', body: '{}' }));
  await page.goto(base_url + route);
  await page.locator('.problem').first().waitFor();
};
const alarmed = (route) => async (page) => {
  await page.route('**/api/v1/overview', async (r) => {
    const response = await r.fetch();
    const alarms = [
      { code: 'disk-full', title: 'The server’s disk is full: no reads are taken.', why: 'Only 310 MB are free; the last 536 MB are kept for searches, alerts and the log. Reads wait in the cameras.', next: 'Free some room on the disk that holds the data folder. The cameras then send what they kept.' },
      { code: 'clock-back', title: 'The server’s clock was set back by 3 h.', why: 'This program goes on by the time that passed since.', next: 'Set the machine’s clock right.' },
    ];
    await r.fulfill({ response, json: { ...(await response.json()), alarms } });
  });
  await go(route)(page);
};
const waiting = (route, calls) => async (page) => {
  await page.route(calls, () => {});
  await page.goto(base_url + route);
  await page.locator('.skeleton').first().waitFor();
};
const alert_in = (state, then) => async (page) => {
  await go(`/alerts?state=${state}`)(page);
  await row(page, 0).click();
  await page.locator('.compare-table').waitFor();
  await then?.(page);
};
const first_list = (then) => async (page) => {
  await go('/hotlists')(page);
  await page.locator('.hotlist-link').first().click();
  await row(page, 0).waitFor();
  await then?.(page);
};

/** Name, role (null: nobody), the way there. */
const tour = [
  ['sharing', 'administrator', go('/sharing')],
  ['sharing-offer', 'administrator', open_dialog('/sharing', 'Offer a grant')],
  ['access', 'administrator', go('/access')],
  ['shared', null, go('/shared')],
  ['sign-in', null, go('/sign-in')],
  ['passkeys', 'officer', go('/passkeys')],
  ['server-alarms', 'officer', alarmed('/live')],
  ['notifications-none', 'officer', go('/notifications')],
  [
    'notifications',
    'officer',
    async (page) => {
      await with_push_service(page);
      await page.context().grantPermissions(['notifications']);
      await go('/notifications')(page);
      await page.getByRole('button', { name: 'Notify me in this browser' }).click();
      await page.getByText('This browser', { exact: true }).waitFor();
    },
  ],
  [
    'notifications-form',
    'officer',
    async (page) => {
      await go('/notifications')(page);
      await page.getByRole('button', { name: 'Change' }).first().click();
      await dialog(page).waitFor();
    },
  ],
  ['orders', 'officer', go('/orders')],
  ['order-form', 'officer', open_dialog('/orders', 'Enter an order')],
  ['emergencies', 'officer', go('/emergencies')],
  ['emergency-form', 'officer', go('/emergencies?new=1')],
  ['sources', 'administrator', go('/sources')],
  ['source-form', 'administrator', open_dialog('/sources', 'New source')],
  ['check', null, go('/check')],
  ['live-masked', 'officer', off_case('/live')],
  ['live-keys', 'officer', off_case('/live', async (page) => { await page.keyboard.press('?'); await dialog(page).waitFor(); })],
  ['live-case-dialog', 'officer', off_case('/live', async (page) => { await page.keyboard.press('c'); await dialog(page).getByRole('option').first().waitFor(); })],
  ['live-permit', 'officer', on_case('/live', (page) => page.locator('.plate:not(.plate-masked)').first().waitFor())],
  ['live-chosen', 'officer', on_case('/live', async (page) => { await row(page, 2).click(); await page.locator('.inspector').waitFor(); })],
  ['live-chosen-masked', 'officer', off_case('/live', async (page) => { await row(page, 2).click(); await page.locator('.inspector').waitFor(); })],
  ['live-loading', 'officer', waiting('/live', '**/api/v1/live?*')],
  ['live-failed', 'officer', failing('/live', '**/api/v1/live?*')],
  ['alerts', 'officer', go('/alerts')],
  ['alert-pending', 'officer', alert_in('pending')],
  ['alert-deciding', 'officer', alert_in('pending', async (page) => { for (const key of ['1', '2', '3', '4']) await page.keyboard.press(key); await page.keyboard.press('y'); await page.getByText('Confirm, because').waitFor(); })],
  ['alert-confirmed', 'officer', alert_in('confirmed')],
  ['alert-closed', 'officer', alert_in('closed')],
  ['alert-auditor', 'supervisor', alert_in('pending')],
  ['search-no-case', 'officer', off_case('/search')],
  // Some folds are open by themselves.
  ['search-question', 'officer', on_case('/search?color=red&body=suv', async (page) => {
    await page.locator('.question-sentence').waitFor();
    await page.evaluate(() => document.querySelectorAll('details.fold').forEach((fold) => { fold.open = true; }));
  })],
  ['search-list', 'officer', find(looks)],
  ['search-pictures', 'officer', find(looks, look('Pictures'))],
  ['search-map', 'officer', find(looks, async (page) => { if ((page.viewportSize()?.width ?? 0) < 861) await look('Map')(page); })],
  ['search-read', 'officer', find(looks, async (page) => { await row(page, 0).dblclick(); await page.getByRole('complementary', { name: 'The read' }).waitFor(); })],
  ['search-alike', 'officer', find(looks, async (page) => { await row(page, 0).dblclick(); await page.getByRole('link', { name: 'Find this vehicle again' }).click(); await page.locator('.explained').waitFor(); await page.getByRole('combobox', { name: 'Question' }).press('Enter'); await page.locator('.alike-head, .denial').first().waitFor(); })],
  ['search-none', 'officer', find('/search?plate=QQ9QQ9')],
  ['search-denied', 'officer', find('/search?plate=ABC123&kind=federal&behalf=A+federal+agency')],
  ['search-auditor', 'auditor', go('/search')],
  ['cases', 'officer', go('/cases')],
  ['cases-none', 'officer', go('/cases?q=nothing-like-it')],
  ['case-new', 'officer', go('/cases/new')],
  ['case-sheet', 'officer', async (page) => { await go('/cases?show=all')(page); await row(page, 0).dblclick(); await page.locator('.sheet').waitFor(); }],
  ['case-missing', 'officer', go('/cases/00000000000000000000000000')],
  ['hotlists', 'officer', go('/hotlists')],
  ['hotlist-entries', 'supervisor', first_list()],
  ['hotlist-entry', 'supervisor', first_list(async (page) => { await row(page, 0).dblclick(); await dialog(page).waitFor(); })],
  ['hotlist-add', 'supervisor', first_list(async (page) => { await page.keyboard.press('n'); await dialog(page).getByLabel('Plate or pattern').fill('kp8-120'); })],
  ['hotlist-import', 'supervisor', first_list(async (page) => {
    await page.keyboard.press('i');
    const text = 'plate,reason,case_number,expires_at\nTSTSHOT,Stolen vehicle,26-1,2031-01-01T00:00:00Z\nBAD_1,Stolen vehicle,26-2,2031-01-01T00:00:00Z\nNOWHY1,,26-2,2031-01-01T00:00:00Z\nNOEND1,Stolen vehicle,26-4,\n';
    await page.locator('input[type=file]').setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await dialog(page).locator('.import-refused').waitFor();
  })],
  ['hotlist-shared', 'supervisor', async (page) => { await between_agencies(page); await first_list()(page); await page.getByText('Who holds it').waitFor(); }],
  ['hotlist-send', 'supervisor', async (page) => { await between_agencies(page); await first_list()(page); await page.getByRole('button', { name: 'Send to…' }).click(); await dialog(page).getByText('Hill County Sheriff').first().waitFor(); }],
  ['hotlist-of-others', 'supervisor', async (page) => { await between_agencies(page); await go('/hotlists')(page); await page.getByRole('link', { name: /from Vale PD/ }).click(); await page.getByText('They keep this list').waitFor(); }],
  ['hotlist-new', 'supervisor', open_dialog('/hotlists', 'New list')],
  ['cameras', 'officer', go('/cameras')],
  ['cameras-map', 'officer', async (page) => { await go('/cameras')(page); if ((page.viewportSize()?.width ?? 0) < 861) await page.locator('.cameras-switch').getByText('Map', { exact: true }).click(); }],
  ['camera', 'officer', async (page) => { await go('/cameras')(page); await row(page, 0).dblclick(); await page.locator('.camera-detail .findings li').first().waitFor(); }],
  ['camera-admin', 'administrator', async (page) => { await go('/cameras')(page); await row(page, 4).dblclick(); await page.locator('.camera-detail .findings li').first().waitFor(); }],
  ['camera-new', 'administrator', go('/cameras/new')],
  ['cameras-failed', 'officer', failing('/cameras', '**/api/v1/cameras')],
  ['try', 'officer', go('/try')],
  ['try-read', 'officer', async (page) => { await go('/try')(page); await page.locator('input[type=file]').first().setInputFiles(process.env.PICTURE ?? new URL('../../samples/stills/day-sedan-rear.jpg', import.meta.url).pathname); await page.locator('.try-reads').waitFor({ timeout: 60_000 }); }],
  ['ledger', 'officer', go('/ledger')],
  ['ledger-proof', 'officer', async (page) => {
    await go('/ledger?entry=1')(page);
    await dialog(page).getByRole('button', { name: 'Check the proof here' }).click();
    await dialog(page).locator('.proof-verdict').waitFor();
  }],
  ['ledger-auditor', 'auditor', go('/ledger')],
  ['accounts', 'administrator', go('/accounts')],
  ['account-new', 'administrator', open_dialog('/accounts', 'New account')],
  ['settings', 'administrator', go('/settings')],
  ['not-found', 'officer', go('/no-such-page')],
];

mkdirSync(dir, { recursive: true });
const browser = await launch();
for (const [name, role, way] of tour.filter(([name]) => !wanted.length || wanted.some((w) => name.includes(w))))
  for (const [size, viewport] of Object.entries(sizes).filter(([size]) => (process.env.SIZE ?? size) === size)) {
    const context = role ? await signed_in(browser, role) : await browser.newContext();
    const page = await context.newPage();
    await page.setViewportSize(viewport);
    page.setDefaultTimeout(30_000);
    const complaints = watch(page);
    await way(page).catch((error) => console.log(`${name} ${size}: ${error.message.split('\n').slice(0, 3).join(' ')}`));
    for (const colorScheme of ['light', 'dark'].filter((scheme) => (process.env.SCHEME ?? scheme) === scheme)) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(Number(process.env.WAIT_MS ?? 600)); // pictures and map tiles that nothing announces
      await page.screenshot({ path: `${dir}/${name}-${size}-${colorScheme}.png` }).catch((error) => console.log(`${name} ${size}: ${error.message.split('\n')[0]}`));
    }
    complaints.forEach((c) => console.log(`${name} ${size}: ${c}`));
    await context.close();
  }
await browser.close();
