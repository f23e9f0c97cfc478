// Valuation's routes: calculators for anyone signed in, and the appraiser's signed price.
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { JsonBody } from '../../../platform/http';
import type { Caller } from '../../../platform/tokens/caller';
import { For, TheCaller } from '../../../platform/tokens/guard';
import { Appraisals } from '../appraisals/appraisals.service';
import { value, Valuation } from './calculators';

const Signed = z.strictObject({ statement: z.string().max(8192) });

@ApiTags('market')
@Controller('v1/market')
@For()
export class ValuationController {
  constructor(private readonly appraisals: Appraisals) {}

  /** An estimate, not a promise: inputs, steps and sensitivity are shown. */
  @Post('valuations')
  @HttpCode(200)
  value(@JsonBody(Valuation) asked: Valuation) {
    return { inputs: asked, result: value(asked) };
  }

  @Post('products/:id/appraisals')
  @HttpCode(200)
  appraise(
    @Param('id') id: string,
    @JsonBody(Signed) { statement }: z.infer<typeof Signed>,
    @TheCaller() { participant }: Caller,
  ) {
    return this.appraisals.record(id, statement, participant);
  }
}
