/**
 * Answers a target that has become a command: `node tools/moved-command.mjs recovery status --yes`, where Nx adds what was
 * typed after the target. Nothing is run: a configuration (`-c prod`) does not arrive here, and would be lost.
 */
const [, , ...words] = process.argv;
process.stderr.write(`Nothing was changed. Type this instead: npx --no-install ${words.join(' ')}
It takes --environment and --account, and no configuration (-c) of Nx.
`);
process.exitCode = 1;
