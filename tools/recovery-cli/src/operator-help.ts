const OPTIONS = `
  --environment <name>  Environment [local]
  --account <name>      sandbox, emulator or aws [sandbox for local, else aws]`;

const CHANGE_OPTIONS = `${OPTIONS}
  --yes                 Do it without asking
  --wait <seconds>      How long to stay and perform it; 0 leaves it to the failover controller [1800]
  --help                Say this`;

/** What each command of an operator does, in the words of the runbook. */
export const OPERATOR_HELP = {
  status: `npx nx run recovery-cli:status
Say what is served where: step, epoch, latch, lag, the health of both regions, and what to do next.
${OPTIONS}
  --json                As JSON
  --help                Say this`,
  failover: `npx nx run recovery-cli:failover
Take over in the standby: fence the primary, keep it out of DNS, promote the database. Also leaves a blocked step or a
failback behind. Works with the primary dark. Run again at any time, from any number of machines.
${CHANGE_OPTIONS}`,
  failback: `npx nx run recovery-cli:failback
Go back to the primary without losing data: checks it, switches the database over, lets DNS answer it again.
Given up by itself while nothing is moved and the primary or the lag does not allow it.
${CHANGE_OPTIONS}`,
  approve: `npx nx run recovery-cli:approve
Approve the promotion that waits for a person, whatever data it loses.
${CHANGE_OPTIONS.replace('\n  --yes', '\n  --epoch <number>      The epoch that you looked at; another one is not approved [the one in the ledger]\n  --yes')}`,
} as const;

export type OperatorCommand = keyof typeof OPERATOR_HELP;
