import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import { randomUuid } from '../../model/random-id';
import type { ResourceRecord } from '../../model/resource-record';
import type { LambdaFunctions } from '../lambda/lambda-functions';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** EventBridge's rules with a rate, run for the functions that they target; rules with `cron(…)` are left alone. */
export class Schedules {
  /** ms since 1970, by the rule's ARN. */
  private readonly nextRun = new Map<string, number>();

  constructor(
    private readonly account: AccountView,
    private readonly functions: Pick<LambdaFunctions, 'invokeLater' | 'find'>,
    private readonly nowMs: () => number,
  ) {}

  /** Runs what is due: a rule that was never run at once. */
  tick(): void {
    for (const rule of this.account.list('aws_cloudwatch_event_rule')) {
      const periodMs = periodOf(rule);
      const dueAtMs = this.nextRun.get(rule.arn ?? '') ?? this.nowMs();
      if (periodMs === undefined || this.nowMs() < dueAtMs) continue;
      this.nextRun.set(rule.arn ?? '', Math.max(dueAtMs + periodMs, this.nowMs()));
      this.run(rule);
    }
  }

  forget(): void {
    this.nextRun.clear();
  }

  private run(rule: ResourceRecord): void {
    const { arn, region, id } = rule;
    const event = {
      version: '0',
      id: randomUuid(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: this.account.accountId,
      time: `${new Date(this.nowMs()).toISOString().slice(0, 19)}Z`,
      region,
      resources: [arn],
      detail: {},
    };
    for (const target of this.account.findBy('aws_cloudwatch_event_target', 'rule', id, region)) {
      const to = this.account.findByArn(text(target.attributes['arn']));
      if (to?.type === 'aws_lambda_function') this.functions.invokeLater(to, event);
    }
  }
}

/** Undefined for a rule that is off, or has no rate. */
function periodOf({ attributes }: ResourceRecord): number | undefined {
  if (text(attributes['state']).startsWith('DISABLED')) return undefined;
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text(attributes['schedule_expression'])) ?? [];
  return count === undefined || unit === undefined ? undefined : Number(count) * (UNIT_MS[unit] ?? 0);
}
