/** What Nx loads. */
module.exports = require('../load-plugin.cjs')('workspace-plugin');
