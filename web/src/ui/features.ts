const words = new Map([
  ['temporary-plate', 'Temporary plate'],
  ['trailer-plate', 'Trailer’s plate'],
]);

/** What stands out about a vehicle, for people; words that are not known are shown as they are. */
export const features_sentence = (features: string[]) => features.map((word) => words.get(word) ?? word).join(', ');
