/** Plugin as Nx loads it. */
module.exports = require('../load-plugin.cjs')('workspace-plugin');
