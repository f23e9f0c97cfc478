// One schema gives a route its type, its check and its page in the API document.
import { Body } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { z } from 'zod';
import { Parsed } from './parsed';

/** The body as the schema's type, described in OpenAPI by the very same schema. Refuses BODY_SHAPE. */
export function JsonBody<T>(schema: z.ZodType<T>): ParameterDecorator {
  return (target, key, index) => {
    Body(new Parsed(schema))(target, key, index);
    const method = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key === undefined || method === undefined) return;
    ApiBody({ schema: jsonSchema(schema) as never })(target, key, method);
  };
}

/** JSON Schema 2020-12, as OpenAPI 3.1 takes it. */
export function jsonSchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  return described;
}
