import type { Verdict } from './verdict';

/** Rows that the recovery does not handle, each with its verdict. Nothing is added here: a new one is a defect to repair. */
export const NOT_HANDLED: Readonly<Record<string, Verdict>> = {
  'the region that takes over goes dark in proving, as the first one is back; us-east-1 holds, automatic':
    'clients unserved without an end',
  'the region that took over goes dark at once, as the first one is back; us-east-1 holds, automatic':
    'clients unserved without an end',
  'the region that took over goes dark, and the first one is not back; us-east-1 holds, automatic': 'people untold',
  'probes of the other region are throttled, and the region goes dark; us-east-1 holds, automatic':
    'clients unserved without an end',
  'the health function of the other region fails, and the region goes dark; us-east-1 holds, automatic':
    'clients unserved without an end',
  'its canary does not answer, and its writer refuses every statement; us-east-1 holds, automatic':
    'clients unserved without an end',
  'the standby cannot serve either when the primary fails; us-east-1 holds, automatic':
    'clients unserved without an end',
  'both regions are alive, and cut off from each other; us-east-1 holds, automatic': 'clients unserved without an end',
  'both regions are alive, and cut off from each other; us-east-1 holds, approval': 'clients unserved without an end',
  'the region that holds and the witness go dark; us-east-1 holds, automatic': 'people untold',
  'both regions go dark; us-east-1 holds, automatic': 'people untold',
};
