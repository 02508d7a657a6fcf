import { didYouMean } from '@dr/nearest-name';
import { UserError } from '../errors';

/** The commands, as messages show them. */
const STACK = 'npx nx g @dr/stack-plugin:stack';
const OUTPUT = 'npx nx g @dr/stack-plugin:output';
const ENVIRONMENT = 'npx nx g @dr/stack-plugin:environment';

/** An argument or option of a generator, and what it has to be. */
export interface Refused {
  /** `name`, `--owner` */
  readonly option: string;
  readonly got: string | undefined;
  /** Completes "expected". */
  readonly expected: string;
}

const isButExpected = ({ option, got, expected }: Refused) =>
  `${option} is ${got === undefined || got === '' ? 'missing' : got}, expected ${expected}`;

function refusal(problems: readonly Refused[], type: string): UserError {
  return new UserError(`${problems.map(isButExpected).join('; ')}. Nothing was changed. Type: ${type}`);
}

export function invalidStack(problems: readonly Refused[], name: string, owner: string): UserError {
  return refusal(problems, `${STACK} ${name} --owner=${owner}`);
}

/** @param by what has the name: `the project libs/cidr` */
export function stackNameTaken(name: string, by: string, owner: string): UserError {
  return new UserError(
    `name is ${name}, which is taken by ${by}, expected one of its own. Nothing was changed. Type another: ${STACK} <name> --owner=${owner}`,
  );
}

export function stackOfAnother(file: string, name: string, owner: string, got: string): UserError {
  return new UserError(
    `--owner is ${got}, expected ${owner}, who owns the stack ${name} that is there (${file}). Nothing was changed. Type another name: ${STACK} <name> --owner=${got}`,
  );
}

export function settingsUnknown(stacks: string, name: string, owner: string, scope: string): UserError {
  return new UserError(
    `--settings is missing, expected the module that exports loadEnvironment: no stack of ${stacks} imports it yet. Nothing was changed. Type: ${STACK} ${name} --owner=${owner} --settings=${scope}/<module>`,
  );
}

export function invalidOutput(problems: readonly Refused[], stack: string, output: string): UserError {
  return refusal(problems, `${OUTPUT} ${stack} ${output} --description='<what it is>' --value=<expression>`);
}

export function unknownStack(got: string, known: readonly string[], output: string): UserError {
  return new UserError(
    `stack is ${got}, expected one of ${known.join(', ')}. ${didYouMean(got, known)}Nothing was changed. Type: ${OUTPUT} <stack> ${output} --description='<what it is>'`,
  );
}

export function unknownContract(
  stack: string,
  got: string | undefined,
  known: readonly string[],
  output: string,
): UserError {
  return new UserError(
    `--contract is ${got ?? 'missing'}, expected one of those that ${stack} defines: ${known.join(', ')}. Nothing was changed. Type: ${OUTPUT} ${stack} ${output} --contract=<contract> --description='<what it is>'`,
  );
}

export function noContract(stack: string, folder: string): UserError {
  return new UserError(
    `${stack}: no contract is defined in ${folder}/src, expected defineContract({ name, outputs }) with an object in its place. Nothing was changed. Write one first, in src/contract.ts.`,
  );
}

export function outputOfAnotherType(
  place: string,
  output: string,
  there: string,
  expected: string,
  stack: string,
): UserError {
  return new UserError(
    `${place}: output ${output} is there as ${there}, expected ${expected}: its readers rely on its type. Nothing was changed. Add one of another name: ${OUTPUT} ${stack} <output> --description='<what it is>'`,
  );
}

export function notPublished(stack: string, constant: string, folder: string): UserError {
  return new UserError(
    `${stack}: no source in ${folder}/src calls publishOutputs(this, ${constant}, …), expected a state that publishes it. Nothing was changed. Write that call first.`,
  );
}

export function publicationUnreadable(place: string, property: string): UserError {
  return new UserError(
    `${place}: outputs are published that are not an object in its place, expected one. Nothing was changed. Add by hand: ${property}`,
  );
}

export function namesUnknown(
  place: string,
  value: string,
  names: readonly string[],
  known: readonly string[],
  stack: string,
  output: string,
): UserError {
  return new UserError(
    `--value is ${value}, expected an expression of names that ${place} has; it has no ${names.join(', ')}. ${didYouMean(names[0] ?? '', known)}Nothing was changed. Type: ${OUTPUT} ${stack} ${output} --description='<what it is>' --value=<expression>, such as queue.arn`,
  );
}

export function invalidEnvironment(problems: readonly Refused[], name: string, from: string): UserError {
  return refusal(problems, `${ENVIRONMENT} ${name} --from=${from}`);
}

export function unknownEnvironment(got: string, known: readonly string[], name: string): UserError {
  return new UserError(
    `--from is ${got}, expected one of ${known.join(', ')}. ${didYouMean(got, known)}Nothing was changed. Type: ${ENVIRONMENT} ${name} --from=<environment>`,
  );
}

export function environmentExists(file: string, name: string, from: string): UserError {
  return new UserError(
    `name is ${name}, which is taken by ${file}, expected one of its own: what is there stays. Nothing was changed. Type another: ${ENVIRONMENT} <name> --from=${from}`,
  );
}

export function settingsUnreadable(file: string): UserError {
  return new UserError(
    `${file}: exports no settings as an object in its place, expected one with its name. Nothing was changed. Copy the file by hand.`,
  );
}

export function ownersUnreadable(files: readonly string[]): UserError {
  return new UserError(
    files.map((file) => `${file}: owner is missing, expected a literal such as owner: 'orders-team'.`).join('\n') +
      '\nNothing was changed. Write it there, in the first argument of runStackApp, and type: npx nx sync',
  );
}

export function repositoryUnknown(got: string | undefined): UserError {
  return new UserError(
    `package.json: repository is ${got ?? 'missing'}, expected the organization and the name, such as github:acme/trading: code owners are teams of the organization. Nothing was changed. Write it there, and type: npx nx sync`,
  );
}
