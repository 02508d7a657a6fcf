import type { Contract, MirroredSpecs, OutputSpecs, PlainValues } from './contract';
import { OutputsNotPublishedError } from './errors';
import { contractPath, parameterName } from './parameter-path';

/** Reads one parameter of a region's parameter store; undefined where the store has none of that name. */
export type ReadParameter = (name: string, store: string) => Promise<string | undefined>;

/** An environment, and the region in it that a contract is published for. */
export interface PublishedRegion {
  readonly environmentName: string;
  /** `/<platform>/<environment>` */
  readonly parameterRoot: string;
  readonly region: string;
}

/**
 * Reads outputs of a contract at run time, as plain values, from the region's own parameter store. The contract's hash
 * is not compared: a tool may read what is there from a deployment that has other outputs besides.
 *
 * @throws OutputsNotPublishedError that names all outputs which are missing; whatever `readParameter` fails with
 */
export function readPublishedOutputs<Outputs extends OutputSpecs, Wanted extends keyof PlainValues<Outputs> & string>(
  readParameter: ReadParameter,
  contract: Contract<string, Outputs>,
  outputs: readonly Wanted[],
  from: PublishedRegion & { readonly store?: undefined },
): Promise<Pick<PlainValues<Outputs>, Wanted>>;
/** Reads mirrored outputs from the parameter store of the region that they are mirrored to. */
export function readPublishedOutputs<
  Outputs extends OutputSpecs,
  Wanted extends keyof PlainValues<MirroredSpecs<Outputs>> & string,
>(
  readParameter: ReadParameter,
  contract: Contract<string, Outputs>,
  outputs: readonly Wanted[],
  from: PublishedRegion & { readonly store: string },
): Promise<Pick<PlainValues<MirroredSpecs<Outputs>>, Wanted>>;
export async function readPublishedOutputs(
  readParameter: ReadParameter,
  contract: Contract,
  outputs: readonly string[],
  { environmentName, parameterRoot, region, store = region }: PublishedRegion & { readonly store?: string | undefined },
): Promise<Readonly<Record<string, string | string[]>>> {
  const path = contractPath(parameterRoot, region, contract.name);
  const found = await Promise.all(
    outputs.map(async (output) => {
      const parameter = `${path}/${parameterName(output)}`;
      return { output, parameter, value: await readParameter(parameter, store) };
    }),
  );
  const missing = found.filter(({ value }) => value === undefined);
  if (missing.length > 0) throw new OutputsNotPublishedError(contract, { environmentName, region, store }, missing);
  return Object.fromEntries(
    found.map(({ output, value = '' }) => [
      output,
      contract.outputs[output]?.kind === 'list' ? value.split(',') : value,
    ]),
  );
}
