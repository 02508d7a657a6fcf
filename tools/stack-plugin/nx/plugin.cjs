/** Plugin as Nx loads it: the bundle that was packed, or the sources in their own workspace. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const packed = join(__dirname, '../index.js');

module.exports = existsSync(packed) ? require(packed) : require('../../load-plugin.cjs')('stack-plugin');
