import { Cron } from 'croner';

const RATE = /^rate\((?:(1) (minute|hour|day)|([2-9]|[1-9]\d+) (minute|hour|day)s)\)$/;
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Times of a schedule, all in ms since 1970. */
export interface Schedule {
  /** The first time of a schedule that is new at a moment: a rate runs at once. Infinity: never. */
  firstFromMs(nowMs: number): number;
  /** The time after a run. Infinity: never again. */
  nextAfterMs(runMs: number): number;
}

/**
 * Reads a schedule of EventBridge or AWS Backup: `rate(5 minutes)`, or `cron(…)` of six fields, in UTC: minutes, hours,
 * day of month, month, day of week from 1 for Sunday, year; one of both days is `?` [EventBridge user guide, cron
 * expressions].
 *
 * @returns undefined for what AWS refuses
 */
export function parseSchedule(expression: string): Schedule | undefined {
  const [, one, unit, several, units] = RATE.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit ?? units ?? ''];
  if (unitMs !== undefined) {
    const periodMs = Number(one ?? several) * unitMs;
    return { firstFromMs: (nowMs) => nowMs, nextAfterMs: (runMs) => runMs + periodMs };
  }
  const cron = parseCron(/^cron\((.+)\)$/.exec(expression)?.[1] ?? '');
  if (cron === undefined) return undefined;
  const nextAfterMs = (runMs: number) => cron.nextRun(new Date(runMs))?.getTime() ?? Infinity;
  return { firstFromMs: nextAfterMs, nextAfterMs };
}

/** croner reads more than AWS does, and its fields but for `?`, `L` as a day of the week and the seconds before them. */
function parseCron(text: string): Cron | undefined {
  const fields = text.split(' ');
  const [minutes = '', hours = '', day = '', month = '', weekday = '', year = ''] = fields;
  const given = fields.filter((field) => field !== '?');
  const wellFormed =
    fields.length === 6 &&
    given.length === 5 &&
    (day === '?' || weekday === '?') &&
    given.every((field) => /^(?![/])[\w*,/#-]+$/.test(field) && !field.includes(',/')) &&
    !/[089]/.test(weekday) &&
    [...year.matchAll(/(?<![/\d])\d+/g)].every(([number]) => Number(number) >= 1970 && Number(number) <= 2199);
  if (!wellFormed) return undefined;
  const pattern = ['0', minutes, hours, day === '?' ? '*' : day, month, WEEKDAYS[weekday] ?? weekday, year].join(' ');
  try {
    return new Cron(pattern, { mode: '7-part', alternativeWeekdays: true, sloppyRanges: true, timezone: 'Etc/UTC' });
  } catch {
    return undefined;
  }
}

/** The week's last day is Saturday [EventBridge user guide, cron expressions]. */
const WEEKDAYS: Readonly<Record<string, string>> = { '?': '*', L: '7' };
