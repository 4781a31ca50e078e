// How long a sealed picture takes from asking to being open in the page: bench/picture-open calls it.
// Prints rows name<TAB>value<TAB>unit. The first picture of the page, which fetches the code that opens, is left out.
import { base_url, common_starts, launch, settle, signed_in, work_on_first_case } from './lib.mjs';

const wanted = 60;
const browser = await launch();
const context = await signed_in(browser, 'officer');
const page = await context.newPage();
await page.goto(`${base_url}/live`);
await settle(page);
await work_on_first_case(page);
const times = [];
// One read after another in the panel, as an officer goes through an answer: each picture is asked for by itself.
for (const start of await common_starts(page)) {
  await page.goto(`${base_url}/search`);
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
  times.push(...(await page.evaluate(() => performance.getEntriesByName('picture opened').map((entry) => entry.duration))).slice(1));
  if (times.length >= wanted) break;
}
await browser.close();
times.sort((a, b) => a - b);
const at = (part) => (times.length ? times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(0) : 'none');
console.log(`seal.browser_pictures\t${times.length}\tpictures`);
console.log(`seal.browser_open_p50\t${at(0.5)}\tms`);
console.log(`seal.browser_open_p95\t${at(0.95)}\tms`);
