import type { SentMessage } from '@dr/aws-sandbox';
import { type LiveResult, TIERS } from '@dr/recovery-world';
import type { Attempt } from '../drill/timeline';

/** Result of a scenario that was played against what is deployed, and the title of its row in the matrix. */
export interface ScenarioResult extends Omit<LiveResult, 'suite'> {
  readonly row: string;
}

/** A notice or an alarm, with its time since the first event. */
export type Told = LiveResult['told'][number];

/**
 * Longest time without a success, from the end of one to the end of the next.
 *
 * @param untilMs end of the watch. @param servedMs a success may be as old as this for a client to be served
 * @returns ms, and whether the client is served at the end
 */
export function longestUnserved(
  attempts: readonly Attempt[],
  { fromMs, servedMs, untilMs }: { readonly fromMs: number; readonly untilMs: number; readonly servedMs: number },
): { readonly ms: number; readonly isServed: boolean } {
  const successes = attempts
    .filter(({ endedAtMs, region }) => region !== null && endedAtMs >= fromMs && endedAtMs <= untilMs)
    .map(({ endedAtMs }) => endedAtMs);
  const marks = [fromMs, ...successes];
  const gaps = successes.map((atMs, index) => atMs - (marks[index] ?? fromMs));
  const openMs = untilMs - (marks.at(-1) ?? fromMs);
  const isServed = openMs <= servedMs;
  return { ms: Math.max(0, ...gaps, isServed ? 0 : openMs), isServed };
}

/** Messages to people: notices by their subject, alarms that were raised by their name. Times: ms since 1970. */
export function toldBy(messages: readonly SentMessage[], beganAtMs: number, prefix: string): readonly Told[] {
  return messages.flatMap(({ message, publishedAt, subject }) => {
    const afterSeconds = (Date.parse(publishedAt) - beganAtMs) / 1_000;
    const alarm = parseAlarm(message);
    const isRaised = alarm === undefined || alarm.NewStateValue === 'ALARM';
    if (afterSeconds < 0 || !isRaised) return [];
    const text = alarm === undefined ? subject : `alarm \`${alarm.AlarmName.replace(`${prefix}-`, '')}\``;
    return [{ text, afterSeconds }];
  });
}

function parseAlarm(message: string): { readonly AlarmName: string; readonly NewStateValue: string } | undefined {
  try {
    const parsed = JSON.parse(message) as { AlarmName?: string; NewStateValue?: string };
    return parsed.AlarmName === undefined
      ? undefined
      : { AlarmName: parsed.AlarmName, NewStateValue: String(parsed.NewStateValue) };
  } catch {
    return undefined;
  }
}

/** Describes a result for a person. */
export function formatResult(result: ScenarioResult): string {
  const { acknowledged, commands, holder, lost, row, step, told, twoWritersMs, unservedSeconds, verdict } = result;
  const typed = commands.length === 0 ? '' : `: ${commands.join(', ')}`;
  const rows: readonly (readonly [string, string])[] = [
    ['verdict', `${verdict}${typed}`],
    ...TIERS.map((tier) => [tier, describeUnserved(unservedSeconds[tier])] as const),
    ['ends in', step === 'serving' ? holder : `${holder}, ${step}`],
    [
      'lost',
      lost === null ? 'not known: no region could be asked' : `${lost} of ${acknowledged} acknowledged SQL writes`,
    ],
    ['two writers', `${(twoWritersMs / 1_000).toFixed(1)} s`],
    ['told', told.map(({ afterSeconds, text }) => `${afterSeconds.toFixed(0)} s ${text}`).join('; ') || 'nobody'],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [row, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join('\n');
}

function describeUnserved(seconds: number | null): string {
  return seconds === null ? 'not served at the end' : `served after at most ${seconds.toFixed(1)} s without`;
}
