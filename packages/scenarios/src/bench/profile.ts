import { z } from 'zod';

const CpuProfile = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
      children: z.array(z.int()).optional(),
    }),
  ),
  endTime: z.number(),
  samples: z.array(z.int()),
  timeDeltas: z.array(z.number()),
});
export type CpuProfile = z.infer<typeof CpuProfile>;

export const parseCpuProfile = (text: string): CpuProfile => CpuProfile.parse(JSON.parse(text));

export type Share = { readonly name: string; readonly ms: number };
export type Digest = {
  /** Milliseconds on the processor, idling left out. */
  readonly busyMs: number;
  readonly idleMs: number;
  /** Self time by package, the most first. */
  readonly packages: readonly Share[];
  /** Self time by function. */
  readonly functions: readonly Share[];
  /** Time of a function of ours with all that it calls; a function that calls itself counts once. */
  readonly withCallees: readonly Share[];
};

/** `offers`, `zod`, `node`, and so on. */
export const packageOf = (url: string, functionName: string): string => {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native';
  const library = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules\/)/.exec(url)?.[1];
  if (library !== undefined && !library.startsWith('@adempauze')) return library;
  const own = /\/(?:services|packages)\/([^/]+)\//.exec(url)?.[1];
  return own ?? (url.startsWith('node:') ? url : 'other');
};

const isOwn = (url: string): boolean => /\/(?:services|packages)\/[^/]+\/src\//.test(url);

/** What a profile spent its last `lastMs` milliseconds on. */
export const digestOf = ({ nodes, samples, timeDeltas, endTime }: CpuProfile, lastMs: number): Digest => {
  const selfMs = new Map<number, number>();
  let atMs = endTime / 1000;
  // Each delta is the time since the sample before it; read from the end, since that is where the load was.
  for (let index = samples.length - 1; index >= 0 && endTime / 1000 - atMs < lastMs; index -= 1) {
    const ms = (timeDeltas[index] ?? 0) / 1000;
    atMs -= ms;
    const node = samples[index] ?? 0;
    selfMs.set(node, (selfMs.get(node) ?? 0) + ms);
  }
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  const withCallees = new Map<string, number>();
  const parents = new Map<number, number>();
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const add = (to: Map<string, number>, name: string, ms: number) => to.set(name, (to.get(name) ?? 0) + ms);
  let busyMs = 0;
  let idleMs = 0;
  for (const { id, callFrame } of nodes) {
    const ms = selfMs.get(id) ?? 0;
    if (ms === 0) continue;
    if (callFrame.functionName === '(idle)') {
      idleMs += ms;
      continue;
    }
    busyMs += ms;
    add(packages, packageOf(callFrame.url, callFrame.functionName), ms);
    add(functions, nameOf(callFrame), ms);
    const callers = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = byId.get(at)?.callFrame;
      if (frame !== undefined && isOwn(frame.url)) callers.add(nameOf(frame));
    }
    for (const caller of callers) add(withCallees, caller, ms);
  }
  const sorted = (shares: Map<string, number>): Share[] =>
    [...shares].map(([name, ms]) => ({ name, ms })).sort((a, b) => b.ms - a.ms);
  return {
    ...{ busyMs, idleMs },
    packages: sorted(packages),
    functions: sorted(functions),
    withCallees: sorted(withCallees),
  };
};

const nameOf = ({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string => {
  if (url === '') return functionName || '(anonymous)';
  const file = url
    .replace(/^.*\/node_modules\/(?!.*node_modules\/)/, '')
    .replace(/^.*\/(?=(?:services|packages)\/)/, '');
  return `${functionName || '(anonymous)'}  ${file}:${lineNumber + 1}`;
};

/** The digest as lines of text, with what each costs per booking. */
export const digestLines = (digest: Digest, bookings: number, most: number): string[] => {
  const line = ({ name, ms }: Share) =>
    `${((ms / digest.busyMs) * 100).toFixed(1).padStart(6)} %  ${((ms * 1000) / bookings).toFixed(0).padStart(6)} µs  ${name}`;
  return [
    `Main thread: ${((digest.busyMs / (digest.busyMs + digest.idleMs)) * 100).toFixed(0)} % busy, ` +
      `${((digest.busyMs * 1000) / bookings).toFixed(0)} µs for each of ${bookings} full bookings.`,
    ...['', 'Self time by package', ...digest.packages.slice(0, 25).map(line)],
    ...['', 'Self time by function', ...digest.functions.slice(0, most).map(line)],
    ...['', 'Our own functions, with all that they call', ...digest.withCallees.slice(0, most).map(line)],
  ];
};
