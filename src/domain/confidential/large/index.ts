// The door of the large form.
export * from './fingerprint';
export * from './ring64';
export * from './stage';
