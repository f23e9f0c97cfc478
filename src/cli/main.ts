#!/usr/bin/env node
// The command `aggregora`: everything a searcher, an owner, a reviewer and an auditor do, from a terminal.
import 'reflect-metadata';
import { terminal } from './io';
import { run } from './run';

// `| head` closes our output before we are done: that is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void run(process.argv.slice(2), terminal()).then((code) => {
  process.exitCode = code;
});
