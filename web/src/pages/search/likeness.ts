// How alike two vehicles look, in words. The server says which word; nothing here says that they are the same.

import type { Schemas } from '@/api/client';

export type AlikeWord = Schemas['AlikeRead']['word'];

const WORDS: Record<AlikeWord, string> = { very: 'Very alike', alike: 'Alike', loosely: 'Loosely alike' };
export const alike_text = (word: AlikeWord | undefined): string => (word ? WORDS[word] : '');
