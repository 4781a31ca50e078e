// Prints what a first visit loads, gzipped, in kB: the entry, what it imports statically, its styles, the page itself,
// and the lazy chunk of the page that a signed-in officer lands on. Fonts are counted apart: they are no blockers.
//   node scripts/bundle-size.mjs [--tsv]
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
if (!existsSync(`${dist}.vite/manifest.json`)) {
  console.error('bundle-size: web/dist is not built; run "npm run build" in web/ first');
  process.exit(1);
}
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'));
const landing = 'src/pages/live/page.tsx';
const files = new Set(['index.html']);
const seen = new Set();
const take = (key) => {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return;
  seen.add(key);
  files.add(chunk.file);
  (chunk.css ?? []).forEach((css) => files.add(css));
  (chunk.imports ?? []).forEach(take);
};
take(Object.keys(manifest).find((key) => manifest[key].isEntry));
if (!manifest[landing]) throw new Error(`the landing page ${landing} is not in the manifest`);
take(landing);

let total = 0;
const rows = [...files].map((file) => {
  const bytes = gzipSync(readFileSync(dist + file), { level: 9 }).length;
  total += bytes;
  return { file, kB: (bytes / 1000).toFixed(1) };
});
if (process.argv.includes('--tsv')) console.log(`console.first_load\t${(total / 1000).toFixed(1)}\tkB`);
else {
  rows.sort((a, b) => b.kB - a.kB).forEach(({ file, kB }) => console.log(`${kB.padStart(8)} kB  ${file}`));
  console.log(`${(total / 1000).toFixed(1).padStart(8)} kB  first load, gzipped`);
}
