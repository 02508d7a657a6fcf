import { createHash } from 'node:crypto';
import { invalidContractName, invalidOutputName, outputOfHash } from './errors';
import { CONTRACT_HASH_PARAMETER, parameterName } from './parameter-path';

/** Definition of one output of a contract: a text, or a list of texts. */
export interface OutputSpec<Kind extends 'text' | 'list' = 'text' | 'list', Mirrored extends boolean = boolean> {
  readonly kind: Kind;
  /** Meaning of the value, for readers of the parameter; SSM shows it beside the value. */
  readonly description: string;
  /** Whether the value is also written to the other serving region, for readers there. */
  readonly mirrored: Mirrored;
}

export type OutputSpecs = Readonly<Record<string, OutputSpec>>;

/**
 * A stack's outputs as other stacks see them: the type that the compiler checks, the import that Nx draws as an edge,
 * and the name of the SSM parameters.
 */
export interface Contract<Name extends string = string, Outputs extends OutputSpecs = OutputSpecs> {
  /** Name of the contract, and of its folder of parameters: `network`. */
  readonly name: Name;
  /** The Nx app that publishes it: what a person deploys when it is missing. */
  readonly owner: string;
  readonly outputs: Outputs;
  /** Hash of the shape (names, kinds, mirroring; not descriptions): 12 hexadecimal digits. */
  readonly hash: string;
}

/** A text that the stack publishes. */
export function text(description: string): OutputSpec<'text', false> {
  return { kind: 'text', description, mirrored: false };
}

/** A list of texts that the stack publishes; never empty, since SSM has no empty list. */
export function textList(description: string): OutputSpec<'list', false> {
  return { kind: 'list', description, mirrored: false };
}

/** The same output, written to the other serving region too. */
export function mirrored<Kind extends 'text' | 'list'>(output: OutputSpec<Kind>): OutputSpec<Kind, true> {
  return { ...output, mirrored: true };
}

/**
 * Defines a contract. It belongs into `apps/<owner>/src/contract.ts`, and nothing else does: that file is what readers
 * import.
 *
 * @throws when the name is not kebab-case or an output's name is not camelCase: both become parameter paths;
 *   or when an output has the parameter of the contract's hash
 */
export function defineContract<const Name extends string, const Outputs extends OutputSpecs>(definition: {
  readonly name: Name;
  /** The publishing Nx app, where it bears another name than the contract. @default the contract's name */
  readonly owner?: string;
  readonly outputs: Outputs;
}): Contract<Name, Outputs> {
  const { name, owner = name, outputs } = definition;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw invalidContractName(name);
  for (const output of Object.keys(outputs)) {
    if (!/^[a-z][a-zA-Z0-9]*$/.test(output)) throw invalidOutputName(name, output);
    if (parameterName(output) === CONTRACT_HASH_PARAMETER) throw outputOfHash(name, output);
  }
  return { name, owner, outputs, hash: hashShape(name, outputs) };
}

function hashShape(name: string, outputs: OutputSpecs): string {
  const shape = Object.entries(outputs)
    .map(([output, { kind, mirrored: isMirrored }]) => `${output}:${kind}${isMirrored ? ':mirrored' : ''}`)
    .sort();
  return createHash('sha256')
    .update([name, ...shape].join('\n'))
    .digest('hex')
    .slice(0, 12);
}

/** Values that a publisher gives, one for each output. */
export type PublishedValues<Outputs extends OutputSpecs> = {
  readonly [Output in keyof Outputs]: Outputs[Output]['kind'] extends 'list' ? readonly string[] : string;
};

/** Values as they are read at run time, by a tool. */
export type PlainValues<Outputs extends OutputSpecs> = {
  readonly [Output in keyof Outputs]: Outputs[Output]['kind'] extends 'list' ? string[] : string;
};

/** Marks an output in types alone; the lint rule `output-tokens` finds outputs by it. */
declare const outputToken: unique symbol;

/** Members of a type that would work on the token and not on its value; none can be called. */
type Unusable<Value> = {
  readonly [Member in Exclude<keyof Value, number | 'length' | 'toString' | 'valueOf'>]: never;
} & { readonly [outputToken]?: never };

/**
 * A text that Terraform alone knows: a token, which a construct takes as the string that it stands for, and a template
 * literal as a part of it. JavaScript's methods would work on the token: none compiles, and {@link outputFn} has
 * Terraform's functions.
 */
export type TextOutput = string & Unusable<string>;

/** A list that Terraform alone knows, as {@link TextOutput} is a text. */
export type ListOutput = string[] & Unusable<string[]>;

/** Values for a reader in the same region: a Terraform token for each output. */
export type ReadValues<Outputs extends OutputSpecs> = {
  readonly [Output in keyof Outputs]: Outputs[Output]['kind'] extends 'list' ? ListOutput : TextOutput;
};

/** Values for a reader in the same region, by the contract's type: `OutputsOf<typeof networkContract>`. */
export type OutputsOf<Read extends Contract> = ReadValues<Read['outputs']>;

/** The outputs of a contract that are mirrored. */
export type MirroredSpecs<Outputs extends OutputSpecs> = {
  readonly [Output in keyof Outputs as Outputs[Output]['mirrored'] extends true ? Output : never]: Outputs[Output];
};

/** Values for a reader in the other region: the mirrored outputs only. */
export type MirroredValues<Outputs extends OutputSpecs> = ReadValues<MirroredSpecs<Outputs>>;

/** Values for a reader in the other region, by the contract's type. */
export type PeerOutputsOf<Read extends Contract> = MirroredValues<Read['outputs']>;
