import { STEPS } from '@dr/recovery';
import { FAILOVER_RUNBOOK, RUNBOOKS } from './runbook';
import { messagesOf, says, sourceMessages } from './source-messages';

const MESSAGES = sourceMessages();

describe('the runbook of failover and failback', () => {
  it('says of every step what to do', () => {
    const table = FAILOVER_RUNBOOK.slice(
      FAILOVER_RUNBOOK.indexOf('## Steps'),
      FAILOVER_RUNBOOK.indexOf('## A degraded primary'),
    );
    const steps = [...table.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, step]) => step);

    expect(steps.sort()).toEqual([...STEPS].sort());
  });
});

describe('a message that a runbook quotes', () => {
  const quotes = RUNBOOKS.flatMap(({ page, text }) =>
    [...text.matchAll(/"([^"]+)"/g)].map(([, quote = '']) => ({ page, quote })),
  );

  it('is said by a source', () => {
    expect(quotes.length).toBeGreaterThan(15);
    expect(quotes.filter(({ quote }) => !MESSAGES.some((message) => says(message, quote)))).toEqual([]);
  });

  it('is in double quotes, where it is a sentence: code is a name, a command, or words of AWS', () => {
    const command = /^(npx|npm|aws|terraform|stacks|state|curl|dig|automation|\w+\.\w+:|--\w+) /;
    const awsWords = [
      'Access error',
      'Attempt to block writes for DB cluster … in Region … timed out.',
      'Cannot specify user name',
      'Finished resynchronizing members of DB cluster',
      'Started resynchronizing members of DB cluster',
    ];
    const sentences = RUNBOOKS.flatMap(({ page, text }) =>
      [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => ({ page, code })),
    ).filter(({ code }) => /\s/.test(code) && !command.test(code) && !awsWords.includes(code));

    expect(sentences).toEqual([]);
  });

  it.each([
    ['a value', 'const m = `${state}: locked by ${who}`;', '… locked by …', true],
    ['parts that are concatenated', "const m = `${a} is not ` + 'published';", '… is not published', true],
    ['either branch of a condition', "const m = `${a} ${one ? 'is' : 'are'} set`;", '… are set', true],
    ['parts in another order', 'const m = `${a} said, then ${b}`;', 'then … said', false],
    ['words of two messages', "const m = ['not', 'published'];", 'not … published', false],
    ['words of a comment', '/* not published */', 'not published', false],
  ])('is found by its parts: %s', (_, source, quote, said) => {
    expect(messagesOf(source).some((message) => says(message, quote))).toBe(said);
  });
});

it('an alarm that a runbook names is defined by a source', () => {
  const alarms = RUNBOOKS.flatMap(({ text }) =>
    [...text.matchAll(/[Aa]larm (`[a-z-]+`(?:, `[a-z-]+`)*)/g)].flatMap(
      ([, names = '']) => names.match(/[a-z-]+/g) ?? [],
    ),
  );

  expect(alarms.length).toBeGreaterThan(10);
  expect(alarms.filter((alarm) => !MESSAGES.includes(alarm))).toEqual([]);
});
