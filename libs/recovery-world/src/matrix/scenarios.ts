import type { FailoverMode } from '@dr/recovery';
import { OTHER, PREFERRED, type ServingRegion, SERVING_REGIONS, WITNESS } from '../network';
import { SEQUENCES } from '../sequences';
import type { Verdict } from './verdict';

/** A failure in plain words, and its events, which all stay as they leave it. */
export interface Scenario {
  readonly name: string;
  /** Events where the preferred region holds; the regions change places where the other one does. */
  readonly happenings: readonly string[];
  /** @default automatic and approval */
  readonly modes?: readonly FailoverMode[];
  /** Regions that hold at the begin, the second one in mode automatic alone. @default the preferred one */
  readonly holders?: readonly ServingRegion[];
  /** Whether no region is left that could serve all tiers, or the table has no quorum. @default false */
  readonly nothingCanServe?: boolean;
  /** Whether nothing is wrong, so that nobody has to be told. @default false */
  readonly isHarmless?: boolean;
  /** Verdict of some seeds, where chance decides. */
  readonly otherwise?: Verdict;
  /** Suites that show it against the deployed sandbox. */
  readonly live?: readonly string[];
}

/** A scenario in one mode and with one holder. */
export interface Row extends Omit<Scenario, 'modes' | 'holders'> {
  readonly group: string;
  readonly mode: FailoverMode;
  readonly holder: ServingRegion;
  /** Time of the first event, ms. */
  readonly beganAtMs: number;
  /** Words of the row, of which no other row has the same: the name of its test. */
  readonly title: string;
}

const EITHER = SERVING_REGIONS;
const AUTOMATIC: readonly FailoverMode[] = ['automatic'];
const APPROVAL: readonly FailoverMode[] = ['approval'];
const ALL_MODES = ['automatic', 'approval', 'observe'] as const;

/** Events of a sequence that broke something once, without the waits and the checks at its end. */
function ofSequence(name: string): readonly string[] {
  const found = SEQUENCES.find((sequence) => sequence.name === name || sequence.name === `${name}, in mode automatic`);
  if (found === undefined) throw new Error(`recovery-world: no sequence is named "${name}".`);
  const events = found.happenings.filter((happening) => !/ must /.test(happening));
  const isWait = (happening: string) => / pass$/.test(happening);
  return events.slice(
    events.findIndex((happening) => !isWait(happening)),
    events.findLastIndex((happening) => !isWait(happening)) + 1,
  );
}

/** A scenario that a sequence of the same name is already. */
function sequence(name: string, options: Partial<Scenario> = {}): Scenario {
  return { name, happenings: ofSequence(name), ...options };
}

function named(byName: Readonly<Record<string, Omit<Scenario, 'name'>>>): Scenario[] {
  return Object.entries(byName).map(([name, scenario]) => ({ name, ...scenario }));
}

const dark = (region: string) => `${region} goes dark`;
const back = (region: string) => `${region} is back`;
const breaks = (part: string, region: string) => `${part} of ${region} breaks`;
const repaired = (part: string, region: string) => `${part} of ${region} is repaired`;
const until = (step: string) => `time passes until the step is ${step}`;
const cutOff = (one: string, other: string) => `${[one, other].sort().join(' and ')} are cut off from each other`;
const inTouch = (one: string, other: string) => `${[one, other].sort().join(' and ')} are in touch again`;

const FIRST: readonly Scenario[] = [
  ...named({
    'a region goes dark': {
      happenings: [dark(PREFERRED)],
      modes: ALL_MODES,
      holders: EITHER,
      live: ['recovery-drill', 'alarm-storm', 'second-failure'],
    },
    'its reader fails': { happenings: [breaks('reader', PREFERRED)], holders: EITHER },
    'its health function fails': { happenings: [breaks('health function', PREFERRED)], holders: EITHER },
    'its way to the table fails': { happenings: [breaks('table path', PREFERRED)], holders: EITHER },
    'its controller is not scheduled any more': {
      happenings: [breaks('schedule', PREFERRED), '150 s pass'],
      modes: AUTOMATIC,
    },
    'the controller of the other region is not scheduled any more, and the region goes dark': {
      happenings: [breaks('schedule', OTHER), '150 s pass', dark(PREFERRED)],
      modes: AUTOMATIC,
    },
    'notices are refused, and the region goes dark': {
      happenings: [breaks('notices', PREFERRED), breaks('notices', OTHER), dark(PREFERRED)],
      live: ['handler-faults'],
    },
    'it is slow': { happenings: [`${PREFERRED} is slow`], holders: EITHER },
    'the region that does not hold goes dark': { happenings: [dark(OTHER)], holders: EITHER, modes: AUTOMATIC },
    'the witness goes dark': { happenings: [dark(WITNESS)], holders: EITHER, modes: AUTOMATIC },
    'replication has stalled for minutes, and the region goes dark': {
      happenings: ['replication stalls', '150 s pass', '150 s pass', dark(PREFERRED)],
      modes: AUTOMATIC,
      live: ['recovery-by-hand'],
    },
  }),
  sequence('an entry fails while its database is sound', {
    modes: ALL_MODES,
    holders: EITHER,
    live: ['grey-failure'],
  }),
  sequence('a writer refuses every statement while its region is sound', {
    modes: ALL_MODES,
    holders: EITHER,
  }),
  sequence('a writer refuses statements for two minutes', { modes: AUTOMATIC }),
  sequence('a canary does not answer, and writes are taken', { modes: AUTOMATIC }),
  sequence('a region is dark for 18 s', { holders: EITHER, live: ['second-failure'] }),
  sequence('a region is dark for 18 s, and fails for good after it was handed back to'),
  sequence('a region flaps: it is handed back to twice, and then left'),
  sequence('a deployment breaks the entries of both regions', {
    modes: AUTOMATIC,
    nothingCanServe: true,
  }),
];

const TAKEN_OVER = [dark(PREFERRED), until('draining'), until('proving'), until('serving')];

const SECOND: readonly Scenario[] = [
  sequence('the region that takes over dies in the middle of it, and nobody runs a command'),
  ...[
    ...(['guarding', 'promoting', 'proving'] as const).map((step) => ({ step, modes: AUTOMATIC })),
    { step: 'awaiting-approval' as const, modes: APPROVAL },
  ].map(({ modes, step }) => ({
    name: `the region that takes over goes dark in ${step}, as the first one is back`,
    happenings: [dark(PREFERRED), until(step), dark(OTHER), back(PREFERRED)],
    modes,
  })),
  ...named({
    'the region that takes over goes dark while it drains, and the first one is back after 40 s': {
      happenings: [dark(PREFERRED), until('draining'), dark(OTHER), '40 s pass', back(PREFERRED)],
    },
    'the region that takes over goes dark while it promotes, and the first one is back after 40 s': {
      happenings: [dark(PREFERRED), until('promoting'), '12 s pass', dark(OTHER), '40 s pass', back(PREFERRED)],
      modes: AUTOMATIC,
    },
    'the region that took over goes dark at once, as the first one is back': {
      happenings: [...TAKEN_OVER, '12 s pass', back(PREFERRED), dark(OTHER)],
      modes: AUTOMATIC,
    },
    'the region that took over goes dark at once, as the first one is back, and returns while people wait for it': {
      happenings: [
        ...TAKEN_OVER,
        '12 s pass',
        back(PREFERRED),
        dark(OTHER),
        until('awaiting-copy'),
        '5 s pass',
        back(OTHER),
      ],
      modes: AUTOMATIC,
    },
    'the region that took over goes dark minutes after the first one is back': {
      happenings: [...TAKEN_OVER, back(PREFERRED), '150 s pass', dark(OTHER)],
      modes: AUTOMATIC,
      live: ['second-failure'],
    },
    'the region that took over goes dark long after the first one is back': {
      happenings: [...TAKEN_OVER, back(PREFERRED), '150 s pass', '150 s pass', '40 s pass', dark(OTHER)],
      modes: AUTOMATIC,
    },
    'the region that took over goes dark, and the first one is not back': {
      happenings: [...TAKEN_OVER, '12 s pass', dark(OTHER)],
      modes: AUTOMATIC,
      nothingCanServe: true,
    },
    'the entry of the region that takes over fails while it drains': {
      happenings: [dark(PREFERRED), until('draining'), breaks('entry', OTHER)],
      modes: AUTOMATIC,
      nothingCanServe: true,
    },
    'the entry of the region that takes over fails while it drains, and the first one is back': {
      happenings: [dark(PREFERRED), until('draining'), breaks('entry', OTHER), back(PREFERRED)],
    },
    'the entry of the region that takes over fails while it promotes, and the first one is back': {
      happenings: [dark(PREFERRED), until('promoting'), '12 s pass', breaks('entry', OTHER), back(PREFERRED)],
      modes: AUTOMATIC,
    },
    'the entry of the region that took over fails minutes after the first one is back': {
      happenings: [...TAKEN_OVER, back(PREFERRED), '150 s pass', breaks('entry', OTHER)],
      modes: AUTOMATIC,
    },
    'the writer of the region that took over refuses statements minutes after the first one is back': {
      happenings: [...TAKEN_OVER, back(PREFERRED), '150 s pass', breaks('writer', OTHER)],
      modes: AUTOMATIC,
    },
    'the promoted writer takes no writes, and the first region is back': {
      happenings: [breaks('writer', OTHER), dark(PREFERRED), until('proving'), back(PREFERRED)],
      modes: AUTOMATIC,
    },
  }),
  sequence('the promoted writer takes no writes', { modes: AUTOMATIC, nothingCanServe: true }),
];

const PARTIAL: readonly Scenario[] = [
  ...named({
    'public traffic floods both regions': {
      happenings: [breaks('public URL', PREFERRED), breaks('public URL', OTHER), '150 s pass'],
      holders: EITHER,
      modes: AUTOMATIC,
      isHarmless: true,
      live: ['probe-flood'],
    },
    'public traffic floods both regions, and the one that holds goes dark': {
      happenings: [breaks('public URL', PREFERRED), breaks('public URL', OTHER), '40 s pass', dark(PREFERRED)],
      holders: EITHER,
    },
    'probes of the region that holds are throttled': {
      happenings: [breaks('probes', PREFERRED), '150 s pass'],
      modes: ALL_MODES,
      holders: EITHER,
    },
    'probes of the region that holds are throttled for 40 s': {
      happenings: [breaks('probes', PREFERRED), '40 s pass', repaired('probes', PREFERRED)],
      holders: EITHER,
    },
    'probes of the other region are throttled': {
      happenings: [breaks('probes', OTHER), '150 s pass'],
      holders: EITHER,
      modes: AUTOMATIC,
    },
    'probes of both regions are throttled': {
      happenings: [breaks('probes', PREFERRED), breaks('probes', OTHER), '150 s pass'],
      modes: AUTOMATIC,
    },
    "Route 53's checkers alone do not reach its deep check": {
      happenings: [breaks('checker listener', PREFERRED), '150 s pass'],
      holders: EITHER,
    },
    'probes of the region that holds are throttled, and it goes dark': {
      happenings: [breaks('probes', PREFERRED), '40 s pass', dark(PREFERRED)],
      holders: EITHER,
    },
    'probes of the other region are throttled, and the region goes dark': {
      happenings: [breaks('probes', OTHER), '12 s pass', dark(PREFERRED)],
      modes: AUTOMATIC,
    },
    'metrics of the other region have aged, and the region goes dark': {
      happenings: [breaks('metrics', OTHER), '150 s pass', '150 s pass', dark(PREFERRED)],
      modes: AUTOMATIC,
    },
    'the health function of the other region fails, and the region goes dark': {
      happenings: [breaks('health function', OTHER), '40 s pass', dark(PREFERRED)],
      modes: AUTOMATIC,
    },
    'controllers of the other region read the table slowly, and the region goes dark': {
      happenings: [breaks('table latency of controllers', OTHER), dark(PREFERRED)],
    },
    'its canary does not answer, and its writer refuses every statement': {
      happenings: [breaks('canary', PREFERRED), '40 s pass', breaks('writer', PREFERRED)],
      modes: AUTOMATIC,
    },
    'its controller is not scheduled any more, and its writer refuses every statement': {
      happenings: [breaks('schedule', PREFERRED), '150 s pass', breaks('writer', PREFERRED)],
    },
    'replication has stalled for minutes, and its entry fails': {
      happenings: ['replication stalls', '150 s pass', breaks('entry', PREFERRED)],
      modes: AUTOMATIC,
    },
    'replication has stalled for minutes, and its writer refuses every statement': {
      happenings: ['replication stalls', '150 s pass', breaks('writer', PREFERRED)],
      modes: AUTOMATIC,
    },
  }),
  sequence('an entry fails, and that of the other region failed a few minutes ago', { modes: AUTOMATIC }),
  ...[
    'only the way from the other region to an entry fails, and clients come in',
    "the standby's way out fails while its table answers, and nothing is wrong with the primary",
  ].map((name) => sequence(name, { modes: AUTOMATIC })),
  sequence('the standby cannot serve either when the primary fails', { modes: AUTOMATIC }),
];

/** Controllers of both regions have begun a run. */
const WATCHED = '40 s pass';

const PARTITIONS: readonly Scenario[] = [
  ...named({
    'both regions are alive, and cut off from each other': {
      happenings: [WATCHED, cutOff(PREFERRED, OTHER)],
      holders: EITHER,
    },
    'both regions are alive, and cut off from each other for 40 s': {
      happenings: [WATCHED, cutOff(PREFERRED, OTHER), '40 s pass', inTouch(PREFERRED, OTHER)],
      holders: EITHER,
    },
    'both regions are alive, and cut off from each other for 10 minutes': {
      happenings: [WATCHED, cutOff(PREFERRED, OTHER), '600 s pass', inTouch(PREFERRED, OTHER)],
      modes: AUTOMATIC,
    },
    'both regions are alive, and cut off from each other, and the one that holds goes dark': {
      happenings: [WATCHED, cutOff(PREFERRED, OTHER), '150 s pass', dark(PREFERRED)],
      modes: AUTOMATIC,
    },
    'both regions are alive, and cut off from each other, and the entry of the one that holds fails': {
      happenings: [WATCHED, cutOff(PREFERRED, OTHER), '150 s pass', breaks('entry', PREFERRED)],
      modes: AUTOMATIC,
    },
    'the region that holds is cut off from the witness': {
      happenings: [cutOff(PREFERRED, WITNESS), '40 s pass'],
      holders: EITHER,
      modes: AUTOMATIC,
    },
    'the region that does not hold is cut off from the witness': {
      happenings: [cutOff(OTHER, WITNESS), '40 s pass'],
      holders: EITHER,
      modes: AUTOMATIC,
    },
    'the region that holds is cut off from both others': {
      happenings: [cutOff(PREFERRED, OTHER), cutOff(PREFERRED, WITNESS)],
      holders: EITHER,
    },
    'the region that does not hold is cut off from both others': {
      happenings: [cutOff(PREFERRED, OTHER), cutOff(OTHER, WITNESS), '40 s pass'],
      holders: EITHER,
      modes: AUTOMATIC,
    },
  }),
];

const DELETED = "somebody deletes the ledger's item";

const QUORUM: readonly Scenario[] = named({
  'the other region and the witness go dark': {
    happenings: [dark(OTHER), dark(WITNESS)],
    holders: EITHER,
    modes: AUTOMATIC,
    nothingCanServe: true,
  },
  'the region that holds and the witness go dark': {
    happenings: [dark(PREFERRED), dark(WITNESS)],
    holders: EITHER,
    modes: AUTOMATIC,
    nothingCanServe: true,
  },
  'both regions go dark': {
    happenings: [dark(PREFERRED), dark(OTHER)],
    modes: AUTOMATIC,
    live: ['second-failure'],
    nothingCanServe: true,
  },
  'all three are cut off from each other': {
    happenings: [cutOff(PREFERRED, OTHER), cutOff(PREFERRED, WITNESS), cutOff(OTHER, WITNESS)],
    holders: EITHER,
    modes: AUTOMATIC,
    nothingCanServe: true,
  },
  'the other region and the witness go dark, and the witness is back after minutes': {
    happenings: [dark(OTHER), dark(WITNESS), '150 s pass', back(WITNESS)],
    modes: AUTOMATIC,
  },
  'the region that holds and the witness go dark, and the witness is back after minutes': {
    happenings: [dark(PREFERRED), dark(WITNESS), '150 s pass', back(WITNESS)],
    modes: AUTOMATIC,
  },
});

const LOST: readonly Scenario[] = named({
  "the ledger's item is deleted": { happenings: [WATCHED, DELETED], holders: EITHER },
  "the ledger's item is deleted while a region is dark, and taken over from": {
    happenings: [dark(PREFERRED), until('proving'), until('serving'), '12 s pass', DELETED],
    modes: AUTOMATIC,
  },
  "the ledger's item is deleted while the database moves": {
    happenings: [WATCHED, 'the operator runs evacuate', until('evacuation-switching'), '5 s pass', DELETED],
    modes: AUTOMATIC,
  },
});

const HANGING = [dark(PREFERRED), "Aurora's next change hangs", until('promotion-stuck')];

const RETURNS: readonly Scenario[] = [
  ...['draining', 'guarding', 'promoting', 'proving', 'awaiting-approval'].map((step) => ({
    name: `the region is back in ${step}`,
    happenings: [dark(PREFERRED), until(step), back(PREFERRED)],
    ...(step === 'awaiting-approval' ? { modes: APPROVAL } : { holders: EITHER }),
    ...(step === 'promoting' || step === 'proving' ? { modes: AUTOMATIC } : {}),
  })),
  sequence('a region is back just before its drain ends'),
  ...named({
    'the region is back in promotion-stuck': { happenings: [...HANGING, back(PREFERRED)], modes: AUTOMATIC },
    'the region is back once the other one serves': { happenings: [...TAKEN_OVER, back(PREFERRED)], modes: AUTOMATIC },
  }),
];

const EVACUATIONS: readonly Scenario[] = [
  sequence('a person evacuates a healthy region, and goes back', { modes: AUTOMATIC, live: ['recovery-by-hand'] }),
  ...['checking', 'draining', 'switching', 'proving'].flatMap((step) => [
    sequence(`the region that is evacuated fails in evacuation-${step}`),
    ...(step === 'proving'
      ? [
          // The lag of the database that was left is published once a minute, or not any more.
          sequence(`the region that is evacuated to fails in evacuation-proving`, {
            modes: AUTOMATIC,
            otherwise: 'served by itself',
          }),
          sequence(`the region that is evacuated to fails in evacuation-proving`, { modes: APPROVAL }),
        ]
      : [sequence(`the region that is evacuated to fails in evacuation-${step}`)]),
    ...[
      { name: `the region that a failback leaves fails in evacuation-${step}`, region: PREFERRED },
      { name: `the region that a failback goes to fails in evacuation-${step}`, region: OTHER },
    ].map(({ name, region }) => ({
      name,
      happenings: ['the operator runs failback', until(`evacuation-${step}`), dark(region)],
      holders: [OTHER] as const,
      modes: AUTOMATIC,
    })),
  ]),
];

/** A person detaches what Aurora does not promote. */
const DETACHED = [
  'Aurora refuses promotions',
  dark(PREFERRED),
  until('promotion-stuck'),
  'the operator runs failover --detach',
  until('proving'),
  until('serving'),
];

const DETACHING: readonly Scenario[] = named({
  'Aurora refuses every promotion': {
    happenings: ['Aurora refuses promotions', dark(PREFERRED)],
    holders: EITHER,
    live: ['detach'],
  },
  'Aurora refuses every promotion, and the region is back': {
    happenings: ['Aurora refuses promotions', dark(PREFERRED), until('promotion-stuck'), back(PREFERRED)],
    modes: AUTOMATIC,
  },
  "a person detaches, and that person's machine dies": {
    happenings: [
      ...DETACHED.slice(0, 3),
      "the operator's machine sleeps for 60 s after its next read",
      'the operator runs failover --detach',
    ],
    modes: AUTOMATIC,
  },
  'the region that was left behind is back': { happenings: [...DETACHED, back(PREFERRED)], modes: AUTOMATIC },
  'the region whose database is detached goes dark, and the one that was left behind is back': {
    happenings: [...DETACHED, back(PREFERRED), '150 s pass', dark(OTHER)],
    modes: AUTOMATIC,
    live: ['detach'],
  },
  'the entry of the region whose database is detached fails, and the one that was left behind is back': {
    happenings: [...DETACHED, back(PREFERRED), '600 s pass', breaks('entry', OTHER)],
    modes: AUTOMATIC,
    nothingCanServe: true,
  },
  'the region that was left behind is rebuilt, and the other one goes dark': {
    happenings: [
      ...DETACHED,
      back(PREFERRED),
      'Aurora promotes again',
      'the region that was left behind is rebuilt',
      '600 s pass',
      dark(OTHER),
    ],
    modes: AUTOMATIC,
  },
});

const AURORA: readonly Scenario[] = [
  ...['is refused', 'rolls back', 'hangs'].flatMap((fate) => [
    {
      name: `a promotion ${fate}`,
      happenings: [`Aurora's next change ${fate}`, dark(PREFERRED)],
      ...(fate !== 'hangs' && { modes: AUTOMATIC }),
    },
    {
      name: `a switchover ${fate}`,
      happenings: [`Aurora's next change ${fate}`, 'the operator runs evacuate', until('evacuation-switching')],
      modes: AUTOMATIC,
    },
  ]),
  ...named({
    'a switchover for an entry that fails is refused': {
      happenings: ["Aurora's next change is refused", breaks('entry', PREFERRED)],
      modes: AUTOMATIC,
    },
    'a promotion leaves the old writer unfenced, whose region is cut off': {
      happenings: [
        "Aurora's next change leaves the old writer unfenced",
        cutOff(PREFERRED, OTHER),
        cutOff(PREFERRED, WITNESS),
      ],
    },
    "Aurora's API in the other region shows an old state for a minute, and the region goes dark": {
      happenings: [`Aurora's API in ${OTHER} shows an old state for 60 s`, dark(PREFERRED)],
      modes: AUTOMATIC,
    },
  }),
];

/** All scenarios, by the part of the page that they are in. */
export const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  'First failures': FIRST,
  'Second failures': SECOND,
  'Partial failures, floods, and probes that are throttled': PARTIAL,
  Partitions: PARTITIONS,
  Quorum: QUORUM,
  'A ledger that is lost': LOST,
  'Returns in every step': RETURNS,
  'Evacuation and failback': EVACUATIONS,
  Aurora: AURORA,
  'A database that is detached': DETACHING,
};

/** Time before the first event of a scenario. */
const BEGIN = ['40 s pass'];

/** One row a scenario, a holder and a mode. */
export const ROWS: readonly Row[] = Object.entries(SCENARIOS).flatMap(([group, scenarios]) =>
  scenarios.flatMap(({ holders = [PREFERRED], modes = ['automatic', 'approval'], ...scenario }) =>
    holders.flatMap((holder) =>
      (holder === holders[0] ? modes : AUTOMATIC).map((mode) => {
        const happenings = [...BEGIN, ...scenario.happenings.map(holder === PREFERRED ? String : swapRegions)];
        return {
          ...scenario,
          group,
          mode,
          holder,
          happenings: holder === PREFERRED ? happenings : [`${OTHER} holds from the begin`, ...happenings],
          beganAtMs: timeBefore(happenings),
          title: `${scenario.name}; ${holder} holds, ${mode}`,
        };
      }),
    ),
  ),
);

/** Time that passes before the first event, ms. */
function timeBefore(happenings: readonly string[]): number {
  const waits = happenings.map((happening) => / s pass$/.test(happening) && Number.parseFloat(happening) * 1_000);
  return waits.slice(0, waits.indexOf(false)).reduce((sum: number, ms) => sum + Number(ms), 0);
}

/** The same event with the two serving regions changed. */
function swapRegions(happening: string): string {
  const swapped = happening.replaceAll(PREFERRED, '<other>').replaceAll(OTHER, PREFERRED).replaceAll('<other>', OTHER);
  // Of a pair, the one that comes first by name is named first.
  return swapped.replace(
    /^(\S+) and (\S+) are /,
    (_, one: string, other: string) => `${[one, other].sort().join(' and ')} are `,
  );
}
