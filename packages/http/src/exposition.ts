import type { Measure } from '@adempauze/kernel';

type Labels = Readonly<Record<string, string>>;

/**
 * Measures as Prometheus' text format 0.0.4. Several parts may tell of the same name: it is written once, with the
 * samples of all of them, and with the words of the first.
 */
export const textOfMeasures = (
  parts: readonly { readonly labels: Labels; readonly measures: readonly Measure[] }[],
) => {
  const byName = new Map<string, { readonly head: string; readonly lines: string[] }>();
  for (const { labels, measures } of parts) {
    for (const measure of measures) {
      const { name, help, type } = measure;
      const known = byName.get(name) ?? {
        head: `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`,
        lines: [],
      };
      byName.set(name, known);
      known.lines.push(...linesOf(measure, labels));
    }
  }
  return [...byName.values()]
    .filter(({ lines }) => lines.length > 0)
    .map(({ head, lines }) => `${head}${lines.join('\n')}\n`)
    .join('\n');
};

const linesOf = (measure: Measure, labels: Labels): string[] => {
  const { name } = measure;
  if (measure.type !== 'histogram')
    return measure.samples.map((it) => `${name}${braces({ ...labels, ...it.labels })} ${it.value}`);
  const { buckets, sum, count } = measure;
  return [
    ...buckets.map((it) => `${name}_bucket${braces({ ...labels, le: String(it.atMost) })} ${it.count}`),
    `${name}_bucket${braces({ ...labels, le: '+Inf' })} ${count}`,
    `${name}_sum${braces(labels)} ${sum}`,
    `${name}_count${braces(labels)} ${count}`,
  ];
};

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const braces = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};
