// A new officer's way from a one-time link over a passkey to a sealed picture, and what a thief of the session gets.
import assert from 'node:assert/strict';
import { add_passkey, base_url, common_starts, here, settle, sign_in_by_passkey, sign_out, signed_in, steps, watch, with_authenticator, work_on_first_case } from './lib.mjs';

async function asked(page, path, body) {
  const answer = await page.request.post(base_url + path, { data: body, headers: { 'Idempotency-Key': `pk-${Date.now()}-${Math.random()}`, Origin: base_url } });
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

/** The first read of an answer with its picture. */
async function open_first_picture(page) {
  const [start] = await common_starts(page);
  await page.goto(`${base_url}/search`);
  await page.getByLabel('Plate', { exact: true }).fill(`${start}*`);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.locator('.found-sentence').first().waitFor();
  await page.locator('.found-sentence').click();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  return page.getByRole('complementary', { name: 'The read' });
}

export default async function run(browser) {
  const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const complaints = watch(page);
  const devtools = await with_authenticator(page);

  const list = [
    [
      'a one-time link leads to a passkey',
      async () => {
        const office = await signed_in(browser, 'administrator');
        const login = `pk${Date.now()}`;
        const made = await asked(await office.newPage(), '/api/v1/accounts', { name: 'Pat Keyes', login, role: 'officer' });
        await office.close();
        const desk = await signed_in(browser, 'supervisor');
        const { offences } = await (await desk.request.get(`${base_url}/api/v1/purposes`)).json();
        const title = 'A case for a new officer';
        await asked(await desk.newPage(), '/api/v1/cases', { number: `PK-${Date.now()}`, purpose: 'stolen-vehicle', offence: offences[0].code, title, officer_ids: [made.account.id] });
        await desk.close();
        await page.goto(here(made.sign_in.link));
        await page.getByRole('heading', { name: 'Welcome, Pat Keyes' }).waitFor();
        await page.getByLabel('What to call it').fill('Test device');
        await page.getByRole('button', { name: 'Add a passkey and go on' }).click();
        await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
      },
    ],
    [
      'the passkey signs in, and its own key opens a sealed picture',
      async () => {
        await sign_out(page);
        await sign_in_by_passkey(page);
        const kept = await (await context.request.get(`${base_url}/api/v1/me/picture-key`)).json();
        assert.match(kept.recipient, /^age1/);
        await page.goto(`${base_url}/live`);
        await settle(page);
        await work_on_first_case(page);
        const asked_for = page.waitForRequest((r) => r.url().includes('/picture?'));
        const panel = await open_first_picture(page);
        assert.equal(new URL((await asked_for).url()).searchParams.get('to'), kept.recipient);
        await panel.locator('img[data-picture="sealed"]').first().waitFor();
      },
    ],
    [
      'whoever takes the session, but not the passkey, is given no picture',
      async () => {
        const thief = await browser.newContext({ storageState: await context.storageState(), reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } });
        const window = await thief.newPage();
        const panel = await open_first_picture(window);
        await panel.getByText(/Touch your passkey to open pictures/).waitFor();
        assert.equal(await panel.locator('img[data-picture]').count(), 0);
        await thief.close();
      },
    ],
    [
      'the screen locks, shows nothing, and opens with the passkey',
      async () => {
        await page.goto(`${base_url}/live`);
        await page.locator('.rail .person').click();
        await page.getByRole('menuitem', { name: 'Lock the screen' }).click();
        await page.getByRole('heading', { name: 'The screen is locked' }).waitFor();
        assert.equal(await page.locator('.vtable').count(), 0);
        await page.getByRole('button', { name: 'Unlock with your passkey' }).click();
        await page.locator('.rail').waitFor();
      },
    ],
    [
      'passkeys are named, and the last one stays',
      async () => {
        await page.goto(`${base_url}/passkeys`);
        await page.getByRole('button', { name: 'Rename Test device' }).click();
        await page.getByRole('dialog').getByLabel('Name').fill('My phone');
        await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
        await page.getByText('My phone').waitFor();
        assert.ok(await page.getByRole('button', { name: 'Remove My phone' }).isDisabled());
        await devtools.send('WebAuthn.disable');
        await with_authenticator(page);
        await add_passkey(page);
        await page.getByRole('button', { name: 'Remove My phone' }).click();
        await page.getByRole('button', { name: 'Remove it' }).click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        assert.equal(await page.getByText('My phone', { exact: true }).count(), 0);
      },
    ],
    ['nothing was complained about on the way', async () => assert.deepEqual(complaints, [])],
  ];
  const failed = await steps('passkey', list);
  await context.close();
  return failed;
}
