// How long a sealed picture takes from asking to being open in the page: bench/picture-open calls it.
// Prints rows name<TAB>value<TAB>unit: with a key of the page's own, and then with the key that a passkey keeps, after signing
// in by it. The first picture of the page, which fetches the code that opens, is left out.
import { add_passkey, base_url, common_starts, launch, settle, sign_in_by_passkey, sign_out, signed_in, with_authenticator, work_on_first_case } from './lib.mjs';

const wanted = 60;
const browser = await launch();
const context = await signed_in(browser, 'officer');
const page = await context.newPage();

/** One read after another in the panel, as an officer goes through an answer: each picture is asked for by itself. */
async function open_pictures() {
  await page.goto(`${base_url}/live`);
  await settle(page);
  await work_on_first_case(page);
  await page.goto(`${base_url}/search`);
  const opened = () => page.evaluate(() => performance.getEntriesByName('picture opened').map((entry) => entry.duration));
  for (const start of await common_starts(page, ({ plate, has_picture }) => plate && has_picture)) {
    await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link', { name: 'Search', exact: true }).click();
    await page.getByLabel('Plate', { exact: true }).fill(`${start}*`);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.locator('.found-sentence').first().waitFor();
    await page.locator('.found-sentence').click();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: 'The read' });
    const reads = Number(/of (\d+)/.exec(await panel.getByText(/^1 of /).innerText())?.[1] ?? 1);
    for (let i = 1; i <= reads; ++i) {
      await panel.getByText(new RegExp(`^${i} of `)).waitFor();
      await panel.locator('img[data-picture="sealed"], .picture-none').first().waitFor();
      await page.keyboard.press('j');
    }
    if ((await opened()).length > wanted) break;
  }
  const times = (await opened()).slice(1);
  return times.sort((a, b) => a - b);
}
const report = (name, times) => {
  const at = (part) => (times.length ? times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(0) : 'none');
  console.log(`${name}pictures\t${times.length}\tpictures`);
  console.log(`${name}open_p50\t${at(0.5)}\tms`);
  console.log(`${name}open_p95\t${at(0.95)}\tms`);
};

report('seal.browser_', await open_pictures());
await with_authenticator(page);
await add_passkey(page);
await sign_out(page);
const begun = performance.now();
await sign_in_by_passkey(page);
const signed_in_ms = performance.now() - begun;
const { recipient } = await (await context.request.get(`${base_url}/api/v1/me/picture-key`)).json();
if (!recipient) throw new Error('the passkey keeps no key for pictures');
let foreign = 0;
page.on('request', (r) => (foreign += r.url().includes('/picture?') && !r.url().includes(recipient) ? 1 : 0));
report('passkey.', await open_pictures());
console.log(`passkey.sign_in\t${signed_in_ms.toFixed(0)}\tms`);
console.log(`passkey.pictures_under_another_key\t${foreign}\tpictures`);
await browser.close();
