// Every failure leaves as an RFC 9457 problem document: a refusal with its code and what to do, a bug with an id and nothing else.
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Refusal, type RefusalRow } from '../../domain/refusals';
import { NEW_ID, type NewId } from '../clock';
import type { RefusalTable } from './table';

export const REFUSALS = Symbol('refusals');

/** What the framework itself throws, by status, in our words. */
const byStatus: Readonly<Record<number, string>> = {
  400: 'BODY_SHAPE',
  404: 'ROUTE_UNKNOWN',
  405: 'ROUTE_UNKNOWN',
  413: 'TOO_LARGE',
  415: 'CONTENT_TYPE',
  429: 'TOO_MANY_REQUESTS',
};

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('problem');

  constructor(
    @Inject(REFUSALS) private readonly table: RefusalTable,
    @Inject(NEW_ID) private readonly newId: NewId,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    if (response.headersSent) return void response.destroy();
    const refusal = refusalOf(error);
    const row = this.table.get(refusal.code);
    const instance = this.newId();
    if (row === undefined || refusal.code === 'INTERNAL')
      this.log.error({ instance, code: refusal.code, bug: nameOf(error) });
    else this.log.debug({ instance, code: refusal.code });
    const shown = row ?? this.table.get('INTERNAL');
    if (shown === undefined) throw new Error('The refusal table lacks INTERNAL.');
    response
      .status(shown.http)
      .type('application/problem+json')
      .setHeader('content-language', languageOf(http.getRequest<Request>()))
      .send(
        JSON.stringify(
          problem(
            row === undefined ? 'INTERNAL' : refusal.code,
            shown,
            refusal,
            instance,
            languageOf(http.getRequest<Request>()),
          ),
        ),
      );
  }
}

function problem(code: string, row: RefusalRow, refusal: Refusal, instance: string, language: 'en' | 'zh-CN') {
  const chinese = language === 'zh-CN';
  return {
    type: `urn:aggregora:refusal:${code}`,
    title: chinese ? row.zh : row.en,
    status: row.http,
    detail: chinese ? row.doZh : row.doEn,
    code,
    do: chinese ? row.doZh : row.doEn,
    details: refusal.details,
    instance: `urn:uuid:${instance}`,
  };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const status = error instanceof HttpException ? error.getStatus() : (error as { status?: unknown } | null)?.status;
  return new Refusal((typeof status === 'number' ? byStatus[status] : undefined) ?? 'INTERNAL');
}

export const languageOf = (request: Request): 'en' | 'zh-CN' =>
  request.acceptsLanguages('en', 'zh-CN', 'zh') === 'en' || request.acceptsLanguages('en', 'zh-CN', 'zh') === false
    ? 'en'
    : 'zh-CN';

/** A bug's kind and place, never its message: a message may quote a value. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const place = /\n\s+at .*?\(?([^\s()]+:\d+):\d+\)?/.exec(error.stack ?? '')?.[1] ?? '';
  return `${error.name} ${place.split('/').slice(-3).join('/')}`;
}
