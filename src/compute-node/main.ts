// Starts the compute-node program; stops it gracefully on SIGTERM or SIGINT.
import 'reflect-metadata';
import { configured } from '../platform/config';
import { runProgram } from '../platform/run';
import { startComputeNode } from './application';
import { ComputeNodeSettings } from './settings';

runProgram(() => startComputeNode(configured(ComputeNodeSettings, process.env)));
