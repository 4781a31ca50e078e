// An identity provider made of npm's oidc-provider, with PKCE demanded. Whoever asks is signed in at once, as whom
// PUT /control said last: {"account": "anna", "amr": ["pwd", "mfa"]}.
import http from 'node:http';
import { Provider } from 'oidc-provider';

const [port, back] = process.argv.slice(2);
let next = { account: 'anna', amr: ['pwd', 'mfa'] };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: 'glasshouse', client_secret: 'a secret: with %signs', redirect_uris: [back], response_types: ['code'], grant_types: ['authorization_code'] }],
  pkce: { required: () => true },
  claims: { openid: ['sub', 'amr', 'acr'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  cookies: { keys: ['only for a test'] },
});
const callback = provider.callback();

async function interact(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: next.account, amr: next.amr, remember: false } });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid');
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

http
  .createServer(async (request, response) => {
    if (request.method === 'PUT' && request.url === '/control') {
      let text = '';
      for await (const part of request) text += part;
      next = JSON.parse(text);
      return response.writeHead(204).end();
    }
    if (request.url.startsWith('/interaction/')) return interact(request, response).catch((error) => response.writeHead(500).end(String(error)));
    return callback(request, response);
  })
  .listen(Number(port), '127.0.0.1', () => console.log('ready'));
