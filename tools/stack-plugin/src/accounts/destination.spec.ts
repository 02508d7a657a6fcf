import { withDestination } from './destination';

const ADVICE = 'Deploy network (us-east-1) first: npx nx run network:deploy:prod. Nothing was changed.';

describe('a command that a message of a synthesized stack names', () => {
  it.each([
    ['sandbox', 'npx nx deploy network --environment=prod --account=sandbox'],
    ['emulator', 'npx nx deploy network --environment=prod --account=emulator'],
    ['aws', 'npx nx deploy network -c prod'],
  ])('goes to the account %s that the run goes to', (account, command) => {
    expect(withDestination(ADVICE, { environment: 'prod', account })).toBe(
      `Deploy network (us-east-1) first: ${command}. Nothing was changed.`,
    );
  });
});
