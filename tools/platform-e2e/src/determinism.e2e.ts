import { promisedResources } from './synthesized';
import { WorkspaceCopy } from './workspace-copy';

const copies: WorkspaceCopy[] = [];
const copy = (name: string) => {
  const made = new WorkspaceCopy(name);
  copies.push(made);
  return made;
};
afterAll(() => copies.forEach((made) => made.dispose()));

const SYNTH = ['run-many', '-t', 'synth', '--environment=prod'];
const APP_TASKS = /^(?:> nx run|✔ {2}nx run) ((?:network|data|compute|global-dns):(?:build|synth)\S*)(.*)$/gm;

/** Tasks of stacks that ran, and did not come from the cache. */
function ran(output: string): readonly string[] {
  const tasks = [...output.matchAll(APP_TASKS)].filter(([, , rest]) => !rest?.includes('cache'));
  return tasks.map(([, task]) => task as string).sort();
}

describe('synthesis', () => {
  it('is the same byte for byte at another path, in another folder, time zone and language', async () => {
    const one = copy('one');
    const other = copy('another-and-longer-path');

    const first = await one.nx(SYNTH);
    const second = await other.nx(SYNTH, {
      folder: 'apps/network/src',
      variables: { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'C', HOME: other.root },
    });
    const [files, otherFiles] = [one.files('dist/synth'), other.files('dist/synth')];

    expect([first.status, second.status]).toEqual([0, 0]);
    expect(Object.keys(files).filter((file) => file.endsWith('cdk.tf.json'))).toHaveLength(
      Object.keys(promisedResources('prod')).length,
    );
    expect(otherFiles).toEqual(files);
  });

  it('names no path of a machine, no time and nothing that changes by itself', async () => {
    const one = copies[0] as WorkspaceCopy;

    const texts = Object.entries(one.files('dist/synth'))
      .filter(([file]) => file.endsWith('.json'))
      .map(([file, content]) => [file, Buffer.from(content, 'base64').toString()] as const);

    for (const [file, text] of texts) {
      expect([file, text.includes(one.root) || text.includes(process.cwd())]).toEqual([file, false]);
      expect([file, text.match(/20\d\d-\d\d-\d\dT\d\d:/)?.[0]]).toEqual([file, undefined]);
    }
  });

  it('runs again for what it is made of, and for nothing else', async () => {
    const one = copies[0] as WorkspaceCopy;

    const again = await one.nx(SYNTH);
    one.write('apps/network/src/extra.spec.ts', 'it.todo("is only a test");\n');
    one.write('apps/network/README.md', '# Another text\n');
    const afterSpec = await one.nx(SYNTH);
    one.write('apps/data/src/unused.ts', 'export const UNUSED = 1;\n');
    const afterUnused = await one.nx(SYNTH);
    one.replace('libs/environments/src/environments/prod.ts', "domainName: '", "domainName: 'x.");
    const afterSetting = await one.nx(SYNTH);

    expect(ran(again.output)).toEqual([]);
    expect(ran(afterSpec.output)).toEqual([]);
    // It and those that import its contract are built anew and come out the same, so that nothing is synthesized.
    expect(ran(afterUnused.output)).toEqual(['compute:build', 'data:build', 'global-dns:build']);
    expect(ran(afterSetting.output)).toEqual([
      'compute:build',
      'compute:synth:local',
      'data:build',
      'data:synth:local',
      'global-dns:build',
      'global-dns:synth:local',
      'network:build',
      'network:synth:local',
    ]);
  });
});
