// A browser's side of web push, by npm's http_ece and jose, which we did not write.
//   node browser.mjs new          a subscription's keys: {"p256dh", "auth", "secret"}
//   node browser.mjs read FILE    a JSON list of {"keys", "authorization", "origin", "server_key", "body"} (bodies as base64)
//                                 to what stands in each: {"message", "claims"}, or it ends with an error
import { createECDH, createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import ece from 'http_ece';
import { jwtVerify } from 'jose';

const [act, path] = process.argv.slice(2);
if (act === 'new') {
  const pair = createECDH('prime256v1');
  const p256dh = pair.generateKeys('base64url');
  console.log(JSON.stringify({ p256dh, auth: randomBytes(16).toString('base64url'), secret: pair.getPrivateKey('base64url') }));
} else {
  for (const { keys, authorization, origin, server_key, body } of JSON.parse(readFileSync(path, 'utf8'))) {
    const [, token, key] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization);
    if (key !== server_key) throw new Error('signed with a key that nobody subscribed with');
    const point = Buffer.from(key, 'base64url');
    const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
    const { payload } = await jwtVerify(token, createPublicKey({ key: jwk, format: 'jwk' }), { audience: origin, algorithms: ['ES256'] });
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(keys.secret, 'base64url');
    const text = ece.decrypt(Buffer.from(body, 'base64'), { version: 'aes128gcm', privateKey: pair, authSecret: keys.auth });
    console.log(JSON.stringify({ message: JSON.parse(text.toString()), claims: payload }));
  }
}
