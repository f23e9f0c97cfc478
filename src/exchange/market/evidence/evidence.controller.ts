// Auditors' routes: the books' zero per currency, and every posting with its receipt or its reason.
import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { For } from '../../../platform/tokens/guard';
import { Evidence } from './evidence';

@ApiTags('market')
@For('auditor', 'operator')
@Controller('v1/market/audit')
export class EvidenceController {
  constructor(private readonly evidence: Evidence) {}

  @Get('books')
  books() {
    return this.evidence.books();
  }

  @Get('reconciliation')
  reconciliation() {
    return this.evidence.reconciliation();
  }

  @Get('reconciliation.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  async csv() {
    const { items } = await this.evidence.reconciliation();
    const lines = items.map(({ entry, subject, receipt, because }) => [entry, subject, receipt ?? '', because ?? '']);
    return [['entry', 'subject', 'receipt', 'reason'], ...lines].map((line) => line.join(',')).join('\r\n');
  }
}
