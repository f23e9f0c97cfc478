// The room's door: what the module of the exchange takes in.
import { Collecting } from './collecting';
import { Computing } from './computing';
import { Confidential } from './confidential';
import { ConfidentialController } from './confidential.controller';
import { Crossing } from './crossing';
import { Nodes } from './nodes';
import { TlsRegistration } from './tls-registration';

export const confidentialControllers = [ConfidentialController];
export const confidentialProviders = [Collecting, Computing, Confidential, Crossing, Nodes, TlsRegistration];
