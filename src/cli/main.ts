#!/usr/bin/env node
// The command `aggregora`: everything a searcher, an owner, a reviewer and an auditor do, from a terminal.
import 'reflect-metadata';
import { terminal } from './io';
import { run } from './run';

void run(process.argv.slice(2), terminal()).then((code) => {
  process.exitCode = code;
});
