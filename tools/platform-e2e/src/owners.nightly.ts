/** An owner is changed in its one place: what follows from it is found to disagree, is written anew, and is enforced. */
import { WorkspaceCopy } from './workspace-copy';

const workspace = new WorkspaceCopy('workspace', { others: ['.github'] });
afterAll(() => workspace.dispose());

const MAIN = 'apps/network/src/main.ts';
const OWNER = /owner: '([a-z]+-team)'/.exec(workspace.read(MAIN))?.[1] ?? '';
const LIBRARY = 'libs/environments/project.json';

describe('an owner', () => {
  it('that is another one is found by nx sync:check, and followed by nx sync', async () => {
    workspace.replace(MAIN, `owner: '${OWNER}'`, "owner: 'paths-team'");

    const check = await workspace.nx(['sync:check']);
    const sync = await workspace.nx(['sync']);
    const again = await workspace.nx(['sync:check']);

    expect(check.status).not.toBe(0);
    expect(check.output).toContain(
      '.github/CODEOWNERS and apps/network/README.md and module-boundaries.json must follow from the owners of the stacks. Type: npx nx sync',
    );
    expect([sync.status, again.status]).toEqual([0, 0]);
    expect(workspace.read('apps/network/README.md')).toContain('Owner: paths-team.');
    expect(workspace.read('.github/CODEOWNERS')).toMatch(/^\/apps\/network\/ @[\w-]+\/paths-team$/m);
  });

  it('that is no literal is refused with what to write', async () => {
    workspace.replace(MAIN, "owner: 'paths-team'", "owner: ['paths', 'team'].join('-')");

    const check = await workspace.nx(['sync:check']);
    workspace.replace(MAIN, "owner: ['paths', 'team'].join('-')", `owner: '${OWNER}'`);
    const put = await workspace.nx(['sync']);

    expect(check.status).not.toBe(0);
    expect(check.output).toContain(`${MAIN}: owner is missing, expected a literal such as owner: 'orders-team'.`);
    expect(put.status).toBe(0);
  });

  it("of a library lets that team's stacks use it, and no other team's", async () => {
    const project = JSON.parse(workspace.read(LIBRARY));
    workspace.write(LIBRARY, JSON.stringify({ ...project, tags: [`owner:${OWNER}`] }));

    const own = await workspace.nx(['lint', 'network']);
    const other = await workspace.nx(['lint', 'data']);

    expect({ status: own.status, output: own.status === 0 ? '' : own.output }).toEqual({ status: 0, output: '' });
    expect(other.status).not.toBe(0);
    expect(other.output).toMatch(
      new RegExp(`A project tagged with "owner:[a-z]+-team" can not depend on libs tagged with .*"owner:${OWNER}"`),
    );
  });
});
