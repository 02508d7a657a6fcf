import { type Destination, optionsOf } from '../accounts/destination';

/** Words of AWS's refusal for want of a permission, and why [IAM user guide, troubleshoot access denied error messages]. */
const DENIED =
  /User: (\S+) is not authorized to perform: ([\w-]+:\w+)(?: on resource: "?([^\s"]+)"?)?(?: because (no [\w -]+?) allows the| with an explicit deny in (an? (?:[\w-]+ )*?(?:policy|boundary)))?/g;

/** A refusal that says no more than which call it is of, as S3 refuses HeadObject [aws-sdk-go-v2, operation errors]. */
const REFUSED = /operation error ([\w ]+): (\w+), https response error StatusCode: 403/g;

/** IAM says so of a boundary that nobody made [IAM API reference, NoSuchEntity]. */
const NO_BOUNDARY = /(arn:aws:iam::\d+:policy\/\S+-service-boundary) does not exist or is not attachable/;

const GO_ON = 'What was made before it is in the state. Run this again then: it goes on from there.';

/**
 * Names the permissions that AWS says are missing: action, resource, who lacks it and where that is granted. Empty where
 * none is.
 *
 * @param errors as Terraform gives them
 */
export function describeDenied(state: string, errors: readonly string[], destination: Destination): readonly string[] {
  const text = errors.join('\n');
  const denials = [...text.matchAll(DENIED)].map(([, arn = '', action = '', resource, missing, denying]) => {
    const who = principalOf(arn);
    const on = resource === undefined ? '' : ` on ${resource}`;
    const why = missing === undefined ? denying && `: ${denying} denies it` : `: ${missing} allows it`;
    return { who, line: `${state}: ${who.text} lacks ${action}${on}, expected to be allowed${why ?? ''}.` };
  });
  const refusals =
    denials.length > 0
      ? []
      : [...text.matchAll(REFUSED)].map(
          ([, service, operation]) =>
            `${state}: AWS refuses ${service} ${operation} with 403 and names no permission, expected the role of this run to have it.`,
        );
  const lines = [...new Set([...denials.map(({ line }) => line), ...refusals])];
  if (lines.length === 0) return [];
  const grants = new Set(denials.map(({ who }) => grantOf(who, destination)));
  return [...lines, ...grants, `${GO_ON} See docs/runbooks/deploying.md.`];
}

/** Says what to do first in an account that was bootstrapped before roles had a boundary. Empty where it has the policy. */
export function describeNoBoundary(
  state: string,
  errors: readonly string[],
  destination: Destination,
): readonly string[] {
  const [, boundary] = NO_BOUNDARY.exec(errors.join('\n')) ?? [];
  if (boundary === undefined) return [];
  return [
    `${state}: ${boundary} is not in the account, expected the boundary that limits the roles of services: the bootstrap makes it. As an administrator: ${bootstrapCommand(destination)}. ${GO_ON}`,
  ];
}

interface Principal {
  /** `role dr-prod-deploy-data of account 222222222222` */
  readonly text: string;
  readonly name: string;
  readonly accountId: string;
}

/** Of `arn:aws:sts::<account>:assumed-role/<role>/<session>`, or of a user's or a role's own ARN. */
function principalOf(arn: string): Principal {
  const [, , , , accountId = '', path = ''] = arn.split(':');
  const [kind, ...names] = path.split('/');
  const isSession = kind === 'assumed-role';
  const name = (isSession ? names[0] : names.at(-1)) ?? path;
  return { text: `${isSession ? 'role' : kind} ${name} of account ${accountId}`, name, accountId };
}

/** Where a principal's permissions come from: those of the roles of the pipeline are made of what is synthesized. */
function grantOf({ name, accountId }: Principal, destination: Destination): string {
  const { environment } = destination;
  const isOfPipeline = name.includes(`-${environment}-deploy-`) || name.endsWith(`-${environment}-plan`);
  return isOfPipeline
    ? `The bootstrap makes ${name} of what its stack deploys. As an administrator: ${bootstrapCommand(destination)}. What it lacks after that is missing in libs/deploy-roles/src/deploy-actions.json, or is another stack's.`
    : `Whoever administers account ${accountId} grants it to ${name}.`;
}

/** Makes in the account of a destination what deploys need. */
export const bootstrapCommand = (destination: Destination) => `npx nx run bootstrap:deploy ${optionsOf(destination)}`;
