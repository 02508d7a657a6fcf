/** Ends of a row, the defects last. */
export const VERDICTS = [
  'served by itself',
  'served after a command',
  'reported, nothing to do',
  'clients unserved without an end',
  'people untold',
  'served, and people untold',
  'a promise is broken',
] as const;
export type Verdict = (typeof VERDICTS)[number];
/** Verdicts of rows that the recovery does not handle. */
export const DEFECTS: readonly Verdict[] = VERDICTS.slice(3);
