import type { Held, Shift, Turns } from './turns.ts';

export type TurnsOfTwo = {
  /** The side of one replica. */
  member(who: string): Turns;
  /** Every turn goes from whoever has it to whoever waits longest for it; resolves when their shifts have begun. */
  pass(): Promise<void>;
};

type InLine = { readonly begin: () => Promise<Shift>; shift: Shift | undefined };

/** Turns of replicas in one process: they change hands when a test says so, or when who has it closes. */
export const createTurnsOfTwo = (): TurnsOfTwo => {
  const lines = new Map<string, InLine[]>();

  const giveToFirst = async (line: InLine[]) => {
    const [first] = line;
    if (first && !first.shift) first.shift = await first.begin();
  };
  const end = async (it: InLine) => {
    const { shift } = it;
    it.shift = undefined;
    await shift?.close();
  };

  return {
    member: () => ({
      async hold(name, begin): Promise<Held> {
        const line = lines.get(name) ?? [];
        lines.set(name, line);
        const it: InLine = { begin, shift: undefined };
        line.push(it);
        await giveToFirst(line);
        return {
          mine: () => it.shift !== undefined,
          async close() {
            const at = line.indexOf(it);
            if (at >= 0) line.splice(at, 1);
            await end(it);
            await giveToFirst(line);
          },
        };
      },
    }),
    async pass() {
      for (const line of lines.values()) {
        const first = line.shift();
        if (!first) continue;
        line.push(first);
        await end(first);
        await giveToFirst(line);
      }
    },
  };
};
