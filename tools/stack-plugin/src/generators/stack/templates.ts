import { names } from '@nx/devkit';

/** A stack that is to be written, and the surroundings that its files name. */
export interface NewStack {
  /** `order-book` */
  readonly name: string;
  /** `orders-team` */
  readonly owner: string;
  /** Scope of the workspace's modules: `@dr`. */
  readonly scope: string;
  /** From the stack's folder to the root of the workspace: `../../`. */
  readonly toRoot: string;
  /** Module that exports `loadEnvironment`. */
  readonly settings: string;
  /** Package of the provider's bindings. */
  readonly bindings: string;
  /** Module of `synthesizeForTest`; undefined where the workspace has none. */
  readonly testing: string | undefined;
  /** Folder of the runbooks; undefined where the workspace has none. */
  readonly runbooks: string | undefined;
}

/** Text of every file of a new stack, by its path in the stack's folder. */
export function stackFiles(stack: NewStack): Readonly<Record<string, string>> {
  const { name, testing } = stack;
  return {
    'tsconfig.json': `{ "extends": "${stack.toRoot}tsconfig.base.json", "include": ["src"] }\n`,
    'src/contract.ts': contract(stack),
    [`src/${name}-state.ts`]: state(stack),
    'src/main.ts': main(stack),
    ...(testing === undefined ? {} : { [`src/${name}-state.spec.ts`]: spec(name, testing) }),
    'README.md': readme(stack),
  };
}

const constantOf = (name: string) => `${names(name).propertyName}Contract`;
const classOf = (name: string) => `${names(name).className}State`;

function contract({ name }: NewStack): string {
  return `import { defineContract, text } from '@dr/stack-contracts';

export const ${constantOf(name)} = defineContract({
  name: '${name}',
  outputs: {
    queueUrl: text('Queue that ${name} takes messages from'),
  },
});
`;
}

function state({ name, bindings }: NewStack): string {
  return `import { SqsQueue } from '${bindings}/lib/sqs-queue';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { publishOutputs } from '@dr/stack-contracts';
import { ${constantOf(name)} } from './contract';

/** A region's queue of ${name}. */
export class ${classOf(name)} extends PlatformState {
  constructor(app: PlatformApp, region: string) {
    super(app, \`${name}-\${region}\`, { ...app.stateProps, region });

    const queue = new SqsQueue(this, 'Queue', {
      name: this.resourceName(NAME_LIMITS.sqsQueue, '${name}'),
      sqsManagedSseEnabled: true,
    });

    publishOutputs(this, ${constantOf(name)}, { queueUrl: queue.url });
  }
}
`;
}

function main({ name, owner, settings }: NewStack): string {
  const imports = [
    `import { loadEnvironment } from '${settings}';`,
    `import { runStackApp } from '@dr/platform-stack';`,
  ];
  return `${imports.join('\n')}
import { ${classOf(name)} } from './${name}-state';

runStackApp({ name: '${name}', owner: '${owner}', loadEnvironment }, (app) => {
  for (const region of app.servingRegions) new ${classOf(name)}(app, region);
});
`;
}

function spec(name: string, testing: string): string {
  return `import { synthesizeForTest } from '${testing}';
import { ${classOf(name)} } from './${name}-state';

const { manifest, state } = synthesizeForTest((app) => {
  for (const region of app.servingRegions) new ${classOf(name)}(app, region);
});

it('has a state in each serving region', () => {
  expect(manifest.states).toHaveLength(2);
  for (const { name, region } of manifest.states) expect(name).toBe(\`${name}-\${region}\`);
});

describe.each(manifest.states)('$name', ({ name, publishes }) => {
  it('has a queue of its own', () => {
    expect(state(name).resource('aws_sqs_queue')).toMatchObject({ name: expect.stringMatching(/-${name}$/) });
  });

  it('publishes its contract', () => {
    expect(publishes.map(({ contract }) => contract)).toEqual(['${name}']);
  });
});
`;
}

function readme({ name, owner, scope, toRoot, runbooks }: NewStack): string {
  const runbook = runbooks === undefined ? '' : ` See the [runbook](${toRoot}${runbooks}/${name}.md).`;
  return `# ${name}

A queue in each serving region. Owner: ${owner}.

\`\`\`ts
import { ${constantOf(name)} } from '${scope}/${name}/contract';
const { queueUrl } = readOutputs(this, ${constantOf(name)});
\`\`\`

## Commands

\`\`\`
npx nx plan ${name}
npx nx deploy ${name}
npx nx outputs ${name}
npx nx destroy ${name}
\`\`\`

## Reads and publishes

Reads nothing. Publishes \`${name}\` in each serving region: [contract](src/contract.ts).

## Recovery

Each region has a queue of its own: with one region dark, the other one's is planned and deployed. Messages are not copied
to the other region.${runbook}
`;
}

/** Page for the person on call. */
export function runbook({ name }: NewStack): string {
  return `# Runbook: ${name}

Check first: \`npx nx plan ${name}\`, and the log of the last run in \`.deployments/<account>/<environment>/${name}-<region>/\`.
The queues are listed by \`npx nx outputs ${name}\`.

| symptom | do |
| --- | --- |
| messages are not taken from a queue | \`aws sqs get-queue-attributes --queue-url <queueUrl> --attribute-names All --region <region>\`: \`ApproximateNumberOfMessages\` grows while no reader deletes any; look at the reader |
| a region is dark | nothing to do here: the other region's queue is one of its own; what the dark region's holds is there when it comes back |

Do not purge a queue to end a backlog: its messages are nowhere else.
`;
}

/** Row of the index of the runbooks. */
export function runbookRow({ name }: NewStack): string {
  return `| [${name}](${name}.md) | messages of ${name} pile up |`;
}
