// A provider that answers every question at once and, as PUT /control says, wrongly: {"mode": "other-audience"}. What
// it signs, npm's jose signs.
import { createHash } from 'node:crypto';
import http from 'node:http';
import * as jose from 'jose';

const [port, back] = process.argv.slice(2);
const self = `http://127.0.0.1:${port}`;
const own = await jose.generateKeyPair('RS256', { extractable: true });
const other = await jose.generateKeyPair('RS256', { extractable: true });
const json = (response, body, status = 200) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
const asked = new Map();
let mode = 'good';
let first_nonce;

const now = () => Math.floor(Date.now() / 1000);
const forgeries = {
  'other-issuer': { claims: { iss: 'https://elsewhere.test' } },
  'other-audience': { claims: { aud: 'other' } },
  'several-audiences': { claims: { aud: ['glasshouse', 'other'] } },
  'other-party': { claims: { azp: 'other' } },
  'run-out': { claims: { exp: now() - 300, iat: now() - 500 } },
  'not-yet': { claims: { iat: now() + 3600, exp: now() + 7200 } },
  'no-subject': { claims: { sub: undefined } },
  'old-nonce': {},
  'no-nonce': { claims: { nonce: undefined } },
  'other-key': { key: other.privateKey },
  'password-only': { claims: { amr: ['pwd'] } },
  'says-nothing': { claims: { amr: undefined } },
};

async function id_token(nonce) {
  first_nonce ??= nonce;
  const { claims = {}, key = own.privateKey } = forgeries[mode] ?? {};
  const body = { iss: self, sub: 'anna', aud: 'glasshouse', nonce: mode === 'old-nonce' ? first_nonce : nonce, amr: ['mfa'], iat: now(), exp: now() + 300, ...claims };
  const part = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');
  if (mode === 'no-signature') return `${part({ alg: 'none' })}.${part(body)}.`;
  if (mode === 'key-as-secret') {
    const secret = new TextEncoder().encode(await jose.exportSPKI(own.publicKey));
    return new jose.SignJWT(body).setProtectedHeader({ alg: 'HS256', kid: 'own' }).sign(secret);
  }
  if (mode === 'brings-its-key') {
    return new jose.SignJWT(body).setProtectedHeader({ alg: 'RS256', jwk: await jose.exportJWK(other.publicKey) }).sign(other.privateKey);
  }
  return new jose.SignJWT(body).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(key);
}

http
  .createServer(async (request, response) => {
    const url = new URL(request.url, self);
    let text = '';
    for await (const part of request) text += part;
    if (url.pathname === '/control') {
      ({ mode } = JSON.parse(text));
      return response.writeHead(204).end();
    }
    if (url.pathname === '/.well-known/openid-configuration') {
      return json(response, { issuer: self, authorization_endpoint: `${self}/auth`, token_endpoint: `${self}/token`, jwks_uri: `${self}/keys`, token_endpoint_auth_methods_supported: ['client_secret_post'] });
    }
    if (url.pathname === '/keys') return json(response, { keys: [{ ...(await jose.exportJWK(own.publicKey)), kid: 'own', use: 'sig' }] });
    if (url.pathname === '/auth') {
      const code = `code-${asked.size}`;
      asked.set(code, { nonce: url.searchParams.get('nonce'), challenge: url.searchParams.get('code_challenge') });
      const to = new URL(back);
      to.searchParams.set('code', code);
      to.searchParams.set('state', url.searchParams.get('state'));
      if (mode === 'mixed-up') to.searchParams.set('iss', 'https://elsewhere.test');
      return response.writeHead(303, { Location: to.href }).end();
    }
    const form = new URLSearchParams(text);
    const question = asked.get(form.get('code'));
    const proved = question && createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') === question.challenge;
    if (url.pathname !== '/token' || !proved || form.get('client_secret') !== 'a secret: with %signs') return json(response, { error: 'invalid_grant' }, 400);
    asked.delete(form.get('code'));
    return json(response, { access_token: 'unused', token_type: 'Bearer', id_token: await id_token(question.nonce) });
  })
  .listen(Number(port), '127.0.0.1', () => console.log('ready'));
