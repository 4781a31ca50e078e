// Pictures of the pages, to look at: node e2e/shots.mjs DIR [ROUTE…]   (needs GLASSHOUSE_URL and GLASSHOUSE_LINKS)
import { mkdirSync } from 'node:fs';
import { base_url, launch, signed_in, sizes, watch, work_on_first_case } from './lib.mjs';

const [dir = '/tmp/shots', ...wanted] = process.argv.slice(2);
mkdirSync(dir, { recursive: true });
const role = process.env.ROLE ?? 'officer';
const routes = wanted.length ? wanted : ['/live', '/alerts', '/search', '/cases', '/hotlists', '/cameras', '/try', '/ledger'];
const schemes = (process.env.SCHEMES ?? 'light dark').split(' ');
const browser = await launch();
for (const [size, viewport] of Object.entries(sizes)) {
  if (process.env.SIZE && process.env.SIZE !== size) continue;
  for (const scheme of schemes) {
    const context = await signed_in(browser, role, { viewport, colorScheme: scheme });
    await context.grantPermissions([]);
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize(viewport);
    const complaints = watch(page);
    for (const route of routes) {
      await page.goto(base_url + route);
      await page.locator('main h1').first().waitFor();
      if (process.env.ON_CASE) await work_on_first_case(page);
      await page.waitForTimeout(Number(process.env.WAIT_MS ?? 900));
      await page.screenshot({ path: `${dir}/${route.replace(/[/?&=]+/g, '_').slice(1) || 'home'}-${size}-${scheme}.png` });
    }
    complaints.forEach((c) => console.log(`${size} ${scheme}: ${c}`));
    await context.close();
  }
}
await browser.close();
