import { createInterface } from 'node:readline/promises';
import { CommandError } from '@dr/command-line';

/**
 * Asks a person. @returns whether the answer was yes
 *
 * @throws CommandError where nobody can be asked
 */
export async function confirm(command: string, intent: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new CommandError(
      `${command} ${intent}. There is no terminal to confirm at: add --yes to do it. Nothing was changed.`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D are no.
  const answer = await terminal.question(`${command} ${intent}.\nGo on? Type yes or no: `).catch(() => 'no');
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}
