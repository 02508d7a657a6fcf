import { formatFiles, type GeneratorCallback, logger, names, type Tree } from '@nx/devkit';
import ts from 'typescript';
import { CONTRACTS, contractsIn, type DefinedContract } from '../contracts-in-sources';
import {
  invalidOutput,
  namesUnknown,
  noContract,
  notPublished,
  outputOfAnotherType,
  publicationUnreadable,
  type Refused,
  unknownContract,
  unknownStack,
} from '../errors';
import { INVENTORY_FILE, writeInventories } from '../inventories';
import {
  appending,
  applyEdits,
  callsOf,
  type Edit,
  importing,
  lineOf,
  nodesIn,
  parseSource,
  propertyOf,
} from '../typescript-source';
import { pluginOptionsOf, type SourceFile, sourcesOf, stacksIn } from '../workspace-files';
import { describeType, makersOf, outputExpression, type OutputType, typeOfOutput } from './output-type';
import { declaredNames, namesOf, parseExpression } from './value-names';

export interface OutputOptions {
  readonly stack?: string;
  readonly name?: string;
  readonly description?: string;
  /** Expression of the state's code. @default the constant of the output's name */
  readonly value?: string;
  /** @default text */
  readonly type?: 'text' | 'list';
  /** @default false */
  readonly mirrored?: boolean;
  /** @default the stack's own name, or the only one */
  readonly contract?: string;
}

interface NewOutput extends OutputType {
  readonly stack: string;
  readonly name: string;
  readonly description: string;
  readonly value: string;
}

interface FileEdit extends Edit {
  readonly file: string;
}

/**
 * Adds an output to a contract, and to each call that publishes the contract. A half that is there stays as it is.
 *
 * @throws {UserError} before anything is changed, when the output is there with another type, or when a place of its
 *   contract or publication cannot be found or read
 */
export default async function outputGenerator(tree: Tree, options: OutputOptions): Promise<GeneratorCallback> {
  const { stacks, environmentNames } = await pluginOptionsOf(tree);
  const output = parseOutput(options);
  const known = stacksIn(tree, stacks);
  if (!known.includes(output.stack)) throw unknownStack(output.stack, known, output.name);

  const folder = `${stacks}/${output.stack}`;
  const sources = sourcesOf(tree, folder);
  const contract = chooseContract(contractsIn(sources), output, options.contract, folder);
  const edits = [...contractEdits(contract, output), ...publicationEdits(sources, contract, output, folder)];
  const changed = [...new Set(edits.map(({ file }) => file))].sort();
  for (const { file, text } of sources.filter((source) => changed.includes(source.file))) {
    const own = edits.filter((edit) => edit.file === file);
    tree.write(file, applyEdits(text, own));
  }
  await formatFiles(tree);
  report(output, contract, changed, sources);
  const inventories = tree.exists(`${folder}/${INVENTORY_FILE}`) && changed.length > 0 ? [folder] : [];
  return () => writeInventories(tree.root, inventories, environmentNames);
}

function parseOutput({
  stack = '',
  name = '',
  description = '',
  value = name,
  type = 'text',
  mirrored = false,
}: OutputOptions): NewOutput {
  const problems: Refused[] = [];
  if (stack === '') problems.push({ option: 'stack', got: stack, expected: 'the name of a stack, such as orders' });
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
    problems.push({ option: 'name', got: name, expected: 'camel case, such as queueArn' });
  } else if (name === 'contractHash') {
    problems.push({ option: 'name', got: name, expected: "another: the contract's own hash has that parameter" });
  } else if (value === name && parseExpression(value) === undefined) {
    problems.push({
      option: '--value',
      got: undefined,
      expected: `an expression such as queue.arn: no constant is ${name}`,
    });
  }
  if (description.trim() === '') {
    problems.push({ option: '--description', got: undefined, expected: 'what the value is, for its readers' });
  }
  if (value !== name && parseExpression(value) === undefined) {
    problems.push({ option: '--value', got: value, expected: 'one expression of TypeScript, such as queue.arn' });
  }
  if (problems.length > 0) throw invalidOutput(problems, stack || '<stack>', names(name).propertyName || '<output>');
  return { stack, name, description, value, type, mirrored };
}

function chooseContract(
  contracts: readonly DefinedContract[],
  { stack, name: output }: NewOutput,
  named: string | undefined,
  folder: string,
): DefinedContract {
  if (contracts.length === 0) throw noContract(stack, folder);
  const only = contracts.length === 1 ? contracts[0] : undefined;
  const chosen =
    named === undefined
      ? (contracts.find(({ name }) => name === stack) ?? only)
      : contracts.find(({ name }) => name === named);
  if (chosen === undefined) {
    throw unknownContract(
      stack,
      named,
      contracts.map(({ name }) => name),
      output,
    );
  }
  return chosen;
}

/** @throws when the output is there, and its readers rely on another type */
function contractEdits(contract: DefinedContract, output: NewOutput): readonly FileEdit[] {
  const { file, outputs } = contract;
  const there = propertyOf(outputs, output.name);
  const source = outputs.getSourceFile();
  if (there === undefined) {
    const property = `${output.name}: ${outputExpression(source, output, output.description)}`;
    const imports = makersOf(output).flatMap((maker) => importing(source, CONTRACTS, maker));
    return [appending(outputs, property), ...imports].map((edit) => ({ file, ...edit }));
  }
  const type = ts.isPropertyAssignment(there) ? typeOfOutput(there.initializer) : undefined;
  if (type?.type !== output.type || type.mirrored !== output.mirrored) {
    const found = type === undefined ? there.getText() : describeType(type);
    throw outputOfAnotherType(`${file}:${lineOf(there)}`, output.name, found, describeType(output), output.stack);
  }
  if (type.description !== output.description) {
    logger.info(`${file}: the description of ${output.name} stays: ${type.description}`);
  }
  return [];
}

/** @throws when a publication is not an object, or the value names what its file has not */
function publicationEdits(
  sources: readonly SourceFile[],
  { constant }: DefinedContract,
  { stack, name, value }: NewOutput,
  folder: string,
): readonly FileEdit[] {
  const property = value === name ? name : `${name}: ${value}`;
  const publications = sources.flatMap(({ file, text }) =>
    callsOf(parseSource(text), CONTRACTS, 'publishOutputs')
      .filter(({ arguments: [, contract] }) => contract?.getText() === constant)
      .map((call) => ({ file, call, values: call.arguments[2] })),
  );
  if (publications.length === 0) throw notPublished(stack, constant, folder);
  return publications.flatMap(({ file, call, values }) => {
    if (values === undefined || !ts.isObjectLiteralExpression(values)) {
      throw publicationUnreadable(`${file}:${lineOf(call)}`, property);
    }
    if (propertyOf(values, name) !== undefined) return [];
    const declared = declaredNames(call.getSourceFile());
    const expression = parseExpression(value);
    const unknown = expression === undefined ? [] : namesOf(expression).filter((each) => !declared.includes(each));
    if (unknown.length > 0) throw namesUnknown(file, value, unknown, declared, stack, name);
    return [{ file, ...appending(values, property) }];
  });
}

function report(
  { stack, name, mirrored }: NewOutput,
  { constant }: DefinedContract,
  changed: readonly string[],
  sources: readonly SourceFile[],
): void {
  if (changed.length === 0) {
    logger.info(`${constant} of ${stack}: output ${name} is there, and is published. Nothing to change.`);
    return;
  }
  logger.info(`${constant} of ${stack}: output ${name}, in ${changed.join(', ')}.`);
  const mirrors = sources.flatMap(({ text }) =>
    nodesIn(parseSource(text), ts.isNewExpression).filter(
      ({ expression, arguments: [, contract] = [] }) =>
        expression.getText() === 'ContractMirror' && contract?.getText() === constant,
    ),
  );
  if (mirrored && mirrors.length === 0) {
    logger.warn(
      `${stack}: nothing copies mirrored outputs of ${constant} to the other region yet. Add to main.ts: new ContractMirror(app, ${constant}, <from>, <to>)`,
    );
  }
  logger.info(`Then: npx nx typecheck ${stack}, npx nx plan ${stack}, npx nx deploy ${stack}`);
}
