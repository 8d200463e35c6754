/** What this process is doing for an id right now, so that whoever would do the same can wait for it. */
export type UnderWay = {
  track<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** Resolves once nothing is under way for it, however that ended. */
  ended(id: string): Promise<void>;
};

export const createUnderWay = (): UnderWay => {
  const counts = new Map<string, Set<Promise<unknown>>>();
  return {
    async track(id, work) {
      const running = work();
      const ofId = counts.get(id) ?? new Set();
      counts.set(id, ofId.add(running));
      try {
        return await running;
      } finally {
        ofId.delete(running);
        if (ofId.size === 0 && counts.get(id) === ofId) counts.delete(id);
      }
    },
    async ended(id) {
      for (let running = counts.get(id); running !== undefined; running = counts.get(id)) {
        await Promise.allSettled(running);
      }
    },
  };
};
