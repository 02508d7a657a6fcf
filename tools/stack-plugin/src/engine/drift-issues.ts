import { type Destination, optionsOf } from '../accounts/destination';
import type { StateDrift } from './drift';
import { block } from './report-markdown';

/** An issue of a stack's drift, and what is to be done with it. */
export interface DriftIssue {
  readonly stack: string;
  readonly title: string;
  readonly action: 'create' | 'edit' | 'close';
  /** Number of the issue that is open; left out where one is opened. */
  readonly number?: number;
  /** Markdown; left out where it is closed. */
  readonly body?: string;
}

/** An open issue of the repository. */
export interface OpenIssue {
  readonly number: number;
  readonly title: string;
}

/** Facts that an issue names. */
export interface LookedAt extends Destination {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly commit: string | undefined;
  /** Team of a stack. */
  readonly ownerOf: (stack: string) => string;
}

/**
 * Issues of the stacks' drift: one a stack is opened where it drifted, rewritten while it does, and closed when it does no
 * more. One of a stack with a state that could not be planned is not closed.
 */
export function driftIssues(
  states: readonly StateDrift[],
  open: readonly OpenIssue[],
  lookedAt: LookedAt,
): readonly DriftIssue[] {
  const stacks = [...new Set(states.map(({ stack }) => stack))].sort();
  return stacks.flatMap((stack): DriftIssue[] => {
    const title = `Drift of ${stack} in ${lookedAt.environment}`;
    const existing = open.find((issue) => issue.title === title);
    const number = existing === undefined ? {} : { number: existing.number };
    const own = states.filter((state) => state.stack === stack);
    const drifted = own.filter(({ kind }) => kind === 'drifted');
    if (drifted.length > 0) {
      const body = bodyOf(stack, drifted, lookedAt);
      return [{ stack, title, action: existing === undefined ? 'create' : 'edit', ...number, body }];
    }
    const isKnown = own.every(({ kind }) => kind !== 'unknown');
    return existing !== undefined && isKnown ? [{ stack, title, action: 'close', ...number }] : [];
  });
}

function bodyOf(stack: string, drifted: readonly StateDrift[], lookedAt: LookedAt): string {
  const { environment, account, at, commit, ownerOf } = lookedAt;
  const blocks = drifted.map(
    ({ state, drift }) =>
      `**${state}**, from what is recorded to what is there, or to what a deploy makes of it:\n\n${block(drift)}`,
  );
  const command = `npx nx deploy ${stack} ${optionsOf({ environment, account })}`;
  return [
    `Owner: ${ownerOf(stack)}. Environment ${environment} in ${account}, looked at ${at}${commit === undefined ? '' : ` from ${commit.slice(0, 12)}`}.`,
    ...blocks,
    `To undo it: \`${command}\`. To keep it: put it into the code of ${stack}, and deploy that; its plan is empty then.`,
    '',
  ].join('\n\n');
}

/** Arguments of GitHub's `gh`, a line a call, as `xargs -L 1 gh` takes them. @param bodyFile of a stack's issue */
export function ghArguments(issues: readonly DriftIssue[], bodyFile: (stack: string) => string): string {
  return issues
    .map(({ action, title, number, stack }) => {
      switch (action) {
        case 'create':
          return `issue create --title "${title}" --label drift --body-file "${bodyFile(stack)}"\n`;
        case 'edit':
          return `issue edit ${number} --body-file "${bodyFile(stack)}"\n`;
        case 'close':
          return `issue close ${number} --comment "No drift any more."\n`;
      }
    })
    .join('');
}
