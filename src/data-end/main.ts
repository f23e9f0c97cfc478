// Starts the data-end program; stops it gracefully on SIGTERM or SIGINT.
import 'reflect-metadata';
import { configured } from '../platform/config';
import { runProgram } from '../platform/run';
import { startDataEnd } from './application';
import { DataEndSettings } from './settings';

runProgram(() => startDataEnd(configured(DataEndSettings, process.env)));
