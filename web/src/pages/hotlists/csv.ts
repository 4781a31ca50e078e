// CSV that spreadsheets open without running it: cells that begin like a formula are made text.

const FORMULA_START = /^[=+\-@\t\r]/;

export function csv_cell(value: string): string {
  const safe = FORMULA_START.test(value) ? `'${value}` : value;
  return /[",\n\r']/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180 with CRLF; the first row is the heading. */
export function csv_text(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => row.map((cell) => csv_cell(String(cell))).join(',')).join("\r\n") + "\r\n";
}

export const IMPORT_COLUMNS = ['plate', 'reason', 'case_number', 'expires_at', 'region', 'color', 'body', 'make', 'note'] as const;

/** A file to start from: the heading and one line that shows each column. */
export function template_csv(expires: Date): string {
  return csv_text([
    [...IMPORT_COLUMNS],
    ['EXAMPLE1', 'Stolen vehicle', '26-0001', expires.toISOString(), 'us-mo', 'red', 'pickup', 'ford', 'Delete this line'],
  ]);
}

export function refused_csv(rows: readonly { line: number; reason: string; text: string }[]): string {
  return csv_text([['line', 'why it was refused', 'line as it stood in the file'], ...rows.map((r) => [r.line, r.reason, r.text])]);
}

/** Hands a text to the browser as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
