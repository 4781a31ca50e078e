// Puts a gzipped copy beside every text file of dist/, which the server then sends to those who take it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const worth_it_bytes = 1024;
for (const name of readdirSync(dist, { recursive: true })) {
  if (!/\.(js|mjs|css|html|svg|json)$/.test(name)) continue;
  const bytes = readFileSync(dist + name);
  if (bytes.length >= worth_it_bytes) writeFileSync(`${dist}${name}.gz`, gzipSync(bytes, { level: 9 }));
}
