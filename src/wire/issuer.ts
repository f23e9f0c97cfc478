// Where an exchange has its authorisation server.
export const issuerOf = (exchangeUrl: string): string => `${exchangeUrl}/oidc`;
