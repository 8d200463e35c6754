/**
 * Random bytes from a supply that is filled many at a time: asking the machine for the ten of an id takes longer than
 * making the id. No byte is given out twice, and none is kept after it was given.
 */
export const createRandomPool = (fill: (count: number) => Uint8Array): ((count: number) => Uint8Array) => {
  let supply: Uint8Array = new Uint8Array(0);
  let given = 0;
  return (count) => {
    if (count > poolBytes / 8) return fill(count);
    if (given + count > supply.length) {
      supply = fill(poolBytes);
      given = 0;
    }
    // Copied: the `slice` of a Buffer is a view, which would be wiped with the supply.
    const bytes = Uint8Array.from(supply.subarray(given, given + count));
    supply.fill(0, given, given + count);
    given += count;
    return bytes;
  };
};

const poolBytes = 4096;
