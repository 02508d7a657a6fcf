import type { AccountView } from '../../../model/account-view';
import { text } from '../../../model/attribute-values';
import type { ResourceRecord } from '../../../model/resource-record';
import type { ObjectValue } from '../../../model/value';

/** A container as its task definition has it, as far as the sandbox reads it. */
export interface ContainerDefinition {
  readonly name?: unknown;
  readonly image?: unknown;
  readonly portMappings?: readonly { readonly containerPort?: unknown }[];
  readonly environment?: readonly { readonly name?: unknown; readonly value?: unknown }[];
  readonly secrets?: readonly { readonly name?: unknown; readonly valueFrom?: unknown }[];
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopTimeout?: unknown;
  readonly logConfiguration?: { readonly logDriver?: unknown };
}

/** @returns undefined for what is no list of JSON */
export function containersOf(attributes: ObjectValue): readonly ContainerDefinition[] | undefined {
  try {
    const containers: unknown = JSON.parse(text(attributes['container_definitions']));
    return Array.isArray(containers) ? (containers as ContainerDefinition[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Finds by ARN, `family:revision`, or a family, which means its newest revision. */
export function taskDefinitionOf(account: AccountView, region: string, named: string): ResourceRecord | undefined {
  const revisions = account.list('aws_ecs_task_definition', region);
  return (
    revisions.find(({ arn, id }) => named === arn || named === id) ??
    revisions
      .filter(({ attributes: { family } }) => family === named)
      .sort((left, right) => Number(right.attributes['revision']) - Number(left.attributes['revision']))[0]
  );
}
