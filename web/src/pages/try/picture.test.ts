import { describe, expect, it } from 'vitest';
import { fault_of, kind_of, LARGEST_MB, picture_in } from './picture';

const bytes = (...b: number[]): Uint8Array => Uint8Array.from([...b, ...new Array<number>(16).fill(0)]);
const ascii = (s: string): number[] => [...s].map((c) => c.charCodeAt(0));

describe('kinds', () => {
  it('knows the three by their first bytes', () => {
    expect(kind_of(bytes(0xff, 0xd8, 0xff, 0xe0))).toBe('JPEG');
    expect(kind_of(bytes(0x89, ...ascii('PNG')))).toBe('PNG');
    expect(kind_of(bytes(...ascii('RIFF'), 1, 2, 3, 4, ...ascii('WEBP')))).toBe('WebP');
  });
  it('takes nothing else', () => {
    expect(kind_of(bytes(...ascii('GIF89a')))).toBeUndefined();
    expect(kind_of(bytes(...ascii('RIFF'), 1, 2, 3, 4, ...ascii('WAVE')))).toBeUndefined();
    expect(kind_of(new Uint8Array())).toBeUndefined();
  });
});

describe('faults', () => {
  it('says what is wrong and what to do', async () => {
    expect((await fault_of(new Blob([])))?.title).toContain('empty');
    expect((await fault_of(new Blob(['just text in a .jpg'])))?.title).toContain('not a picture');
    const big = { size: LARGEST_MB * 1e6 + 1 } as Blob;
    expect((await fault_of(big))?.detail).toContain('20 MB');
  });
  it('lets a picture through', async () => {
    expect(await fault_of(new Blob([bytes(0xff, 0xd8, 0xff) as Uint8Array<ArrayBuffer>]))).toBeUndefined();
  });
});

it('prefers a picture among what was dropped', () => {
  const note = new File(['x'], 'note.txt', { type: 'text/plain' });
  const photo = new File(['x'], 'photo.jpg', { type: 'image/jpeg' });
  expect(picture_in([note, photo])).toBe(photo);
  expect(picture_in([note])).toBe(note);
  expect(picture_in([])).toBeUndefined();
});
