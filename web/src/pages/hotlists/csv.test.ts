import { describe, expect, it } from 'vitest';
import { csv_cell, csv_text, IMPORT_COLUMNS, refused_csv, template_csv } from './csv';

describe('cells', () => {
  it.each(['=HYPERLINK(1)', '+1', '-1+2', '@SUM(A1)', "\tx", "\rx"])('makes %j harmless', (cell) => {
    const written = csv_cell(cell);
    expect(written.startsWith('"\'')).toBe(true);
  });
  it('quotes what needs quotes and nothing else', () => {
    expect(csv_cell('plain text')).toBe('plain text');
    expect(csv_cell('say "x", y')).toBe('"say ""x"", y"');
    expect(csv_cell(" padded")).toBe('" padded"');
    expect(csv_cell("two\nlines")).toBe('"two\nlines"');
  });
});

it('writes rows the way spreadsheets expect', () => {
  expect(csv_text([["a", 1], ["b,c", 2]])).toBe('a,1\r\n"b,c",2\r\n');
});

it('offers a template with every column', () => {
  const [head, line, end] = template_csv(new Date('2026-12-01T00:00:00Z')).split("\r\n");
  expect(head).toBe(IMPORT_COLUMNS.join(','));
  expect((line ?? '').split(',')).toHaveLength(IMPORT_COLUMNS.length);
  expect(end).toBe('');
});

it('keeps a refused line from becoming a formula', () => {
  const csv = refused_csv([{ line: 3, reason: "bad plate", text: "=cmd|' /C calc'!A0,x" }]);
  expect(csv.split("\r\n")[1]).toBe(`3,bad plate,"'=cmd|' /C calc'!A0,x"`);
});
