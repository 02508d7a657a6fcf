/** The recovery objectives of every environment are met by what is synthesized, and a slower setting is named. */
import { editSource } from './source-edits';
import { ENVIRONMENTS } from './synthesized';
import { WorkspaceCopy } from './workspace-copy';

const PROD = 'libs/environments/src/environments/prod.ts';

// A copy, since a budget synthesizes anew what suites beside read.
const workspace = new WorkspaceCopy('workspace');
afterAll(() => workspace.dispose());

describe('the recovery objectives', () => {
  it.each(ENVIRONMENTS)('of %s are met by what its stacks synthesize', async (environment) => {
    const { status, output } = await workspace.stacks(['budget', `--environment=${environment}`]);

    expect(output).toContain(`environment ${environment}, no account: `);
    expect(output).not.toContain('MISSED');
    expect(status).toBe(0);
  });

  it('are missed by settings that are too slow, which are named with their file', async () => {
    workspace.write(
      PROD,
      editSource(workspace.read(PROD), { setting: 'dns.healthCheckFailureThreshold' }, () => '3'),
    );

    const { status, output } = await workspace.stacks(['budget', '--environment=prod']);

    expect(status).toBe(1);
    expect(output).toContain(
      'prod: entry is 68 s at worst, expected less than 60 s (objectives.entryRecoverySeconds). The term detection takes 48 s of it: dns.healthCheckIntervalSeconds is 10, dns.healthCheckFailureThreshold is 3. Change libs/environments/src/environments/prod.ts.',
    );
  });
});
