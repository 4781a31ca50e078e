import { describe, expect, it } from 'vitest';
import { features_sentence } from './features';

describe('what stands out about a vehicle', () => {
  it('is said in words for people', () => {
    expect(features_sentence(['trailer-plate'])).toBe('Trailer’s plate');
    expect(features_sentence(['temporary-plate', 'trailer-plate'])).toBe('Temporary plate, Trailer’s plate');
  });

  it('shows a word that it does not know as it is', () => {
    expect(features_sentence(['new-word', 'constructor'])).toBe('new-word, constructor');
  });
});
