import type { Verdict } from './verdict';

/** Rows that the recovery does not handle, each with its verdict. Nothing is added here: a new one is a defect to repair. */
export const NOT_HANDLED: Readonly<Record<string, Verdict>> = {
  'the region that takes over goes dark in proving, as the first one is back; us-east-1 holds, automatic':
    'clients unserved without an end',
  'the region that took over goes dark at once, as the first one is back; us-east-1 holds, automatic':
    'clients unserved without an end',
};
