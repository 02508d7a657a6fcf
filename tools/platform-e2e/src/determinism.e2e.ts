/**
 * Synthesis is the same byte for byte at another path, time zone and language, and runs anew only for what it is made
 * of.
 */
import { join } from 'node:path';
import { editSource } from './source-edits';
import { promisedResources, STACKS, SYNTHESIZED } from './synthesized';
import { WORKSPACE } from './workspace';
import { filesIn, WorkspaceCopy } from './workspace-copy';

const copy = new WorkspaceCopy('another-and-longer-path');
afterAll(() => copy.dispose());

// Nothing from another place: what is compared was made here.
const SYNTH = ['run-many', '-t', 'synth', '--environment=prod', '--skip-remote-cache'];
const APP_TASKS = /^(?:> nx run|✔ {2}nx run) ((?:network|data|compute|global-dns):(?:build|synth)\S*)(.*)$/gm;

/** Tasks of stacks that ran, and did not come from the cache. */
function ran(output: string): readonly string[] {
  const tasks = [...output.matchAll(APP_TASKS)].filter(([, , rest]) => !rest?.includes('cache'));
  return tasks.map(([, task]) => task as string).sort();
}

describe('synthesis', () => {
  it('is the same byte for byte at another path, in another folder, time zone and language', async () => {
    const { status } = await copy.nx(SYNTH, {
      folder: 'apps/network/src',
      variables: { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'C', HOME: copy.root },
    });
    const differing = STACKS.flatMap((stack) => {
      const folder = join('dist/synth/prod', stack);
      const files = copy.files(folder);
      const others = filesIn(join(SYNTHESIZED, 'prod', stack));
      return [...new Set([...Object.keys(files), ...Object.keys(others)])]
        .filter((file) => files[file] !== others[file])
        .map((file) => join(folder, file));
    });

    expect(status).toBe(0);
    expect(Object.keys(copy.files('dist/synth/prod')).filter((file) => file.endsWith('cdk.tf.json'))).toHaveLength(
      Object.keys(promisedResources('prod')).length,
    );
    expect(differing).toEqual([]);
  });

  it('names no path of a machine, no time and nothing that changes by itself', () => {
    const texts = Object.entries(copy.files('dist/synth/prod'))
      .filter(([file]) => file.endsWith('.json'))
      .map(([file, content]) => [file, Buffer.from(content, 'base64').toString()] as const);

    expect(texts.length).toBeGreaterThan(Object.keys(promisedResources('prod')).length);
    for (const [file, text] of texts) {
      expect([file, [copy.root, WORKSPACE, process.cwd()].filter((path) => text.includes(path))]).toEqual([file, []]);
      expect([file, text.match(/20\d\d-\d\d-\d\dT\d\d:/)?.[0]]).toEqual([file, undefined]);
    }
  });

  it('runs again for what it is made of, and for nothing else', async () => {
    copy.write('apps/network/src/extra.spec.ts', 'it.todo("is only a test");\n');
    copy.write('apps/network/README.md', '# Another text\n');
    const afterSpec = await copy.nx(SYNTH);
    copy.write('apps/data/src/unused.ts', 'export const UNUSED = 1;\n');
    const afterUnused = await copy.nx(SYNTH);
    const settings = 'libs/environments/src/environments/prod.ts';
    copy.write(
      settings,
      editSource(copy.read(settings), { setting: 'domainName' }, () => "'x.trading.example.com'"),
    );
    const afterSetting = await copy.nx(SYNTH);

    expect([afterSpec, afterUnused, afterSetting].map(({ status }) => status)).toEqual([0, 0, 0]);
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
