#!/usr/bin/env node
// The entry of the npm package. It is old JavaScript, so that every Node can read it up to the message.
'use strict';

var NEEDED = 24;

if (parseInt(process.versions.node, 10) >= NEEDED) {
  require('./start.cjs');
} else {
  process.stderr.write(
    'zonewise needs Node ' + NEEDED + ' or later; this is Node ' + process.versions.node + ' (' + process.execPath + ')\n'
  );
  process.exitCode = 2;
}
