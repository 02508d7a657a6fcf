import { editOwner, editRepository, editSettings } from './edit-sources';

const SETTINGS = `import type { Settings } from '../settings';

/** Production, platform: 'dr'. */
export const live: Settings = {
  name: 'live', // its file's
  platform: "dr",
  regions: { primary: { name: 'us-east-1', cidrBlock: '10.0.0.0/16' }, witness: 'us-east-1' },
  emails: ['dr'],
};
`;

describe('settings', () => {
  it('are written into their literals, and all else stays', () => {
    const { text, changes } = editSettings('live.ts', SETTINGS, 'live', {
      platform: 'acme',
      'regions.primary.name': 'eu-west-1',
      'regions.witness': 'us-east-1',
    });

    expect(text).toBe(SETTINGS.replace('"dr"', '"acme"').replace("name: 'us-east-1'", "name: 'eu-west-1'"));
    expect(changes).toEqual([
      { fact: 'platform', from: 'dr', to: 'acme' },
      { fact: 'regions.primary.name', from: 'us-east-1', to: 'eu-west-1' },
    ]);
  });

  it('are written once', () => {
    const { text } = editSettings('live.ts', SETTINGS, 'live', { platform: 'acme' });

    expect(editSettings('live.ts', text, 'live', { platform: 'acme' })).toEqual({ text, changes: [] });
  });

  it.each([
    ['a constant', SETTINGS.replace('"dr"', 'PLATFORM')],
    ['nowhere', SETTINGS.replace('platform: "dr",', '')],
    ["another environment's", SETTINGS.replace("name: 'live'", "name: 'test'")],
  ])('are refused where one is %s', (_what, source) => {
    expect(() => editSettings('live.ts', source, 'live', { platform: 'acme' })).toThrow(
      'live.ts: platform is no literal in its place, expected one. Nothing was changed. Write it there by hand.',
    );
  });
});

describe('an owner', () => {
  const MAIN =
    "const owner = { owner: 'a-team' };\nrunStackApp({ name: 'orders', owner: 'orders-team', ...rest }, define);\n";

  it('is that of the stack, and of nothing else that has one', () => {
    const { text, changes } = editOwner('main.ts', MAIN, 'sales-team');

    expect(text).toBe(MAIN.replace('orders-team', 'sales-team'));
    expect(changes).toEqual([{ fact: 'owner', from: 'orders-team', to: 'sales-team' }]);
    expect(editOwner('main.ts', text, 'sales-team').changes).toEqual([]);
  });

  it('is refused where it is computed', () => {
    expect(() => editOwner('main.ts', MAIN.replace("'orders-team'", 'team()'), 'sales-team')).toThrow(
      'main.ts: owner is no literal in its place, expected one.',
    );
  });
});

describe('a repository', () => {
  it.each([
    ['{\n  "name": "x",\n  "repository": "github:example/x"\n}\n', 'github:example/x'],
    [
      '{ "repository": { "type": "git", "url": "git+https://github.com/example/x" } }',
      'git+https://github.com/example/x',
    ],
  ])('is written into %j', (text, from) => {
    const edited = editRepository('package.json', text, 'github:acme/trading');

    expect(edited).toEqual({
      text: text.replace(from, 'github:acme/trading'),
      changes: [{ fact: 'repository', from, to: 'github:acme/trading' }],
    });
  });

  it('is refused where there is none', () => {
    expect(() => editRepository('package.json', '{}', 'github:acme/trading')).toThrow(
      'package.json: repository is no literal in its place, expected one.',
    );
  });
});
