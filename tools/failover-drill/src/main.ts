import { resolve } from 'node:path';
import { UnreadableFactsError } from '@dr/recovery';
import { UserError } from '@dr/stack-plugin/accounts';
import { BUDGET_HELP, runBudget } from './budget/budget-command';
import { DRILL_HELP, runDrill } from './drill/drill-command';
import { DrillError } from './errors';
import { runOperatorCommand } from './operator/operator-commands';
import { OPERATOR_HELP, type OperatorCommand } from './operator/operator-help';

/** The bundle is at dist/tools/failover-drill/main.js. */
const WORKSPACE = resolve(__dirname, '../../..');

async function main([command = '--help', ...args]: readonly string[]): Promise<number> {
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  if (command === '--help' || command === 'help') {
    print([BUDGET_HELP, DRILL_HELP, ...Object.values(OPERATOR_HELP)].join('\n\n'));
    return 0;
  }
  // Package runners change the folder; the user's own is kept here.
  if (command === 'budget') return runBudget(args, WORKSPACE, process.env['INIT_CWD'] ?? process.cwd(), print);
  if (command === 'drill') {
    return runDrill(args, process.env['INIT_CWD'] ?? process.cwd(), { workspaceRoot: WORKSPACE, print, say });
  }
  if (Object.hasOwn(OPERATOR_HELP, command)) {
    return runOperatorCommand(command as OperatorCommand, args, { workspaceRoot: WORKSPACE, print, say });
  }
  const commands = ['budget', 'drill', ...Object.keys(OPERATOR_HELP)].join(', ');
  throw new DrillError(`${command} is no command, expected ${commands}. See --help.`);
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    const isExpected =
      [DrillError, UnreadableFactsError, UserError].some((kind) => error instanceof kind) || isSettingsError(error);
    process.stderr.write(`${isExpected ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
    process.exit(1);
  },
);

/** What libs/environments refuses says all there is to say. */
function isSettingsError(error: unknown): boolean {
  return error instanceof Error && /Environment/.test(error.name);
}
