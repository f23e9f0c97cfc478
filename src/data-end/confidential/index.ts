// The room's door: what the module of the data end takes in.
import { Checking } from './checking';
import { CollectiveKeys } from './collective-keys';
import { ConfidentialController } from './confidential.controller';
import { Contributing } from './contributing';
import { Crossing } from './crossing';
import { Fingerprinting } from './fingerprinting';

export const confidentialControllers = [ConfidentialController];
export const confidentialProviders = [Checking, CollectiveKeys, Contributing, Crossing, Fingerprinting];
