/** One measured thing. `p50` and `p99` are milliseconds of one operation; `floor` is what the machine could do at best. */
export type Figure = {
  readonly name: string;
  readonly unit: string;
  /** Over the runs. */
  readonly median: number;
  readonly p50?: number | undefined;
  readonly p99?: number | undefined;
  readonly floor?: number | undefined;
  /** What the design asks for, as it is written there. Never asserted. */
  readonly target?: string | undefined;
};

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** The value below which a share of them lies; 0 of nothing. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

/** Of an even number of values the lower one of the middle two. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
};

const cell = (value: number | undefined): string => (value === undefined ? '' : value.toLocaleString('en-GB'));

/** The figures as a table of plain text. */
export const tableOf = (figures: readonly Figure[]): string => {
  const head = ['', 'median', 'unit', 'p50 ms', 'p99 ms', 'floor', 'target'];
  const rows = figures.map(({ name, unit, ...it }) => [
    name,
    cell(it.median),
    unit,
    cell(it.p50),
    cell(it.p99),
    cell(it.floor),
    it.target ?? '',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const isText = (column: number) => column === 0 || column === 2 || column === 6;
  return [head, ...rows]
    .map((row) =>
      row
        .map((text, column) => (isText(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
