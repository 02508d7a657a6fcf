import { InvalidControlRecordError } from '../errors';
import { initialControlRecord, parseControlRecord, STEPS, storedStep } from './control-record';

const PATH = 'table dr-prod-control, item control';
const REGIONS = ['us-east-1', 'us-west-2'];
const ADVICE = 'Restore the item from point-in-time recovery; nothing was decided on it.';

const STORED = {
  schema: 1,
  version: 12,
  epoch: 2,
  holder: 'us-west-2',
  sqlWrites: 'closed',
  closedAtVersion: 8,
  step: 'awaiting-approval',
  announced: true,
  promotionEpoch: 0,
  approval: { epoch: 2, by: 'ada', approvedAtMs: 1_780_315_200_000, expiresAtMs: 1_780_317_000_000 },
  begunBy: 'controller',
  isMoveIntended: false,
  replication: 'whole',
  opening: null,
  losslessMoves: [{ kind: 'hand-back', atMs: 1_780_315_000_000 }],
  entryFailure: null,
  writeFailure: null,
  otherUnhealthyAtMs: null,
  cause: 'replication lag is unknown',
  lagAtTake: { lagMs: 812.5, ageMs: 3_000 },
  enteredAtMs: 1_780_315_200_000,
  writerMovedAtMs: 1_780_311_600_000,
};

function problemsOf(item: unknown): string[] {
  try {
    parseControlRecord(PATH, item, REGIONS);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

describe('initialControlRecord', () => {
  it('lets the primary write in epoch 1, with nothing to tell', () => {
    expect(initialControlRecord('us-east-1', 1_780_315_200_000)).toEqual({
      schema: 1,
      version: 1,
      epoch: 1,
      holder: 'us-east-1',
      sqlWrites: 'open',
      closedAtVersion: 0,
      step: 'serving',
      announced: true,
      promotionEpoch: 0,
      approval: null,
      begunBy: 'person',
      isMoveIntended: false,
      replication: 'whole',
      opening: null,
      losslessMoves: [],
      entryFailure: null,
      writeFailure: null,
      otherUnhealthyAtMs: null,
      cause: 'first deployment',
      lagAtTake: null,
      enteredAtMs: 1_780_315_200_000,
      writerMovedAtMs: null,
    });
  });

  it('can be parsed', () => {
    expect(problemsOf(initialControlRecord('us-east-1', 1_780_315_200_000))).toEqual([]);
  });
});

describe('parseControlRecord', () => {
  it('gives the stored record', () => {
    expect(parseControlRecord(PATH, STORED, REGIONS)).toEqual(STORED);
  });

  it('reads an item of a release that named the region which DNS must not answer', () => {
    expect(parseControlRecord(PATH, { ...STORED, latchedRegion: 'us-east-1' }, REGIONS)).toEqual(STORED);
    expect(
      parseControlRecord(PATH, { ...STORED, step: 'failback-releasing', latchedRegion: 'us-east-1' }, REGIONS),
    ).toEqual({ ...STORED, step: 'serving' });
  });

  it.each([
    ['closed', true],
    ['open', false],
  ])(
    'of an earlier release with SQL %s says that a person began its move, and whether the database may move',
    (sqlWrites, isMoveIntended) => {
      const {
        begunBy: _,
        isMoveIntended: __,
        losslessMoves: ___,
        entryFailure: ____,
        writeFailure: _____,
        otherUnhealthyAtMs: ______,
        ...earlier
      } = { ...STORED, sqlWrites };

      expect(parseControlRecord(PATH, earlier, REGIONS)).toEqual({
        ...earlier,
        begunBy: 'person',
        isMoveIntended,
        losslessMoves: [],
        entryFailure: null,
        writeFailure: null,
        otherUnhealthyAtMs: null,
      });
    },
  );

  it.each([
    ['begunBy', 'nobody', 'controller or person'],
    ['isMoveIntended', 1, 'true or false'],
    ['losslessMoves', [{ kind: 'promotion', atMs: 1 }], 'a list of kinds with their times'],
    ['losslessMoves', [{ kind: 'hand-back', atMs: -1 }], 'a list of kinds with their times'],
    ['losslessMoves', null, 'a list of kinds with their times'],
    ['entryFailure', { sinceMs: -1, announced: true }, 'null or a time and whether it was told'],
    ['entryFailure', 5, 'null or a time and whether it was told'],
    ['writeFailure', { sinceMs: 1, announced: true }, 'null or two times and whether it was told'],
    ['writeFailure', { sinceMs: 1, confirmedAtMs: 1 }, 'null or two times and whether it was told'],
    ['otherUnhealthyAtMs', -1, 'null or a whole number from 0'],
  ])('refuses %s that is %p', (parameter, got, expected) => {
    expect(problemsOf({ ...STORED, [parameter]: got })).toEqual([
      `${PATH}: ${parameter} is ${JSON.stringify(got)}, expected ${expected}. ${ADVICE}`,
    ]);
  });

  it.each(STEPS)('accepts step %s by the name that it is stored by', (step) => {
    expect(parseControlRecord(PATH, { ...STORED, step: storedStep(step) }, REGIONS).step).toBe(step);
  });

  it.each(['approval', 'lagAtTake', 'writerMovedAtMs'])('accepts no %s', (parameter) => {
    expect(problemsOf({ ...STORED, [parameter]: null })).toEqual([]);
  });

  it.each([
    ['version', 1],
    ['epoch', 1],
    ['closedAtVersion', 0],
    ['promotionEpoch', 0],
    ['enteredAtMs', 0],
  ])('accepts whole numbers as %s from %s', (parameter, from) => {
    expect(problemsOf({ ...STORED, [parameter]: from })).toEqual([]);
    expect(problemsOf({ ...STORED, [parameter]: from - 1 })).toEqual([
      `${PATH}: ${parameter} is ${from - 1}, expected a whole number from ${from}. ${ADVICE}`,
    ]);
    expect(problemsOf({ ...STORED, [parameter]: 2.5 })).toEqual([
      `${PATH}: ${parameter} is 2.5, expected a whole number from ${from}. ${ADVICE}`,
    ]);
    expect(problemsOf({ ...STORED, [parameter]: '3' })).toEqual([
      `${PATH}: ${parameter} is "3", expected a whole number from ${from}. ${ADVICE}`,
    ]);
  });

  it('refuses a version that is too large to be one more than another', () => {
    expect(problemsOf({ ...STORED, version: 9_007_199_254_740_992 })).toEqual([
      `${PATH}: version is 9007199254740992, expected a whole number from 1. ${ADVICE}`,
    ]);
  });

  it.each<[string, unknown, string]>([
    ['schema', 2, 'schema is 2, expected 1.'],
    ['schema', '1', 'schema is "1", expected 1.'],
    ['holder', 'eu-west-1', 'holder is "eu-west-1", expected one of us-east-1, us-west-2.'],
    ['holder', null, 'holder is null, expected one of us-east-1, us-west-2.'],
    ['sqlWrites', 'shut', 'sqlWrites is "shut", expected open or closed.'],
    ['announced', 'yes', 'announced is "yes", expected true or false.'],
    ['cause', 7, 'cause is 7, expected a text.'],
    ['writerMovedAtMs', -1, 'writerMovedAtMs is -1, expected null or a whole number from 0.'],
    ['writerMovedAtMs', undefined, 'writerMovedAtMs is missing, expected null or a whole number from 0.'],
    ['approval', 'ada', 'approval is "ada", expected null or an epoch, a name and two times.'],
    ['approval', undefined, 'approval is missing, expected null or an epoch, a name and two times.'],
    ['replication', 'half', 'replication is "half", expected one of whole, detaching, detached.'],
    ['opening', { region: 'us-east-1' }, 'opening is {"region":"us-east-1"}, expected null or a region and a version.'],
    ['lagAtTake', 800, 'lagAtTake is 800, expected null or a lag and an age in ms.'],
    ['lagAtTake', undefined, 'lagAtTake is missing, expected null or a lag and an age in ms.'],
  ])('refuses as %s: %p', (parameter, value, problem) => {
    expect(problemsOf({ ...STORED, [parameter]: value })).toEqual([`${PATH}: ${problem} ${ADVICE}`]);
  });

  it('refuses a step that there is not', () => {
    expect(problemsOf({ ...STORED, step: 'resting' })).toEqual([
      `${PATH}: step is "resting", expected one of serving, draining, guarding, awaiting-copy, awaiting-approval, promoting, ` +
        'promotion-stuck, proving, write-unproven, detaching, evacuation-checking, evacuation-draining, evacuation-switching, ' +
        `switchover-stuck, evacuation-proving, evacuation-unproven, ledger-lost. ${ADVICE}`,
    ]);
  });

  it.each([
    ['epoch', 0],
    ['by', 5],
    ['approvedAtMs', 'noon'],
    ['expiresAtMs', undefined],
  ])('refuses an approval with %s %s', (field, value) => {
    const approval = { ...STORED.approval, [field]: value };

    expect(problemsOf({ ...STORED, approval })).toEqual([
      `${PATH}: approval is ${JSON.stringify(approval)}, expected null or an epoch, a name and two times. ${ADVICE}`,
    ]);
  });

  it.each([
    [{ lagMs: -1, ageMs: 0 }, '{"lagMs":-1,"ageMs":0}'],
    [{ lagMs: 0, ageMs: -1 }, '{"lagMs":0,"ageMs":-1}'],
    [{ lagMs: '5', ageMs: 0 }, '{"lagMs":"5","ageMs":0}'],
    [{ lagMs: 5 }, '{"lagMs":5}'],
  ])('refuses the lag %p', (lagAtTake, shown) => {
    expect(problemsOf({ ...STORED, lagAtTake })).toEqual([
      `${PATH}: lagAtTake is ${shown}, expected null or a lag and an age in ms. ${ADVICE}`,
    ]);
  });

  it('accepts a lag of nothing, measured just now', () => {
    expect(problemsOf({ ...STORED, lagAtTake: { lagMs: 0, ageMs: 0 } })).toEqual([]);
  });

  it.each([undefined, null, 'serving'])('reports everything as missing of %p', (item) => {
    expect(problemsOf(item)).toEqual([
      `${PATH}: schema is missing, expected 1. ${ADVICE}`,
      `${PATH}: version is missing, expected a whole number from 1. ${ADVICE}`,
      `${PATH}: epoch is missing, expected a whole number from 1. ${ADVICE}`,
      `${PATH}: closedAtVersion is missing, expected a whole number from 0. ${ADVICE}`,
      `${PATH}: promotionEpoch is missing, expected a whole number from 0. ${ADVICE}`,
      `${PATH}: enteredAtMs is missing, expected a whole number from 0. ${ADVICE}`,
      `${PATH}: holder is missing, expected one of us-east-1, us-west-2. ${ADVICE}`,
      `${PATH}: sqlWrites is missing, expected open or closed. ${ADVICE}`,
      `${PATH}: step is missing, expected one of serving, draining, guarding, awaiting-copy, awaiting-approval, promoting, ` +
        'promotion-stuck, proving, write-unproven, detaching, evacuation-checking, evacuation-draining, evacuation-switching, ' +
        `switchover-stuck, evacuation-proving, evacuation-unproven, ledger-lost. ${ADVICE}`,
      `${PATH}: announced is missing, expected true or false. ${ADVICE}`,
      `${PATH}: cause is missing, expected a text. ${ADVICE}`,
      `${PATH}: writerMovedAtMs is missing, expected null or a whole number from 0. ${ADVICE}`,
      `${PATH}: approval is missing, expected null or an epoch, a name and two times. ${ADVICE}`,
      `${PATH}: lagAtTake is missing, expected null or a lag and an age in ms. ${ADVICE}`,
    ]);
  });

  it('carries its problems as data', () => {
    const parse = () => parseControlRecord(PATH, { ...STORED, epoch: 0 }, REGIONS);

    expect(parse).toThrow(InvalidControlRecordError);
    expect(parse).toThrow(
      expect.objectContaining({
        name: 'InvalidControlRecordError',
        problems: [{ parameter: 'epoch', got: 0, expected: 'a whole number from 1' }],
      }),
    );
  });
});
