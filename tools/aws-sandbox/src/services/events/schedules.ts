import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import { randomUuid } from '../../model/random-id';
import type { ResourceRecord } from '../../model/resource-record';
import { parseSchedule } from '../../model/schedule-expression';
import type { LambdaFunctions } from '../lambda/lambda-functions';

/** EventBridge's rules with a schedule, run for the functions that they target. */
export class Schedules {
  /** ms since 1970, by the rule's ARN and expression. */
  private readonly nextRun = new Map<string, number>();

  constructor(
    private readonly account: AccountView,
    private readonly functions: Pick<LambdaFunctions, 'invokeLater' | 'find'>,
    private readonly nowMs: () => number,
    private readonly isBroken: (region: string) => boolean,
  ) {}

  /** Runs what is due. */
  tick(): void {
    for (const rule of this.account.list('aws_cloudwatch_event_rule')) {
      if (text(rule.attributes['state']).startsWith('DISABLED')) continue;
      const expression = text(rule.attributes['schedule_expression']);
      const schedule = parseSchedule(expression);
      if (schedule === undefined) continue;
      const key = `${rule.arn} ${expression}`;
      const nowMs = this.nowMs();
      const dueAtMs = this.nextRun.get(key) ?? schedule.firstFromMs(nowMs);
      const due = dueAtMs <= nowMs;
      this.nextRun.set(key, due ? Math.max(schedule.nextAfterMs(dueAtMs), schedule.firstFromMs(nowMs)) : dueAtMs);
      if (due && !this.isBroken(rule.region)) this.run(rule);
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
