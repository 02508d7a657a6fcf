import type { Account } from '../../account/account';
import { isObject, text, texts } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import type { Topics } from '../sns/topics';
import { alarmNotice } from './alarm-notice';
import type { AlarmState, StateValue } from './alarm-state';

/** Terraform's type of an alarm on one metric, or on an expression of several. */
export const ALARM = 'aws_cloudwatch_metric_alarm';

/** As AWS makes an alarm [CloudWatch API Reference, PutMetricAlarm]. */
const INITIAL: AlarmState = {
  value: 'INSUFFICIENT_DATA',
  reason: 'Unchecked: Initial alarm creation',
  reasonData: '',
  changedAtMs: undefined,
};

const ACTIONS_OF: Readonly<Record<StateValue, string>> = {
  OK: 'ok_actions',
  ALARM: 'alarm_actions',
  INSUFFICIENT_DATA: 'insufficient_data_actions',
};

export interface AlarmsOptions {
  readonly account: Account;
  readonly topics: Pick<Topics, 'publish'>;
  readonly nowMs: () => number;
}

/** States of alarms that Terraform made. They are kept with the alarm; a change notifies the alarm's topics. */
export class Alarms {
  constructor(private readonly options: AlarmsOptions) {}

  find(region: string, name: string): ResourceRecord | undefined {
    return this.options.account.find(ALARM, region, name);
  }

  list(region?: string): readonly ResourceRecord[] {
    return this.options.account.list(ALARM, region);
  }

  stateOf({ internal }: ResourceRecord): AlarmState {
    const kept = internal?.['state'];
    if (!isObject(kept)) return INITIAL;
    return {
      value: text(kept['value']) as StateValue,
      reason: text(kept['reason']),
      reasonData: text(kept['reason_data']),
      changedAtMs: Date.parse(text(kept['changed_at'])),
    };
  }

  /**
   * Puts an alarm into a state. Its actions for that state are performed when it was in another one, and actions are
   * enabled. Only actions that are topics are performed.
   */
  put(alarm: ResourceRecord, value: StateValue, reason: string, reasonData = ''): void {
    const { account, nowMs, topics } = this.options;
    const previous = this.stateOf(alarm);
    const isChange = previous.value !== value;
    const changedAtMs = isChange ? nowMs() : (previous.changedAtMs ?? nowMs());
    const next: AlarmState = { value, reason, reasonData, changedAtMs };
    const state: ObjectValue = {
      value,
      reason,
      reason_data: reasonData,
      changed_at: new Date(changedAtMs).toISOString(),
    };
    account.commit([{ put: { ...alarm, internal: { ...alarm.internal, state } } }]);
    if (!isChange || alarm.attributes['actions_enabled'] === false) return;
    for (const action of new Set(texts(alarm.attributes[ACTIONS_OF[value]]))) {
      const topic = account.findByArn(action);
      if (topic?.type === 'aws_sns_topic') topics.publish(topic, alarmNotice(account.accountId, alarm, previous, next));
    }
  }
}
