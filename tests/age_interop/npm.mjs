// npm's age-encryption over a folder of age_tool: opens what is there, tries what was spoiled, or seals anew.
//   node npm.mjs open DIR | tamper DIR | seal DIR
import { createRequire } from 'node:module';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { Decrypter, Encrypter } = await import(pathToFileURL(require.resolve('age-encryption')).href);
const [verb, dir] = process.argv.slice(2);
const key = readFileSync(`${dir}/key.txt`, 'utf8').trim();
const decrypter = new Decrypter();
decrypter.addIdentity(key);

if (verb === 'open') {
  let files = 0;
  let opened = 0;
  for (; existsSync(`${dir}/${files}.age`); files++) {
    try {
      const plain = await decrypter.decrypt(readFileSync(`${dir}/${files}.age`), 'uint8array');
      if (Buffer.compare(Buffer.from(plain), readFileSync(`${dir}/${files}.plain`)) === 0) opened++;
    } catch {
      // counted as not opened
    }
  }
  console.log(`opened ${opened} of ${files}`);
} else if (verb === 'tamper') {
  let files = 0;
  let accepted = 0;
  for (; existsSync(`${dir}/bad-${files}.age`); files++) {
    try {
      await decrypter.decrypt(readFileSync(`${dir}/bad-${files}.age`), 'uint8array');
      accepted++;
    } catch {
      // refused, as it must be
    }
  }
  console.log(`accepted ${accepted} of ${files}`);
} else if (verb === 'seal') {
  const encrypter = new Encrypter();
  encrypter.addRecipient(readFileSync(`${dir}/recipient.txt`, 'utf8').trim());
  let files = 0;
  for (; existsSync(`${dir}/${files}.plain`); files++)
    writeFileSync(`${dir}/${files}.age`, await encrypter.encrypt(readFileSync(`${dir}/${files}.plain`)));
  console.log(`sealed ${files}`);
} else {
  throw new Error('open, tamper or seal');
}
