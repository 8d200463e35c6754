/** One row of what runs where. */
export type TableRow = {
  readonly name: string;
  readonly pid: number | undefined;
  readonly address: string;
  readonly folder: string;
  /** Lines that it said since it was started. */
  readonly lines: number;
};

/** What runs where, as a table in plain text. */
export const tableLines = (rows: readonly TableRow[]): string[] => {
  const heading = ['naam / name', 'pid', 'adres / address', 'map / folder', 'regels / lines'];
  const cells = rows.map(({ name, pid, address, folder, lines }) => [
    name,
    pid === undefined ? '-' : String(pid),
    address,
    folder,
    String(lines),
  ]);
  const widths = heading.map((text, column) => Math.max(text.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const numbers = new Set([1, 4]);
  const say = (row: readonly string[]) =>
    `  ${row
      .map((text, column) =>
        numbers.has(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()}`;
  return [say(heading), `  ${'-'.repeat(widths.reduce((sum, it) => sum + it + 2, -2))}`, ...cells.map(say)];
};
