/**
 * Asking an authenticator: to make a passkey, or to use one. In a chunk of its own. What it answers is checked by the
 * server; the page adds only the wish for a secret of the passkey (PRF), from which the key that opens pictures is made.
 */
import { api, call, type Schemas } from '@/api/client';
import { ApiProblem, type Problem } from '@/api/problem';
import { from_base64url, to_base64url } from '@/proof/bytes';
import { hold_picture_key } from '@/seal/own_key';

type Question = Schemas['PasskeyQuestion'];

/** The same for every passkey of every house: what comes of it differs by passkey. */
const prf_salt = new TextEncoder().encode('glasshouse picture key 1');

const refused = (title: string, detail: string, next: string): ApiProblem => {
  const problem: Problem = { type: '/problems/passkey', title, status: 0, detail, next };
  return new ApiProblem(problem);
};

/** Why this page cannot use passkeys, with the way out; undefined when it can. */
export function unusable(question?: Question): ApiProblem | undefined {
  if (question && window.location.origin !== question.origin)
    return refused('Passkeys belong to another address', `This server takes them only at ${question.origin}.`, `Open ${question.origin} instead.`);
  if (!window.isSecureContext || !('credentials' in navigator) || !('PublicKeyCredential' in window))
    return refused('This browser cannot use passkeys here', 'They work on pages that came over https, or from this machine by its name.', 'Open the https address of this server in a present-day browser.');
  return undefined;
}

const must_be_usable = (question: Question) => {
  const why = unusable(question);
  if (why) throw why;
};

function explained(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  if (error.name === 'InvalidStateError') return refused('This device has a passkey of yours already', 'One device needs only one.', 'Use another device, or sign in with the one that is there.');
  if (error.name === 'NotAllowedError' || error.name === 'AbortError')
    return refused('No passkey was used', 'It was cancelled, took too long, or this device knows no passkey for this server.', 'Try again, or use another device.');
  return refused('The passkey did not work', error.message, 'Try again.');
}

const buffer = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(from_base64url(text));
const text_of = (bytes: ArrayBuffer) => to_base64url(new Uint8Array(bytes));

async function touch(question: Question): Promise<{ answer: Schemas['PasskeyUsed']; secret?: ArrayBuffer }> {
  must_be_usable(question);
  const extensions: AuthenticationExtensionsClientInputs = { prf: { eval: { first: prf_salt } } };
  try {
    const made = (await navigator.credentials.get({
      publicKey: {
        challenge: buffer(question.challenge),
        rpId: question.site,
        userVerification: 'required',
        timeout: question.timeout_ms,
        allowCredentials: question.passkeys.map((id) => ({ type: 'public-key', id: buffer(id) })),
        extensions,
      },
    })) as PublicKeyCredential;
    const response = made.response as AuthenticatorAssertionResponse;
    const secret = made.getClientExtensionResults().prf?.results?.first;
    return {
      answer: {
        credential_id: text_of(made.rawId),
        authenticator_data: text_of(response.authenticatorData),
        client_data: text_of(response.clientDataJSON),
        signature: text_of(response.signature),
      },
      ...(secret instanceof ArrayBuffer ? { secret } : {}),
    };
  } catch (error) {
    throw explained(error);
  }
}

export async function sign_in(): Promise<Schemas['Session']> {
  const used = await touch(await call(api.POST('/api/v1/sign-in/passkey/question')));
  const session = await call(api.POST('/api/v1/sign-in/passkey', { body: used.answer }));
  await hold_picture_key(used.secret);
  return session;
}

/** Unlocks the screen, or shows that the person is still there for what weighs more. */
export async function confirm(): Promise<Schemas['Session']> {
  const used = await touch(await call(api.POST('/api/v1/me/confirm/question')));
  const session = await call(api.POST('/api/v1/me/confirm', { body: used.answer }));
  await hold_picture_key(used.secret);
  return session;
}

export async function add(name: string): Promise<Schemas['Passkey']> {
  const question = await call(api.POST('/api/v1/me/passkeys/question'));
  must_be_usable(question);
  const { user } = question;
  if (!user) throw new Error('the server did not say whose passkey it is');
  const extensions: AuthenticationExtensionsClientInputs = { prf: {} };
  let made: PublicKeyCredential;
  try {
    made = (await navigator.credentials.create({
      publicKey: {
        challenge: buffer(question.challenge),
        rp: { id: question.site, name: 'Glasshouse' },
        user: { id: buffer(user.id), name: user.name, displayName: user.display_name },
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        excludeCredentials: question.passkeys.map((id) => ({ type: 'public-key', id: buffer(id) })),
        attestation: 'none',
        timeout: question.timeout_ms,
        extensions,
      },
    })) as PublicKeyCredential;
  } catch (error) {
    throw explained(error);
  }
  const response = made.response as AuthenticatorAttestationResponse;
  return call(
    api.POST('/api/v1/me/passkeys', {
      body: { name, authenticator_data: text_of(response.getAuthenticatorData()), client_data: text_of(response.clientDataJSON) },
    }),
  );
}
