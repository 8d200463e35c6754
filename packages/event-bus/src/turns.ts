/** Work under way in one replica, begun because it is that replica's turn. */
export type Shift = {
  /** Ends what is under way and starts nothing more; resolves when it has ended. */
  close(): Promise<void>;
};

/** A place in line for the work that one replica at a time does for all. */
export type Held = {
  /** Whether it is this replica's turn and its shift has begun. */
  mine(): boolean;
  /** Ends the shift, and then hands the turn to whoever waits for it. */
  close(): Promise<void>;
};

/**
 * Which of the replicas of a service does what needs doing once: reactors, process managers, deadlines. A replica that
 * is cut off gives its shift up by itself, and the turn passes to another. Right after that two can, for a moment, both
 * believe that it is theirs: everything done in a shift must be known by its command id, so that twice is once.
 */
export type Turns = {
  /**
   * Stands in line for the turn of this name, for ever until closed. `begin` runs each time it is this replica's, one
   * shift at a time. Resolves once in line, and where the turn was free once the shift has begun.
   */
  hold(name: string, begin: () => Promise<Shift>): Promise<Held>;
};

/** For a service that runs as one process: every turn is its own, at once and until it closes. */
export const alwaysMine: Turns = {
  async hold(_name, begin) {
    const shift = await begin();
    let open = true;
    return {
      mine: () => open,
      async close() {
        if (!open) return;
        open = false;
        await shift.close();
      },
    };
  },
};
