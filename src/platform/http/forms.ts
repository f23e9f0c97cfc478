// class-validator at the edges where forms and query strings come in; bodies of a zod schema pass by untouched.
import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { Refusal } from '../../domain/refusals';

@Injectable()
export class FormPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: false,
      exceptionFactory: (errors) => new Refusal('QUERY_SHAPE', { fields: errors.map(({ property }) => property) }),
    });
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // A zod schema and its type share a name, so the compiler writes the schema down as the parameter's class. It is none.
    if (metadata.type === 'custom' || typeof metadata.metatype !== 'function') return Promise.resolve(value);
    // Parsed bodies have no prototype, which class-transformer cannot read.
    const plain = typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : value;
    return super.transform(plain, metadata) as Promise<unknown>;
  }
}
