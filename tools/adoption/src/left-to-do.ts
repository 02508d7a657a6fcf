import { planRoleName } from '@dr/deploy-roles';
import type { Environment } from '@dr/environments';

/** An adopted workspace, as far as a person goes on from it. */
export interface AdoptedWorkspace {
  /** Settings by file. */
  readonly environments: Readonly<Record<string, Environment>>;
  /** Organization of GitHub that the repository is of. */
  readonly organization: string;
  /** All teams that own anything. */
  readonly teams: readonly string[];
}

/** Steps that a person still has to do, in their order. */
export function leftToDo({ environments, organization, teams }: AdoptedWorkspace): readonly string[] {
  const settings = Object.entries(environments);
  const examples = settings.flatMap(([file, environment]) =>
    examplesIn(environment).map((example) => `${file}: ${example} is an example. Write your own.`),
  );
  if (organization === 'example') examples.push('package.json: repository is an example. Write your own.');
  const files = settings.map(([file]) => file).join(' and ');
  const variables = settings.map(([, environment]) => {
    const { name, accountId } = environment;
    const role = planRoleName({ ...environment, environment: name });
    return `${name}_PLAN_ROLE=arn:aws:iam::${accountId}:role/${role}`;
  });
  const regions = [...new Set(settings.map(([, environment]) => environment.regions.primary.name))];
  return [
    ...examples,
    `Read through the rest of ${files}: address blocks, sizes, cost centres, retentions.`,
    'Empty the list of tools/platform-e2e/src/upgrade-allowed-changes.json, commit, and tag the commit v1.0.0: the suite upgrade upgrades from there.',
    `Make the teams in the organization ${organization}: ${teams.join(', ')}.`,
    ...settings.map(([, { name }]) => `npx nx run bootstrap:deploy -c ${name}, as an administrator of its account.`),
    `In the repository's settings, make the environments ${settings.map(([, { name }]) => name).join(' and ')}, and the variables AWS_REGION=${regions[0]}, ${variables.join(', ')}.`,
  ];
}

/** Texts that nobody can own: a domain that is reserved for examples, an account of one digit. */
function examplesIn({ accountId, domainName, notifications }: Environment): readonly string[] {
  return [
    ...(/^(\d)\1{11}$/.test(accountId) ? [`accountId ${accountId}`] : []),
    ...[domainName, ...notifications.emails].filter((text) => /(^|[.@])example\.(com|net|org)$/.test(text)),
  ];
}
