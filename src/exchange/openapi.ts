// Prints the exchange's OpenAPI document from the routes themselves; nothing is started.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { describeApi } from './application';
import { ExchangeModule, type ExchangeParts } from './exchange.module';

async function main(): Promise<void> {
  // In preview nothing is made, so nothing is missed.
  const parts = {
    settings: { PUBLIC_URL: 'http://127.0.0.1:3000' },
    secrets: { signingKeys: [] },
  } as unknown as ExchangeParts;
  const app = await NestFactory.create<NestExpressApplication>(ExchangeModule.of(parts), {
    preview: true,
    logger: false,
  });
  process.stdout.write(`${JSON.stringify(describeApi(app), null, 2)}\n`);
}

void main();
