// axe finds nothing: every page in both themes and both widths; the sign-in page, the dialogs and the drawer as well.
// Nor does any page reach beyond the screen's edge, ask another origin for anything, or offend the content policy.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { base_url, between_agencies, settle, signed_in, sizes, steps, watch, work_on_first_case } from './lib.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pages = {
  officer: ['/live', '/alerts', '/search', '/cases', '/cases/new', '/orders', '/emergencies', '/hotlists', '/cameras', '/try', '/ledger', '/ledger?entry=0', '/passkeys', '/notifications', '/no-such-page'],
  administrator: ['/accounts', '/sources', '/delivery', '/settings', '/rules', '/cameras', '/sharing', '/access'],
};

/** The page's policy refuses inline scripts; the debugger's own evaluation is not bound by it. */
async function violations(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    const told = (node) => `${node.target.join(' ')} — ${node.any.concat(node.all, node.none).map((c) => c.message).join('; ')}`;
    return violations.map((v) => `${v.id}: ${v.help}\n   ${v.nodes.slice(0, 4).map(told).join('\n   ')}`);
  });
}

let views = 0;
let counted = 0;

/** What stands on the page, in every theme and width. */
async function clean(page, what) {
  const found = [];
  for (const [size, viewport] of Object.entries(sizes))
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // The new colours stand only after the next frames.
      await page.waitForFunction((scheme) => window.matchMedia(`(prefers-color-scheme: ${scheme})`).matches, colorScheme);
      await page.evaluate(() => new Promise((done) => window.requestAnimationFrame(() => window.requestAnimationFrame(() => setTimeout(done, 150)))));
      const beyond_px = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (beyond_px > 0) found.push(`${what} (${size}): ${beyond_px} px beyond the screen`);
      views += 1;
      for (const violation of await violations(page)) {
        counted += 1;
        found.push(`${what} (${size}, ${colorScheme}): ${violation}`);
      }
    }
  await page.setViewportSize(sizes.wide);
  assert.ok(found.length === 0, found.join('\n'));
}

export default async function run(browser) {
  const with_page = (role, check) => async () => {
    const context = role ? await signed_in(browser, role) : await browser.newContext();
    try {
      const page = await context.newPage();
      const complaints = watch(page);
      await check(page);
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  };
  const list = [
    [
      'sign in',
      with_page(null, async (page) => {
        await page.goto(`${base_url}/sign-in`);
        await settle(page);
        await clean(page, 'sign in');
      }),
    ],
    [
      'back from an identity provider that gave nothing',
      with_page(null, async (page) => {
        await page.goto(`${base_url}/sign-in/return`);
        await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
        await clean(page, 'back from a provider');
      }),
    ],
    [
      'a camera and its device',
      with_page('administrator', async (page) => {
        const { items } = await (await page.request.get(`${base_url}/api/v1/cameras`)).json();
        await page.goto(`${base_url}/cameras/${items[0].id}`);
        await page.getByRole('heading', { name: 'Device' }).waitFor();
        await settle(page);
        await clean(page, 'a camera and its device');
      }),
    ],
    [
      'Check us, signed out',
      with_page(null, async (page) => {
        await page.goto(`${base_url}/check`);
        await settle(page);
        await page.locator('.check-entries li').first().waitFor();
        await clean(page, 'Check us');
        const program = await page.request.get(`${base_url}/check/verify_log.go`);
        assert.match(await program.text(), /golang\.org\/x\/mod\/sumdb\/tlog/);
      }),
    ],
  ];
  list.push([
    'Who can see our cameras, signed out',
    with_page(null, async (page) => {
      await page.goto(`${base_url}/shared`);
      await settle(page);
      await clean(page, 'Who can see');
    }),
  ]);
  for (const [role, routes] of Object.entries(pages))
    for (const route of routes)
      list.push([
        `${route} as ${role}`,
        with_page(role, async (page) => {
          await page.goto(base_url + route);
          await settle(page);
          await clean(page, route);
        }),
      ]);
  list.push(
    [
      'Live under a case, its dialogs',
      with_page('officer', async (page) => {
        await page.goto(`${base_url}/live`);
        await settle(page);
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
        await clean(page, 'the list of keys');
        await page.keyboard.press('Escape');
        await page.keyboard.press('c');
        await page.getByRole('dialog').getByRole('option').first().waitFor();
        await clean(page, 'work on a case');
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await work_on_first_case(page);
        await page.locator('.plate:not(.plate-masked)').first().waitFor();
        await clean(page, 'live under a case');
        await page.locator('.vtable-body [role=row]').nth(2).click();
        await page.locator('.inspector').waitFor();
        await clean(page, 'a chosen read');
      }),
    ],
    [
      'Search: completion, the answer, a route, vehicles, export, own searches',
      with_page('officer', async (page) => {
        await page.goto(`${base_url}/search`);
        await settle(page);
        await work_on_first_case(page);
        const box = page.getByRole('combobox', { name: 'Question' });
        await box.pressSequentially('white ');
        await page.getByRole('option').first().waitFor();
        await page.keyboard.press('ArrowDown');
        await clean(page, 'completion');
        await box.fill('white from:24h');
        await page.keyboard.press('Enter');
        await page.locator('.found .vtable-body [role=row]').first().waitFor();
        await clean(page, 'an answer');
        await page.locator('.found .vtable-body [role=row]').first().click();
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: /^Put on hold for/ }).click();
        await page.getByLabel('What is it evidence of?').fill('axe looks at it');
        await clean(page, 'a read in full, being put on hold');
        await page.getByRole('button', { name: 'Put on hold', exact: true }).click();
        await page.getByText(/keeps this read until/).waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Export', exact: true }).click();
        await page.getByRole('dialog').waitFor();
        await clean(page, 'export');
        await page.keyboard.press('Escape');
        if (await page.locator('.found .phone-only').first().isVisible()) await page.getByRole('button', { name: 'Question' }).click();
        await page.getByRole('button', { name: 'Saved and past' }).click();
        await page.locator('.own-past').first().waitFor();
        await clean(page, 'own searches');
        await page.keyboard.press('Escape');
        await box.fill('white from:24h');
        await box.press('Enter');
        await page.locator('.found .vtable-body [role=row]').first().click();
        await page.keyboard.press('Enter');
        await page.getByRole('link', { name: 'Find this vehicle again' }).click();
        await page.locator('.explained').waitFor();
        await box.press('Enter');
        await page.locator('.alike-head, .denial').first().waitFor();
        await clean(page, 'what looks alike');
        const cameras = (await (await page.request.get(`${base_url}/api/v1/cameras`)).json()).items;
        for (const [text, shown] of [[`camera:"${cameras[0].name}" from:20h and camera:"${cameras[1].name}" from:20h`, '.vehicles, .empty'], ['show:convoy plate:ABC1234', '.denial, .found']]) {
          await box.fill(text);
          await page.locator('.explained').waitFor();
          await box.press('Enter');
          await page.locator(shown).first().waitFor();
          await clean(page, text.slice(0, 12));
        }
      }),
    ],
    [
      'an order and an emergency',
      with_page('officer', async (page) => {
        await page.goto(`${base_url}/orders`);
        await settle(page);
        await page.getByRole('button', { name: 'Enter an order' }).click();
        await page.getByRole('dialog').waitFor();
        await clean(page, 'entering an order');
        await page.goto(`${base_url}/emergencies?new=1`);
        await page.getByRole('dialog').waitFor();
        await clean(page, 'working without a case');
      }),
    ],
    [
      'a case sheet with a read on hold',
      with_page('officer', async (page) => {
        await page.goto(`${base_url}/live`);
        await settle(page);
        await work_on_first_case(page);
        const me = await (await page.request.get(`${base_url}/api/v1/me`)).json();
        await page.goto(`${base_url}/cases/${me.working_case.case.id}`);
        const held = page.getByRole('region', { name: 'On hold' });
        await held.getByRole('button', { name: /^Show the read/ }).first().click();
        await held.getByRole('button', { name: /^Lift the hold/ }).first().click();
        await held.locator('.plate').first().waitFor();
        await clean(page, 'a case sheet with a read on hold');
      }),
    ],
    [
      'a list between agencies',
      with_page('supervisor', async (page) => {
        await between_agencies(page);
        await page.goto(`${base_url}/hotlists`);
        await page.getByText('Who holds it').waitFor();
        await clean(page, 'a list that others hold');
        await page.getByRole('button', { name: 'Send to…' }).click();
        await page.getByRole('dialog').getByText('Hill County Sheriff').first().waitFor();
        await clean(page, 'who holds a list');
        await page.keyboard.press('Escape');
        await page.getByRole('link', { name: /from Vale PD/ }).click();
        await page.getByText('They keep this list').waitFor();
        await clean(page, "another agency's list");
      }),
    ],
    [
      'a comparison',
      with_page('officer', async (page) => {
        await page.goto(`${base_url}/alerts`);
        await settle(page);
        await page.locator('.queue .vtable-body [role=row]').first().click();
        await page.locator('.compare-table').waitFor();
        await clean(page, 'a comparison');
      }),
    ],
  );
  const failed = await steps('axe', list);
  console.log(`axe: ${counted} violations on ${views} views`);
  return failed;
}
