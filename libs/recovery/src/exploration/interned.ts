/** A value for every id, and one id for all values of equal key. Ids are whole numbers from 0, and one more than any of them fits a code unit. */
export class Interned<Value> {
  private readonly values: Value[] = [];
  private readonly ids = new Map<string, number>();

  constructor(private readonly keyOf: (value: Value) => string) {}

  idOf(value: Value): number {
    return memoized(this.ids, this.keyOf(value), () => {
      if (this.values.length === MAXIMUM_IDS) {
        throw new Error(`exploration: ids are used up, expected ${MAXIMUM_IDS} at most.`);
      }
      return this.values.push(value) - 1;
    });
  }

  valueOf(id: number): Value {
    const value = this.values[id];
    if (value === undefined) throw new Error(`exploration: id is ${id}, expected one that was given.`);
    return value;
  }
}

/** The result kept for an argument, else the one of a pure function, which is kept. */
export function memoized<Argument, Result>(
  results: Map<Argument, Result>,
  argument: Argument,
  resultOf: () => Result,
): Result {
  const known = results.get(argument);
  if (known !== undefined) return known;
  const result = resultOf();
  results.set(argument, result);
  return result;
}

/** More than any packed number, and than any id. */
export const PACKED = 0x1_0000;
const MAXIMUM_IDS = PACKED - 1;

/** Four numbers below 16 in one code unit. */
export function pack(first: number, second: number, third: number, fourth: number): number {
  const all = first | second | third | fourth;
  if (all < 0 || all > 15) {
    throw new Error(`exploration: ${first}, ${second}, ${third}, ${fourth} are packed, expected numbers from 0 to 15.`);
  }
  return (first << 12) | (second << 8) | (third << 4) | fourth;
}
