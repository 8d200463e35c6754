export type Measured = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Prometheus' text format, as far as our own processes write it. */
export const parseMetrics = (text: string): Measured[] =>
  text.split('\n').flatMap((it) => {
    const [, name, labels = '', value] = line.exec(it) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(label)].map(([, key = '', escaped = '']): [string, string] => [
      key,
      escaped.replaceAll(/\\(.)/g, (_whole, sign: string) => (sign === 'n' ? '\n' : sign)),
    ]);
    return [{ name, labels: Object.fromEntries(pairs), value: value === '+Inf' ? Infinity : Number(value) }];
  });

/** What all of these pages say now; who does not answer within two seconds says nothing. */
export const scrapeAll = async (urls: readonly string[]): Promise<Measured[]> => {
  const pages = await Promise.allSettled(
    urls.map(async (url) => {
      const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
      if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
      return response.text();
    }),
  );
  return pages.flatMap((page) => (page.status === 'fulfilled' ? parseMetrics(page.value) : []));
};

/** Seconds of processor time since each process began, by its name. */
export const cpuSecondsOf = (measured: readonly Measured[]): ReadonlyMap<string, number> =>
  new Map(
    measured
      .filter(({ name }) => name === 'process_cpu_seconds_total')
      .map(({ labels, value }) => [labels.replica ?? labels.service ?? '', value]),
  );
