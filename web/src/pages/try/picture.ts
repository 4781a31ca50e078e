// What may be sent as a picture: checked here before it travels, and by the server again.

export const LARGEST_MB = 20;

const kinds: readonly { name: string; fits: (b: Uint8Array) => boolean }[] = [
  { name: 'JPEG', fits: (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff },
  { name: 'PNG', fits: (b) => b[0] === 0x89 && b[1] === 0x50 && b[2] === 0x4e && b[3] === 0x47 },
  { name: 'WebP', fits: (b) => text(b, 0) === 'RIFF' && text(b, 8) === 'WEBP' },
];

function text(b: Uint8Array, at: number): string {
  return String.fromCharCode(...b.subarray(at, at + 4));
}

/** The kind by its first bytes, whatever its name says; undefined when it is none that the reader takes. */
export function kind_of(bytes: Uint8Array): string | undefined {
  return kinds.find((k) => k.fits(bytes))?.name;
}

export interface PictureFault {
  title: string;
  detail: string;
  next: string;
}

export async function fault_of(file: Blob): Promise<PictureFault | undefined> {
  if (file.size === 0) return { title: 'This file is empty', detail: 'It has no bytes.', next: 'Choose another picture.' };
  if (file.size > LARGEST_MB * 1e6)
    return { title: 'This picture is too large', detail: `It has ${(file.size / 1e6).toFixed(1)} MB; at most ${LARGEST_MB} MB are read.`, next: 'Save it smaller, or take it at a lower resolution.' };
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  if (!kind_of(head)) return { title: 'This is not a picture that can be read', detail: 'Its first bytes are not those of a JPEG, PNG or WebP.', next: 'Save it as JPEG and try again.' };
  return undefined;
}

/** The first picture among what was pasted or dropped. */
export function picture_in(items: Iterable<File>): File | undefined {
  const all = [...items];
  return all.find((f) => f.type.startsWith('image/')) ?? all[0];
}
