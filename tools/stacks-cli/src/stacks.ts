import { join } from 'node:path';
import { adopt } from '@dr/adoption';
import { sandboxCommands } from '@dr/aws-sandbox/commands';
import { rehearse, review } from '@dr/change-review';
import { type MakeCommand, type Program, programOf } from '@dr/command-line';
import { budget, drill, scenario } from '@dr/failover-drill';
import { overview } from '@dr/stack-overview';
import { base, deployed, destroyOrphan, drift, history, move, reconcile } from '@dr/stack-plugin/commands';

const sandbox: MakeCommand = (context) =>
  programOf(sandboxCommands('sandbox', join(context.workspaceRoot, 'dist/tools/aws-sandbox/main.js')), context);

/** The program of every command that is not a target of a stack. */
export const STACKS: Program = {
  name: 'npx --no-install stacks',
  description: "Commands of the workspace that are not a stack's target; those are typed npx nx <target> <stack>",
  commands: [
    deployed,
    history,
    drift,
    review,
    rehearse,
    overview,
    base,
    move,
    reconcile,
    destroyOrphan,
    budget,
    drill,
    scenario,
    adopt,
    sandbox,
  ],
};
