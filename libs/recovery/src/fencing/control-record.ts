import { InvalidControlRecordError, type ValueProblem } from '../errors';
import type { Heartbeat } from '../failure-detection/heartbeat';

/** Where the platform stands. `STEP_GUIDE` says of each what it means, and what a person can do. */
export const STEPS = [
  'serving',
  'draining',
  'guarding',
  'awaiting-copy',
  'awaiting-approval',
  'promoting',
  'promotion-stuck',
  'proving',
  'write-unproven',
  'detaching',
  'evacuation-checking',
  'evacuation-draining',
  'evacuation-switching',
  'switchover-stuck',
  'evacuation-proving',
  'evacuation-unproven',
  'ledger-lost',
] as const;

export type Step = (typeof STEPS)[number];

/** A person's word that the promotion of one epoch may lose data. */
export interface Approval {
  /** The only epoch that it is good for. */
  readonly epoch: number;
  /** Person who approved, as the audit trail should show it. */
  readonly by: string;
  /** Wall clock of the command, ms since 1970. */
  readonly approvedAtMs: number;
  /** Wall clock, ms since 1970. */
  readonly expiresAtMs: number;
}

const LOSSLESS_MOVES = ['hand-back', 'evacuation'] as const;

/** A failure of the holder for which nobody takes its epoch, as the other region sees it. */
export interface EntryFailure {
  /** Wall clock of the process that saw it first, ms since 1970. */
  readonly sinceMs: number;
  /** Whether people were notified of it. */
  readonly announced: boolean;
}

/** SQL writes that the holder's database does not take, as the holder's own controller sees it. */
export interface WriteFailure extends EntryFailure {
  /** Wall clock of the process that last saw it go on, ms since 1970. */
  readonly confirmedAtMs: number;
}

/** A move that a controller made by itself, and that lost nothing. */
export interface LosslessMove {
  readonly kind: (typeof LOSSLESS_MOVES)[number];
  /** Wall clock of the process that began it, ms since 1970. */
  readonly atMs: number;
}

const REPLICATIONS = ['whole', 'detaching', 'detached'] as const;

/**
 * Whether the databases of both regions replicate: `detaching` from the order to take one out of the global database until
 * SQL is next opened, `detached` from then on, while the holder's database alone has what is written.
 */
export type Replication = (typeof REPLICATIONS)[number];

/** The proved write with which SQL was opened: a database that lacks it has another past. */
export interface Opening {
  /** Region in whose database it was written. */
  readonly region: string;
  /** Version of the ledger that it was written for. */
  readonly version: number;
}

/** A lag measurement as a duration, so that it can be stored without comparing clocks. */
export interface LagEvidence {
  /** Replication lag, ms. */
  readonly lagMs: number;
  /** How old the measurement was when the epoch was taken, ms. */
  readonly ageMs: number;
}

/**
 * The one item of the strongly consistent table that fencing and the ledger live in. One item, because such a table has
 * no transactions: what must change together is written together. Every write is conditional on `version`.
 */
export interface ControlRecord {
  readonly schema: 1;
  /** One more with every write, from 1. */
  readonly version: number;
  /** Fencing token, from 1: one more each time that the right to write is taken or handed over. */
  readonly epoch: number;
  /** The only region that may accept SQL writes. */
  readonly holder: string;
  /** Whether the holder may accept SQL writes. */
  readonly sqlWrites: 'open' | 'closed';
  /** Version with which writes were last closed, or a wait for what is in flight was begun anew; 0 when never. */
  readonly closedAtVersion: number;
  readonly step: Step;
  /** Whether a person was notified of the step. */
  readonly announced: boolean;
  /** Epoch of the last intent to promote, 0 when there was none. */
  readonly promotionEpoch: number;
  readonly approval: Approval | null;
  /** Origin of the move under way, or of the last one. What a person began, no controller undoes. */
  readonly begunBy: 'controller' | 'person';
  /** Whether a promotion or a switchover was intended since SQL was last open: the database may have moved, or may yet. */
  readonly isMoveIntended: boolean;
  readonly replication: Replication;
  /**
   * The last one; null where SQL has never been opened since the first deployment, the ledger was lost, or a person
   * restored a database.
   */
  readonly opening: Opening | null;
  /** The newest of the moves that are limited in number, oldest first. */
  readonly losslessMoves: readonly LosslessMove[];
  /** Of the holder, while it serves: of its entry, of the way to it, or with the other region unhealthy; null while none is seen. */
  readonly entryFailure: EntryFailure | null;
  /** Of the holder, while it serves; null while its database takes writes, or nobody knows. */
  readonly writeFailure: WriteFailure | null;
  /** Wall clock at which the other region was last found unhealthy while the holder served, ms since 1970; null when it never was. */
  readonly otherUnhealthyAtMs: number | null;
  /** Why the move began or stopped, in a sentence. */
  readonly cause: string;
  /** The newest lag known when the epoch was taken; null when none was. */
  readonly lagAtTake: LagEvidence | null;
  /** Wall clock of the writer of the step, ms since 1970. Times out steps; gates no safety. */
  readonly enteredAtMs: number;
  /** Wall clock of the last move of the database's writer, ms since 1970; null when it never moved. */
  readonly writerMovedAtMs: number | null;
}

/** The record of a platform that has never failed over: what an absent item stands for, before the first heartbeat. */
export function initialControlRecord(primary: string, wallClockMs: number): ControlRecord {
  return {
    schema: 1,
    version: 1,
    epoch: 1,
    holder: primary,
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
    enteredAtMs: wallClockMs,
    writerMovedAtMs: null,
  };
}

/** Whether there is an item of a record: one that is not there yet, or is lost, stands for none that anybody has written. */
export function isStored({
  announced,
  enteredAtMs,
  step,
}: Pick<ControlRecord, 'announced' | 'enteredAtMs' | 'step'>): boolean {
  return enteredAtMs > 0 && (step !== 'ledger-lost' || announced);
}

/** Epochs and versions that may have been taken since the last heartbeat, and many more. */
const UNKNOWN_EPOCHS = 10;
const UNKNOWN_VERSIONS = 1_000;

/**
 * The record that an item stands for which is gone, while a heartbeat says that it was there. SQL is closed: where the
 * writer is, and what was under way, a person has to find out.
 *
 * @param newest newest heartbeat of either region, and the region that left it
 */
export function lostControlRecord(
  holder: string,
  { atMs, epoch, version }: Pick<Heartbeat, 'atMs' | 'epoch' | 'version'>,
): ControlRecord {
  return {
    ...initialControlRecord(holder, atMs),
    version: version + UNKNOWN_VERSIONS,
    epoch: epoch + UNKNOWN_EPOCHS,
    sqlWrites: 'closed',
    closedAtVersion: version + UNKNOWN_VERSIONS,
    step: 'ledger-lost',
    announced: false,
    promotionEpoch: epoch + UNKNOWN_EPOCHS,
    isMoveIntended: true,
    // Whether it was detached, Aurora has to say.
    replication: 'detaching',
    cause: `the ledger is gone; ${holder} held epoch ${epoch} by its last heartbeat`,
    writerMovedAtMs: atMs,
  };
}

/**
 * The record that a stored item holds.
 *
 * @param path where the item is, such as `table dr-prod-control, item control`; every message begins with it
 * @param regions the two serving regions; the holder must be one of them
 * @throws InvalidControlRecordError with all problems
 */
export function parseControlRecord(path: string, item: unknown, regions: readonly string[]): ControlRecord {
  const found = migrated(typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {});
  const problems: ValueProblem[] = [];
  const expect = (holds: boolean, parameter: string, got: unknown, expected: string) => {
    if (!holds) problems.push({ parameter, got, expected });
  };
  const expectWhole = (parameter: string, from: number) =>
    expect(isWhole(found[parameter], from), parameter, found[parameter], `a whole number from ${from}`);
  const regionList = `one of ${regions.join(', ')}`;

  expect(found['schema'] === 1, 'schema', found['schema'], '1');
  expectWhole('version', 1);
  expectWhole('epoch', 1);
  expectWhole('closedAtVersion', 0);
  expectWhole('promotionEpoch', 0);
  expectWhole('enteredAtMs', 0);
  expect(isOneOf(found['holder'], regions), 'holder', found['holder'], regionList);
  expect(isOneOf(found['sqlWrites'], ['open', 'closed']), 'sqlWrites', found['sqlWrites'], 'open or closed');
  expect(isOneOf(found['step'], STEPS), 'step', found['step'], `one of ${STEPS.join(', ')}`);
  expect(typeof found['announced'] === 'boolean', 'announced', found['announced'], 'true or false');
  expect(typeof found['cause'] === 'string', 'cause', found['cause'], 'a text');
  expect(isOneOf(found['begunBy'], ['controller', 'person']), 'begunBy', found['begunBy'], 'controller or person');
  expect(typeof found['isMoveIntended'] === 'boolean', 'isMoveIntended', found['isMoveIntended'], 'true or false');
  expect(
    isOneOf(found['replication'], REPLICATIONS),
    'replication',
    found['replication'],
    `one of ${REPLICATIONS.join(', ')}`,
  );
  expect(isOpening(found['opening']), 'opening', found['opening'], 'null or a region and a version');
  expect(isMoves(found['losslessMoves']), 'losslessMoves', found['losslessMoves'], 'a list of kinds with their times');
  expect(
    isFailure(found['entryFailure'], ['sinceMs']),
    'entryFailure',
    found['entryFailure'],
    'null or a time and whether it was told',
  );
  expect(
    isFailure(found['writeFailure'], ['sinceMs', 'confirmedAtMs']),
    'writeFailure',
    found['writeFailure'],
    'null or two times and whether it was told',
  );
  const unhealthy = found['otherUnhealthyAtMs'];
  expect(unhealthy === null || isWhole(unhealthy, 0), 'otherUnhealthyAtMs', unhealthy, 'null or a whole number from 0');
  const moved = found['writerMovedAtMs'];
  expect(moved === null || isWhole(moved, 0), 'writerMovedAtMs', moved, 'null or a whole number from 0');
  expect(isApproval(found['approval']), 'approval', found['approval'], 'null or an epoch, a name and two times');
  expect(isLagEvidence(found['lagAtTake']), 'lagAtTake', found['lagAtTake'], 'null or a lag and an age in ms');
  if (problems.length > 0) throw new InvalidControlRecordError(path, problems);
  return found as unknown as ControlRecord;
}

/**
 * A stored item as this release writes it. Earlier ones named the region that DNS must not answer, which follows from the
 * holder, and had a step of its own for its end, in which the preferred region held and wrote already. Of a move that
 * they began nobody knows who began it, nor whether the database is meant to move: none is handed back.
 */
function migrated({ latchedRegion: _, ...item }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const known = {
    begunBy: 'person',
    isMoveIntended: item['sqlWrites'] === 'closed',
    replication: 'whole',
    opening: null,
    losslessMoves: [],
    entryFailure: null,
    writeFailure: null,
    otherUnhealthyAtMs: null,
    ...item,
  };
  const step = item['step'] === 'failback-releasing' ? 'serving' : item['step'];
  return { ...known, step: typeof step === 'string' ? step.replace(/^failback-/, 'evacuation-') : step };
}

/**
 * The name that a step is stored by. A failback was the only evacuation of earlier releases, and services that were built
 * with their fence refuse SQL in a step that they do not know.
 */
export function storedStep(step: Step): string {
  return step.replace(/^evacuation-/, 'failback-');
}

function isWhole(value: unknown, from: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= from;
}

function isOneOf(value: unknown, values: readonly string[]): boolean {
  return typeof value === 'string' && values.includes(value);
}

function isApproval(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const { epoch, by, approvedAtMs, expiresAtMs } = value as Partial<Record<keyof Approval, unknown>>;
  return isWhole(epoch, 1) && typeof by === 'string' && isWhole(approvedAtMs, 0) && isWhole(expiresAtMs, 0);
}

function isOpening(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const { region, version } = value as Partial<Record<keyof Opening, unknown>>;
  return typeof region === 'string' && isWhole(version, 1);
}

function isMoves(value: unknown): boolean {
  const isMove = ({ atMs, kind }: Partial<Record<keyof LosslessMove, unknown>>) =>
    isOneOf(kind, LOSSLESS_MOVES) && isWhole(atMs, 0);
  return (
    Array.isArray(value) && value.every((move) => typeof move === 'object' && move !== null && isMove(move as object))
  );
}

function isFailure(value: unknown, times: readonly (keyof WriteFailure)[]): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const failure = value as Partial<Record<keyof WriteFailure, unknown>>;
  return times.every((time) => isWhole(failure[time], 0)) && typeof failure.announced === 'boolean';
}

function isLagEvidence(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const { lagMs, ageMs } = value as Partial<Record<keyof LagEvidence, unknown>>;
  return [lagMs, ageMs].every((number) => typeof number === 'number' && Number.isFinite(number) && number >= 0);
}
