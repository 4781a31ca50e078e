export interface MockField {
  name: string;
  value: string;
  release: 'at-once' | 'after-24h' | 'restricted';
}
export interface MockEntry {
  index: number;
  time: string;
  kind: string;
  leaf: string;
  fields: (MockField & { disclosure: string })[];
}
export interface MockProof {
  index: number;
  leaf: string;
  hashes: string[];
  checkpoint: string;
  verifier_key: string;
  tlog_proof: string;
}
export class Log {
  constructor(origin: string);
  readonly size: number;
  readonly entries: MockEntry[];
  readonly verifier_key: string;
  append(kind: string, fields?: MockField[], time?: string): number;
  checkpoint(): { size: number; root: string; note: string; verifier_key: string; origin: string };
  proof(index: number): MockProof;
}
