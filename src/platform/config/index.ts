// Configuration comes from the environment, is checked once at start, and every wrong variable is named at once.
import { z } from 'zod';

/** Thrown at start only: the message lists every wrong variable and never its value. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** The schema's type from these variables; throws ConfigurationError. */
export function configured<T>(schema: z.ZodType<T>, environment: Readonly<Record<string, string | undefined>>): T {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  throw new ConfigurationError(
    result.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`),
  );
}

export const Port = z.coerce.number().int().min(0).max(65_535);
export const HttpUrl = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/$/, ''));
/** Which part of a program this process runs: replicas may split doors from workers. */
export const ProcessRole = z.enum(['http', 'worker', 'all']).default('all');

/** What every server program reads. Nothing listens beyond loopback unless HOST says so. */
export const Serving = {
  HOST: z.string().default('127.0.0.1'),
  PORT: Port,
  PUBLIC_URL: HttpUrl,
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'a postgres:// address'),
  ROLE: ProcessRole,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
};
