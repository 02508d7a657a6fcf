import table from './deploy-actions.json';

/** IAM actions that deploy a resource type, each `service:Action`. */
export interface TypeActions {
  /** Kind of resource that it is to IAM: `ec2:vpc`. Left out for settings of a whole account or region. */
  readonly on?: string;
  /** Service whose linked role its first creation in an account makes. */
  readonly linkedRole?: string;
  readonly create: readonly string[];
  readonly read: readonly string[];
  readonly update: readonly string[];
  readonly delete: readonly string[];
}

/** Facts of an IAM action [Service Authorization Reference]. */
export interface ActionFacts {
  /** Kinds of resources that it is about, as far as the platform has any. */
  readonly on: readonly string[];
  /** Whether a policy can test the tags of the resource that is there. */
  readonly resourceTag?: boolean;
  /** Whether a policy can test the tags that the request sets. */
  readonly requestTag?: boolean;
  /** Whether it changes nothing. */
  readonly reads?: boolean;
}

interface DeployActions {
  readonly source: string;
  /** ARN patterns by kind of resource, with `{account}` and `{prefix}` of names. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, TypeActions>>;
  readonly actions: Readonly<Record<string, ActionFacts>>;
}

/** The committed table of what deploys each resource type that the stacks use. */
export const DEPLOY_ACTIONS: DeployActions = table;

/**
 * Actions that deploy a resource type.
 *
 * @throws for a type that the table does not have
 */
export function actionsOfType(type: string): TypeActions {
  const found = DEPLOY_ACTIONS.types[type];
  if (found === undefined) {
    throw new Error(
      `${type}: no actions are known that deploy it, expected them in libs/deploy-roles/src/deploy-actions.json. Add it to types, and run libs/deploy-roles/scripts/deploy-actions.mjs.`,
    );
  }
  return found;
}

/** Actions of a type, whatever they are for. */
export function allActions({ create, read, update, delete: remove }: TypeActions): readonly string[] {
  return [...create, ...read, ...update, ...remove];
}

export function factsOf(action: string): ActionFacts {
  return DEPLOY_ACTIONS.actions[action] ?? { on: [] };
}
