// The list of pricing models: a new model is a new folder and one line here.
import { appraised } from './appraised';
import { bundle } from './bundle';
import { differential } from './differential';
import { feedback } from './feedback';
import { free } from './free';
import { negotiated } from './negotiated';
import { perUse } from './per-use';
import { subscriptionFixed } from './subscription-fixed';
import { subscriptionPerUse } from './subscription-per-use';
import { tiers } from './tiers';

export const models = [
  subscriptionFixed,
  subscriptionPerUse,
  perUse,
  tiers,
  negotiated,
  feedback,
  free,
  differential,
  bundle,
  appraised,
] as const;
