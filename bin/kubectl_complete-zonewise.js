#!/usr/bin/env node
// kubectl runs this, by the name kubectl_complete-zonewise, with the words typed behind `kubectl zonewise`.
process.argv.splice(2, 0, '__complete');
await import('../dist/main.js');
