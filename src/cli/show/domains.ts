// Domains of columns and parameters in a few characters.
import type { Column } from '../../domain/elements';
import type { Parameter } from '../../domain/templates';

const MOST = 8;

const shortened = (values: readonly string[]): string =>
  values.length <= MOST ? values.join(', ') : `${values.slice(0, MOST).join(', ')}, … (${String(values.length)})`;

export function columnDomain(column: Column): string {
  switch (column.type) {
    case 'category':
      return shortened(column.domain.values);
    case 'integer':
    case 'decimal':
      return `${String(column.domain.low)} … ${String(column.domain.high)}${column.unit === undefined ? '' : ` ${column.unit}`}`;
    case 'date':
    case 'timestamp':
      return `${column.domain.from} – ${column.domain.to}`;
    case 'boolean':
      return 'true, false';
    case 'text-id':
      return '';
  }
}

export function parameterDomain(parameter: Parameter): string {
  switch (parameter.type) {
    case 'category':
      return shortened(parameter.values);
    case 'boolean':
      return 'true, false';
    case 'step':
      return `${String(parameter.from)} … ${String(parameter.to)} / ${String(parameter.by)}`;
    case 'date':
      return `${parameter.from} – ${parameter.to}`;
  }
}
