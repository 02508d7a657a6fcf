import { text } from '../../model/attribute-values';
import type { ObjectValue } from '../../model/value';
import type { StateValue } from './alarm-state';

/** A metric in one of an alarm's periods. */
export interface Datapoint {
  /** Begin of the period, ms since 1970. */
  readonly atMs: number;
  /** Undefined where nothing was published. */
  readonly value: number | undefined;
}

type KnownDatapoint = Datapoint & { readonly value: number };

export interface DecidedState {
  readonly value: StateValue;
  readonly reason: string;
}

type Comparison = readonly [holds: (value: number, threshold: number) => boolean, words: string];

/** Those of a fixed threshold; a band that CloudWatch learns is not evaluated. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  GreaterThanThreshold: [(value, threshold) => value > threshold, 'greater than'],
  GreaterThanOrEqualToThreshold: [(value, threshold) => value >= threshold, 'greater than or equal to'],
  LessThanThreshold: [(value, threshold) => value < threshold, 'less than'],
  LessThanOrEqualToThreshold: [(value, threshold) => value <= threshold, 'less than or equal to'],
};

/**
 * The state of an alarm by the metric in its last periods, the oldest first, as many as it evaluates. A period without data
 * counts as `treat_missing_data` says [CloudWatch user guide, how CloudWatch alarms treat missing data]; CloudWatch also
 * looks at a few periods before these where some have none, which is left out.
 *
 * @returns undefined where the alarm stays as it is, or compares in a way that is not known here
 */
export function decideState(attributes: ObjectValue, datapoints: readonly Datapoint[]): DecidedState | undefined {
  const comparison = COMPARISONS[text(attributes['comparison_operator'])];
  const [missingIs, threshold] = [text(attributes['treat_missing_data']), Number(attributes['threshold'])];
  if (comparison === undefined) return undefined;
  const known = datapoints.filter((datapoint): datapoint is KnownDatapoint => datapoint.value !== undefined);
  const missing = datapoints.length - known.length;
  const breaching = known.filter(({ value }) => comparison[0](value, threshold));
  const isEnough = Number(attributes['datapoints_to_alarm'] ?? 0) || undefined;
  const needed = isEnough ?? datapoints.length;

  switch (missingIs) {
    case 'breaching':
    case 'notBreaching': {
      const count = breaching.length + (missingIs === 'breaching' ? missing : 0);
      return inState(count >= needed, comparison, threshold, { known, breaching, missing, missingIs, isEnough });
    }
    case 'ignore':
      // Missing datapoints could still change the result.
      if (breaching.length < needed && breaching.length + missing >= needed) return undefined;
      return inState(breaching.length >= needed, comparison, threshold, {
        known,
        breaching,
        missing: 0,
        missingIs,
        isEnough,
      });
    default: {
      if (known.length === 0) {
        return { value: 'INSUFFICIENT_DATA', reason: `Insufficient Data: ${counted(missing, 'datapoint')} unknown.` };
      }
      const isRaised = breaching.length >= Math.min(needed, known.length);
      return inState(isRaised, comparison, threshold, { known, breaching, missing: 0, missingIs, isEnough });
    }
  }
}

interface Seen {
  readonly known: readonly KnownDatapoint[];
  readonly breaching: readonly KnownDatapoint[];
  /** Periods without data that were counted. */
  readonly missing: number;
  readonly missingIs: string;
  /** Datapoints that are enough, where the alarm says so. */
  readonly isEnough: number | undefined;
}

/** In CloudWatch's words. */
function inState(isRaised: boolean, [, words]: Comparison, threshold: number, seen: Seen): DecidedState {
  const { breaching, isEnough, known, missing, missingIs } = seen;
  const treated = `${counted(missing, 'missing datapoint')} treated as [${missingIs === 'breaching' ? 'Breaching' : 'NonBreaching'}]`;
  const value = isRaised ? 'ALARM' : 'OK';
  if (known.length === 0) {
    const periods = `${missing} ${missing === 1 ? 'period' : 'periods'}`;
    return { value, reason: `Threshold Crossed: no datapoints were received for ${periods} and ${treated}.` };
  }
  if (isRaised && breaching.length === 0) {
    const received = `${counted(known.length, 'datapoint')} received for ${known.length + missing} periods`;
    return { value, reason: `Threshold Crossed: ${received} and ${treated}.` };
  }
  const reported = isRaised ? breaching : known;
  const isCounted = isRaised && isEnough !== undefined;
  const which = isCounted
    ? `${reported.length} out of the last ${known.length + missing} datapoints`
    : `${reported.length} ${reported.length === 1 ? 'datapoint' : 'datapoints'}`;
  const list = reported
    .toReversed()
    .map(({ atMs, value: of }) => `${decimal(of)} (${shortTime(atMs)})`)
    .join(', ');
  const verb = reported.length === 1 ? 'was' : 'were';
  const compared = `${which} [${list}] ${verb} ${isRaised ? '' : 'not '}${words} the threshold (${decimal(threshold)})`;
  const counting = isCounted
    ? ` (minimum ${isEnough} ${isEnough === 1 ? 'datapoint' : 'datapoints'} for OK -> ALARM transition)`
    : '';
  return { value, reason: `Threshold Crossed: ${compared}${missing === 0 ? '' : ` and ${treated}`}${counting}.` };
}

/** `1 datapoint was`, `2 datapoints were` */
function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun} was` : `${count} ${noun}s were`;
}

/** `5000.0`, `0.25` */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `24/11/26 10:01:00`, in UTC */
function shortTime(atMs: number): string {
  const [date = '', time = ''] = new Date(atMs).toISOString().slice(2, 19).split('T');
  return `${date.split('-').reverse().join('/')} ${time}`;
}
