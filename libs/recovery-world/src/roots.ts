/** Where walks begin, and what is likely to happen there. */
export interface Root {
  readonly name: string;
  /** Events before the walk begins. */
  readonly begin: readonly string[];
  readonly likely: readonly string[];
}

const APART = 'us-east-1 and us-west-2 are cut off from each other';
const CUT_OFF = [APART, 'us-east-1 and us-east-2 are cut off from each other'];
const IN_TOUCH = ['us-east-1 and us-west-2 are in touch again', 'us-east-1 and us-east-2 are in touch again'];
const PERSON = [
  'the operator runs failover',
  'the operator runs failback',
  'the operator runs approve',
  'the operator runs failover --detach',
];
const CONTROLLER = [
  'the controller of us-west-2 is invoked besides',
  'controllers of us-west-2 are killed',
  'controllers of us-west-2 are suspended for 8 s',
  'the controller of us-west-2 that next reads the table is suspended for 3 s',
  'the controller of us-west-2 that next reads the table is suspended for 8 s',
  'the controller of us-west-2 that next reads the table is suspended for 6.5 s',
  'the controller of us-west-2 that next reads the metrics is suspended for 6.5 s',
  'the controller of us-west-2 that next reads the metrics is suspended for 30 s',
  'the next table message of the controller of us-west-2: answer is late',
  'the next table message of the controller of us-west-2: answer is lost',
  'the next table message of the controller of us-west-2: request is late',
  'the next database message of the controller of us-west-2: request is late',
  'the next database message of the controller of us-west-2: request is very late',
  'the next notices message of the controller of us-west-2: answer is lost',
  'notices of us-west-2 breaks',
  'notices of us-west-2 is repaired',
  'wall clocks of new processes are hours ahead',
  'wall clocks of new processes are right',
];
const OLD_WRITER = [
  'statements in us-east-1 are slow',
  'statements in us-east-1 are fast again',
  'the service of us-east-1 is suspended for 8 s',
  'the service of us-east-1 is suspended for 30 s',
  'the next table message of the service of us-east-1: answer is late',
  'table path of us-east-1 breaks',
  'way to the other table of us-east-1 breaks',
  'table path of us-east-1 is repaired',
  'way to the other table of us-east-1 is repaired',
];
/** For as long as it takes until the region is given up. */
const LATE_ANSWERS = Array.from(
  { length: 8 },
  () => 'the next table message of the service of us-east-1: answer is late',
);
const AURORA = [
  "Aurora's next change hangs",
  "Aurora's next change rolls back",
  "Aurora's next change is refused",
  'Aurora refuses promotions',
  'Aurora promotes again',
  "Aurora's next change leaves the old writer unfenced",
  "Aurora's API in us-west-2 shows an old state for 60 s",
  'writer of us-west-2 breaks',
  'writer of us-west-2 is repaired',
];
const FAILED_OVER = [
  'us-east-1 goes dark',
  'time passes until the step is draining',
  'time passes until the step is proving',
  'time passes until the step is serving',
  'us-east-1 is back',
];

/** States that runs of the real code lead to. */
export const ROOTS: readonly Root[] = [
  {
    name: 'steady',
    begin: [],
    likely: [
      'us-east-1 goes dark',
      'us-east-1 is back',
      ...CUT_OFF,
      ...PERSON,
      'entry of us-west-2 breaks',
      'reader of us-east-1 breaks',
    ],
  },
  {
    name: 'a region is cut off, and still there',
    begin: ['statements in us-east-1 are slow', '40 s pass', ...CUT_OFF],
    likely: [...OLD_WRITER, ...CONTROLLER, ...IN_TOUCH, ...PERSON],
  },
  {
    name: 'regions are cut off from each other',
    begin: ['150 s pass', APART, '40 s pass'],
    likely: [
      APART,
      ...IN_TOUCH,
      ...PERSON,
      'us-east-1 goes dark',
      'us-west-2 goes dark',
      'entry of us-east-1 breaks',
      'controllers of us-east-1 are killed',
      'health function of us-east-1 breaks',
    ],
  },
  {
    name: 'a region fails its checks, and writes on',
    begin: [
      'clocks are at their worst',
      'statements in us-east-1 are slow',
      'table latency of controllers of us-west-2 breaks',
      '5 s pass',
      'the controller of us-west-2 is invoked besides',
      '1.5 s pass',
      'the controller of us-west-2 is invoked besides',
      '5 s pass',
      ...LATE_ANSWERS,
      'health function of us-east-1 breaks',
      'time passes until the step is draining',
      'table path of us-east-1 breaks',
      'way to the other table of us-east-1 breaks',
      'table latency of controllers of us-west-2 is repaired',
    ],
    likely: [
      'the next table message of the controller of us-west-2: answer is late',
      'health function of us-east-1 is repaired',
      'the operator runs approve',
    ],
  },
  {
    name: 'a region is dark, and its epoch is drained',
    begin: ['40 s pass', 'us-east-1 goes dark', 'time passes until the step is draining'],
    likely: [...CONTROLLER, ...AURORA, ...PERSON, 'us-east-1 is back'],
  },
  {
    name: 'a database is about to be promoted',
    begin: [
      '40 s pass',
      ...CUT_OFF,
      'time passes until the step is draining',
      "Aurora's next change is refused",
      'time passes until the step is promoting',
    ],
    likely: [...CONTROLLER, ...AURORA, ...PERSON, ...IN_TOUCH],
  },
  {
    name: 'Aurora refuses to promote a database',
    begin: [
      '40 s pass',
      'us-east-1 goes dark',
      'Aurora refuses promotions',
      'time passes until the step is promotion-stuck',
    ],
    likely: [
      ...PERSON,
      ...CONTROLLER,
      ...AURORA,
      'the operator runs failover --detach',
      'the operator runs failover --detach',
      'us-east-1 is back',
      'us-west-2 goes dark',
      'us-west-2 is back',
      'the region that was left behind is rebuilt',
      'time passes until the step is proving',
      'time passes until the step is serving',
      "the operator's machine sleeps for 60 s after its next read",
    ],
  },
  {
    name: 'a call rests on an old reading',
    begin: [
      '40 s pass',
      'us-east-1 goes dark',
      'time passes until the step is promoting',
      'the next table message of the controller of us-west-2: answer is late',
      'the next database message of the controller of us-west-2: answer is late',
      'the controller of us-west-2 that next reads the table is suspended for 3 s',
      'the controller of us-west-2 that next reads the table is suspended for 6.5 s',
      '12 s pass',
    ],
    likely: [
      'the controller of us-west-2 that next reads the table is suspended for 3 s',
      'the next table message of the controller of us-west-2: answer is late',
      'controllers of us-west-2 are suspended for 8 s',
      '5 s pass',
    ],
  },
  {
    name: 'too much would be lost',
    begin: ['replication stalls', '150 s pass', '150 s pass', ...CUT_OFF, 'time passes until the step is guarding'],
    likely: [
      ...PERSON,
      ...IN_TOUCH,
      'wall clocks of new processes are hours ahead',
      'controllers of us-west-2 are killed',
      '600 s pass',
      'replication goes on',
    ],
  },
  {
    name: 'replication stalls',
    begin: ['40 s pass', 'replication stalls', '150 s pass', 'us-east-1 goes dark'],
    likely: [...PERSON, 'controllers of us-west-2 are killed', '40 s pass', '600 s pass', 'us-east-1 is back'],
  },
  {
    name: 'replication stalls, and nothing is recorded',
    begin: [
      '40 s pass',
      'schedule of us-east-1 breaks',
      '150 s pass',
      'replication stalls',
      '150 s pass',
      '150 s pass',
      'us-east-1 goes dark',
    ],
    likely: [...PERSON, 'time passes until the step is serving', 'us-east-1 is back'],
  },
  {
    name: 'a lag is old',
    begin: [
      'canary of us-west-2 breaks',
      'metrics of us-west-2 breaks',
      '150 s pass',
      '150 s pass',
      'replication stalls',
      '150 s pass',
      '150 s pass',
      'us-east-1 goes dark',
    ],
    likely: [...PERSON, 'time passes until the step is serving', 'us-east-1 is back'],
  },
  {
    name: 'failed over',
    begin: FAILED_OVER,
    likely: [
      ...PERSON,
      ...CONTROLLER,
      '600 s pass',
      'the health function of us-east-1 begins anew',
      'us-east-1 goes dark',
      'us-east-1 is back',
      'statements in us-west-2 are slow',
    ],
  },
  {
    name: 'the region that took over fails',
    begin: [...FAILED_OVER, '600 s pass', 'us-west-2 goes dark'],
    likely: [
      ...PERSON,
      ...CONTROLLER.map((happening) => happening.replaceAll('us-west-2', 'us-east-1')),
      ...AURORA.map((happening) => happening.replaceAll('us-west-2', 'us-east-1')),
      'us-west-2 is back',
      'time passes until the step is promoting',
    ],
  },
  {
    name: 'going back',
    begin: [
      ...FAILED_OVER,
      '150 s pass',
      'statements in us-west-2 are slow',
      'the operator runs failback',
      'time passes until the step is evacuation-draining',
    ],
    likely: [
      ...PERSON,
      ...CONTROLLER,
      ...AURORA,
      'us-east-1 goes dark',
      'us-east-1 is back',
      'the service of us-west-2 is suspended for 8 s',
    ],
  },
  {
    name: 'gone back',
    begin: [
      ...FAILED_OVER,
      '150 s pass',
      'the operator runs failback',
      'time passes until the step is evacuation-proving',
      'time passes until the step is serving',
    ],
    likely: [...PERSON, ...CONTROLLER, 'us-east-1 goes dark', 'us-east-1 is back'],
  },
];
