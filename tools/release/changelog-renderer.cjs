/**
 * Makes the whole of CHANGELOG.md for a release, which `nx release changelog --replace-existing-contents` writes: what
 * stands under Unreleased gets the release's version and date. Commits are not listed: they say what was done, the
 * changelog what users notice.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const FILE = join(__dirname, '../../CHANGELOG.md');
const UNRELEASED = /^## Unreleased\n([\s\S]*?)(?=^## |(?![\s\S]))/m;

module.exports = class UnreleasedRenderer {
  constructor({ changelogEntryVersion }) {
    this.version = changelogEntryVersion;
  }

  /** @throws when nothing stands under Unreleased, or the version was released before */
  async render() {
    const changelog = readFileSync(FILE, 'utf8');
    const [, entries = ''] = UNRELEASED.exec(changelog) ?? [];
    if (entries.trim() === '') {
      throw new Error(
        'CHANGELOG.md: nothing stands under "## Unreleased", expected what users notice. Write it first.',
      );
    }
    if (changelog.includes(`\n## ${this.version} `)) {
      throw new Error(`CHANGELOG.md: ${this.version} is there already, expected a version that was not released.`);
    }
    const date = new Date().toISOString().slice(0, 10);
    return changelog.replace(UNRELEASED, () => `## Unreleased\n\n## ${this.version} (${date})\n${entries}`);
  }
};
