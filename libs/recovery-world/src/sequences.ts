import type { Walk } from './walk';

/** Long enough for the epoch to be taken, and too short for a promotion. */
const BLIP = [
  '40 s pass',
  'us-east-1 goes dark',
  'time passes until the step is draining',
  'us-east-1 is back',
  '150 s pass',
];

/** Where the writer was moved already, the guard has it promoted back. */
const EVACUATION_GIVEN_UP = [
  '150 s pass',
  'us-east-1 must hold the epoch',
  'clients must be served',
  'nothing must be lost',
];

/** Sequences that broke something once, or that a fault in the code breaks. Each is performed first, and by itself. */
export const SEQUENCES: readonly (Walk & { readonly name: string })[] = [
  {
    name: "the standby's way out fails while its table answers, and nothing is wrong with the primary",
    happenings: [
      'the controller of us-west-2 is invoked besides',
      'way out of us-west-2 breaks',
      '40 s pass',
      '150 s pass',
    ],
  },
  {
    name: 'one probe of a sound region is lost',
    happenings: [
      '40 s pass',
      '40 s pass',
      'the next health function message of the controller of us-west-2: request is lost',
      '12 s pass',
    ],
  },
  {
    name: 'the standby cannot serve either when the primary fails',
    happenings: ['reader of us-west-2 breaks', '40 s pass', 'us-east-1 goes dark', '40 s pass'],
  },
  {
    name: 'a promotion hangs, and is over after its step',
    happenings: [
      'us-east-1 goes dark',
      "Aurora's next change hangs",
      'time passes until the step is promotion-stuck',
      '600 s pass',
      '600 s pass',
      '40 s pass',
    ],
  },
  {
    name: 'a failback is given up in an epoch that has had its promotion',
    happenings: [
      'us-east-1 goes dark',
      "Aurora's next change hangs",
      'time passes until the step is promotion-stuck',
      '600 s pass',
      '600 s pass',
      'the operator runs failback',
      '40 s pass',
    ],
  },
  {
    name: 'an epoch is taken once more while the drain of the one before is known',
    happenings: [
      'us-east-1 goes dark',
      "Aurora's next change hangs",
      'time passes until the step is promotion-stuck',
      'the operator runs failover',
      '40 s pass',
    ],
  },
  {
    name: 'the promoted writer takes no writes',
    happenings: [
      'writer of us-west-2 breaks',
      'us-east-1 goes dark',
      'time passes until the step is proving',
      '150 s pass',
    ],
  },
  {
    name: 'a region fails its checks, and its slow writes go on',
    happenings: [
      'clocks are at their worst',
      'statements in us-east-1 are slow',
      'health function of us-east-1 breaks',
      'time passes until the step is draining',
      'table path of us-east-1 breaks',
      '40 s pass',
    ],
  },
  {
    name: 'the region that took over fails, and the first one is repaired',
    happenings: [
      'us-east-1 goes dark',
      'time passes until the step is draining',
      'time passes until the step is proving',
      'time passes until the step is serving',
      'us-east-1 is back',
      '600 s pass',
      'us-west-2 goes dark',
      '150 s pass',
      'clients must be served',
      'us-west-2 is back',
      '600 s pass',
      'us-east-1 goes dark',
      '150 s pass',
      'clients must be served',
    ],
  },
  {
    name: 'the region that takes over dies in the middle of it, and the first one is back',
    happenings: [
      'us-east-1 goes dark',
      "Aurora's next change is refused",
      'time passes until the step is guarding',
      'us-west-2 goes dark',
      'us-east-1 is back',
      '40 s pass',
      'the operator runs failover',
      '150 s pass',
      'clients must be served',
    ],
  },
  ...(['automatic', 'approval'] as const).flatMap((mode) => [
    {
      name: `a region is dark for 18 s, in mode ${mode}`,
      mode,
      happenings: [
        '40 s pass',
        'us-east-1 goes dark',
        '18 s pass',
        'us-east-1 is back',
        '150 s pass',
        'us-east-1 must hold the epoch',
        'clients must be served',
      ],
    },
    {
      name: `the region that takes over dies in the middle of it, and nobody runs a command, in mode ${mode}`,
      mode,
      happenings: [
        'us-east-1 goes dark',
        "Aurora's next change is refused",
        'time passes until the step is draining',
        'us-west-2 goes dark',
        'us-east-1 is back',
        '150 s pass',
        'us-east-1 must hold the epoch',
        'clients must be served',
      ],
    },
  ]),
  {
    name: 'a region is back just before its drain ends',
    seed: 3,
    happenings: [
      '40 s pass',
      'us-east-1 goes dark',
      'time passes until the step is draining',
      '5 s pass',
      'us-east-1 is back',
      '150 s pass',
      'us-east-1 must hold the epoch',
      'clients must be served',
    ],
  },
  {
    name: 'a region is dark for 18 s, and fails for good after it was handed back to',
    happenings: [
      ...BLIP,
      'us-east-1 must hold the epoch',
      'us-east-1 goes dark',
      '150 s pass',
      'us-west-2 must hold the epoch',
      'clients must be served',
    ],
  },
  {
    name: 'a region flaps: it is handed back to twice, and then left',
    happenings: [...BLIP, ...BLIP, ...BLIP, '150 s pass', 'us-west-2 must hold the epoch', 'clients must be served'],
  },
  {
    name: 'a controller hands back as the process that decided to promote goes on',
    happenings: [
      'us-east-1 goes dark',
      'time passes until the step is guarding',
      'controllers of us-west-2 are suspended for 30 s',
      'us-east-1 is back',
      'the controller of us-west-2 is invoked besides',
      '150 s pass',
      'clients must be served',
    ],
  },
  {
    name: 'a region would take an epoch back while a promotion goes on that its own API does not show',
    happenings: [
      "Aurora's API in us-east-1 shows an old state for 600 s",
      'us-east-1 goes dark',
      "Aurora's next change hangs",
      'time passes until the step is promotion-stuck',
      'the operator runs failover',
      'time passes until the step is draining',
      'us-east-1 is back',
      'us-west-2 goes dark',
      '150 s pass',
    ],
  },
  {
    name: 'a person evacuates a healthy region, and goes back',
    happenings: [
      '40 s pass',
      'the operator runs evacuate',
      '150 s pass',
      'us-west-2 must hold the epoch',
      'clients must be served',
      'nothing must be lost',
      'the operator runs failback',
      '150 s pass',
      'us-east-1 must hold the epoch',
      'clients must be served',
      'nothing must be lost',
    ],
  },
  ...['checking', 'draining', 'switching', 'proving'].flatMap((step) => [
    {
      name: `the region that is evacuated fails in evacuation-${step}`,
      happenings: [
        '40 s pass',
        'the operator runs evacuate',
        `time passes until the step is evacuation-${step}`,
        'us-east-1 goes dark',
        '150 s pass',
        'us-west-2 must hold the epoch',
        'clients must be served',
      ],
    },
    {
      name: `the region that is evacuated to fails in evacuation-${step}`,
      happenings: [
        '40 s pass',
        'the operator runs evacuate',
        `time passes until the step is evacuation-${step}`,
        'us-west-2 goes dark',
        ...EVACUATION_GIVEN_UP,
      ],
    },
  ]),
  ...(['automatic', 'approval'] as const).map((mode) => ({
    name: `an entry fails while its database is sound, in mode ${mode}`,
    mode,
    happenings: [
      '40 s pass',
      'entry of us-east-1 breaks',
      '150 s pass',
      'us-east-1 must hold the epoch',
      '150 s pass',
      '40 s pass',
      'us-west-2 must hold the epoch',
      'clients must be served',
      'nothing must be lost',
    ],
  })),
  {
    name: 'a deployment breaks the entries of both regions',
    happenings: [
      'entry of us-east-1 breaks',
      'entry of us-west-2 breaks',
      '600 s pass',
      'us-east-1 must hold the epoch',
    ],
  },
  {
    name: 'an entry fails, and that of the other region failed a few minutes ago',
    happenings: [
      'entry of us-west-2 breaks',
      '150 s pass',
      'entry of us-west-2 is repaired',
      'entry of us-east-1 breaks',
      '150 s pass',
      '150 s pass',
      'us-east-1 must hold the epoch',
    ],
  },
  {
    name: 'only the way from the other region to an entry fails, and clients come in',
    happenings: [
      '40 s pass',
      'way to the other entry of us-west-2 breaks',
      '600 s pass',
      'us-east-1 must hold the epoch',
      'clients must be served',
    ],
  },
  {
    name: 'an entry fails in mode observe',
    mode: 'observe' as const,
    happenings: [
      'entry of us-east-1 breaks',
      '600 s pass',
      'us-east-1 must hold the epoch',
      'people must know of an entry',
    ],
  },
  {
    name: 'both regions are alive, and cut off from each other',
    mode: 'approval' as const,
    happenings: [
      '40 s pass',
      'us-east-1 and us-west-2 are cut off from each other',
      '600 s pass',
      '600 s pass',
      'people must be told',
    ],
  },
  {
    name: "a command's machine sleeps after it has read the ledger",
    happenings: [
      "the operator's machine sleeps for 60 s after its next read",
      'the operator runs evacuate',
      '5 s pass',
      'us-east-1 goes dark',
      '150 s pass',
      'us-west-2 must hold the epoch',
      'clients must be served',
    ],
  },
  {
    name: 'a person takes over from a region that all probes call healthy',
    happenings: ['40 s pass', 'the operator runs failover', '150 s pass', 'us-west-2 must hold the epoch'],
  },
].map((sequence) => ({ seed: 33, mode: 'automatic', untilServed: true, ...sequence }) as const);
