import { join } from 'node:path';
import { loadEnvironment } from '@dr/environments';
import { runStackApp } from '@dr/platform-stack';
import { BootstrapState } from './bootstrap-state';
import { fixedSettings } from './fixed-settings';
import { readRepository } from './read-repository';
import { readStacksBeside } from './read-stacks-beside';

runStackApp({ name: 'bootstrap', owner: 'platform-team', loadEnvironment, lastingSettings: fixedSettings }, (app) => {
  new BootstrapState(app, {
    // Of the workspace: the bundle is as deep in it as this file.
    repository: readRepository(join(__dirname, '../../../package.json')),
    stacks: readStacksBeside(app.outdir),
  });
});
