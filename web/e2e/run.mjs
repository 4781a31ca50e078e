// Runs the browser tests one after another:  node e2e/run.mjs [PART OF A NAME…]
// GLASSHOUSE_URL names the server, GLASSHOUSE_LINKS holds one one-time sign-in link for each role, as JSON:
//   {"officer": "http://…/sign-in?link=…", "supervisor": …, "administrator": …, "auditor": …}
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from './lib.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(here).filter((f) => f.endsWith('.test.mjs') && (!wanted.length || wanted.some((w) => f.includes(w))));
if (files.length === 0) throw new Error(`no browser test has one of these in its name: ${wanted.join(' ')}`);
const browser = await launch();
let failed = 0;
for (const file of files.sort()) failed += await (await import(`./${file}`)).default(browser);
await browser.close();
console.log(failed ? `${failed} failed` : 'all browser tests passed');
process.exitCode = failed ? 1 : 0;
