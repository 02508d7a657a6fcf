import { loadEnvironment } from '@dr/environments';
import { runStackApp } from '@dr/platform-stack';
import { repository } from '../../../package.json';
import { BootstrapState } from './bootstrap-state';
import { readStacksBeside } from './read-stacks-beside';

runStackApp({ name: 'bootstrap', owner: 'platform-team', loadEnvironment }, (app) => {
  new BootstrapState(app, {
    repository: repository.replace(/^github:/, ''),
    stacks: readStacksBeside(app.outdir),
  });
});
