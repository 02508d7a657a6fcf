import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from '@dr/nearest-name';
import { CommandError } from './errors';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * The values of a command's options.
 *
 * @throws CommandError that names the option that is unknown and the nearest one, or the value that is refused
 */
export function parseCommandOptions<const Known extends Options>(
  command: string,
  args: readonly string[],
  options: Known,
  /** Options that may be suggested for an unknown one. */
  suggested: readonly string[] = Object.keys(options),
) {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option' && !Object.hasOwn(options, token.name)) {
      const hint = didYouMean(token.name, suggested, '--');
      throw new CommandError(`${command}: unknown option "${token.rawName}". ${hint}See --help.`);
    }
  }
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new CommandError(`${command}: ${(error as Error).message.replace(/\.$/, '')}. See --help.`);
  }
}
