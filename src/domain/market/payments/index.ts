// The door of payments.
export { needSignedWebhook, signWebhook } from './webhook';
