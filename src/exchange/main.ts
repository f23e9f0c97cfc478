// Starts the exchange program; stops it gracefully on SIGTERM or SIGINT.
import 'reflect-metadata';
import { configured } from '../platform/config';
import { runProgram } from '../platform/run';
import { startExchange } from './application';
import { ExchangeSettings } from './settings';

runProgram(() => startExchange(configured(ExchangeSettings, process.env)));
