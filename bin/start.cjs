// Apart from zonewise.cjs, because an old Node cannot read import().
import('../dist/main.js').catch(function (error) {
  // A checkout has no dist before it is built.
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || require('fs').existsSync(__dirname + '/../dist/main.js')) throw error;
  process.stderr.write('zonewise is not built: run npm ci && npm run build in ' + require('path').dirname(__dirname) + '\n');
  process.exitCode = 2;
});
