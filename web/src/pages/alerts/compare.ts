/** Wanted and read, side by side: which positions of each differ. `?` in the wanted plate stands for any one
 *  character, `*` for any run. Where lengths differ the cheapest alignment decides, so that one missing character
 *  does not make all behind it look wrong. */
export interface PlateComparison {
  wanted: boolean[];
  read: boolean[];
  /** How many characters would have to change; 0: the letters agree. */
  differences: number;
}

export function compare_plates(wanted: string, read: string): PlateComparison {
  const rows = wanted.length;
  const columns = read.length;
  const cost: number[][] = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(Infinity));
  const at = (i: number, j: number) => cost[i]?.[j] ?? Infinity;
  const set = (i: number, j: number, value: number) => {
    const row = cost[i];
    if (row) row[j] = value;
  };
  const same = (i: number, j: number) => wanted[i] === '?' || wanted[i] === '*' || wanted[i] === read[j];
  for (let i = 0; i <= rows; ++i) {
    for (let j = 0; j <= columns; ++j) {
      if (i === 0 && j === 0) set(0, 0, 0);
      else {
        const star = i > 0 && wanted[i - 1] === '*';
        set(
          i,
          j,
          Math.min(
            i > 0 && j > 0 ? at(i - 1, j - 1) + (same(i - 1, j - 1) ? 0 : 1) : Infinity,
            i > 0 ? at(i - 1, j) + (star ? 0 : 1) : Infinity,
            j > 0 ? at(i, j - 1) + (star ? 0 : 1) : Infinity,
          ),
        );
      }
    }
  }
  const result: PlateComparison = { wanted: new Array<boolean>(rows).fill(false), read: new Array<boolean>(columns).fill(false), differences: at(rows, columns) };
  let i = rows;
  let j = columns;
  while (i > 0 || j > 0) {
    const here = at(i, j);
    const star = i > 0 && wanted[i - 1] === '*';
    if (i > 0 && j > 0 && here === at(i - 1, j - 1) + (same(i - 1, j - 1) ? 0 : 1)) {
      if (!same(i - 1, j - 1)) {
        result.wanted[i - 1] = true;
        result.read[j - 1] = true;
      }
      i -= 1;
      j -= 1;
    } else if (i > 0 && here === at(i - 1, j) + (star ? 0 : 1)) {
      if (!star) result.wanted[i - 1] = true;
      i -= 1;
    } else {
      if (!star) result.read[j - 1] = true;
      j -= 1;
    }
  }
  return result;
}
