import { type ControlRecord, isStored, type Step } from './control-record';

/** Condition of a write on what is stored: the version that the decision was made on, or nothing at all. */
export type Expectation = { readonly version: number } | 'absent';

/**
 * A write of the control record as data. The caller performs it as one conditional put (`version = :expected`, or
 * that there is no item) and reads the record again whatever the answer was: when the answer was lost, a
 * repetition of the same write is refused, since its version is taken.
 */
export interface ConditionalWrite {
  readonly expected: Expectation;
  readonly next: ControlRecord;
}

/**
 * The write that enters a step. One that opens SQL notes the write that was proved for it. It is not announced to a person yet, unless the changes say so, and nothing is known of an
 * entry, or of writes. Of a region that has just held nobody knows for how long it has been healthy.
 */
export function enterStep(
  record: ControlRecord,
  step: Step,
  wallClockMs: number,
  changes: Partial<Omit<ControlRecord, 'version' | 'step' | 'schema'>> = {},
): ConditionalWrite {
  const isHandedOver = changes.holder !== undefined && changes.holder !== record.holder;
  return {
    expected: expectationOf(record),
    next: {
      ...record,
      announced: false,
      entryFailure: null,
      writeFailure: null,
      otherUnhealthyAtMs: isHandedOver ? wallClockMs : record.otherUnhealthyAtMs,
      enteredAtMs: wallClockMs,
      ...(changes.sqlWrites === 'open' && {
        opening: { region: changes.holder ?? record.holder, version: record.version },
      }),
      ...changes,
      step,
      version: record.version + 1,
    },
  };
}

/** The write that keeps the step and its time of entry. */
export function amendRecord(
  record: ControlRecord,
  changes: Partial<Omit<ControlRecord, 'version' | 'step' | 'schema'>>,
): ConditionalWrite {
  return {
    expected: expectationOf(record),
    next: { ...record, ...changes, version: record.version + 1 },
  };
}

/** A record that stands for an item that is not there yet, or is gone, is written where there still is none. */
function expectationOf(record: ControlRecord): Expectation {
  return isStored(record) ? { version: record.version } : 'absent';
}

/** Whether a write takes effect on what is stored: the meaning of the table's condition. */
export function conditionHolds(stored: ControlRecord | null, expected: Expectation): boolean {
  return expected === 'absent' ? stored === null : stored?.version === expected.version;
}
