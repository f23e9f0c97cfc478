// The columns of a data element: what can be asked about, and what never shows.
import { Badge, Table, Text } from '@mantine/core';
import type { Column, ElementDocument } from '../api/types';
import { useWords, type Speech } from '../words/use-words';

const SHOWN = 6;
const colours: Readonly<Record<string, string>> = {
  open: 'teal',
  internal: 'blue',
  personal: 'orange',
  sensitive: 'red',
};

function domainWords({ type, domain, unit }: Column, { t, list, number }: Speech): string {
  if (type === 'text-id') return t('repository.hidden');
  if (domain?.values !== undefined) {
    const rest = domain.values.length - SHOWN;
    const first = list(domain.values.slice(0, SHOWN));
    return rest > 0 ? `${first} ${t('repository.more', { count: rest })}` : first;
  }
  if (domain?.from !== undefined) return `${domain.from} – ${domain.to ?? ''}`;
  if (domain?.low === undefined) return type === 'boolean' ? `${t('template.yes')} / ${t('template.no')}` : '';
  return `${number(domain.low)} – ${number(domain.high ?? '')}${unit === undefined ? '' : ` ${unit}`}`;
}

export function ColumnsTable({ element }: { readonly element: ElementDocument }) {
  const speech = useWords();
  const { t, say, term } = speech;
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table striped>
        <Table.Caption>
          {t('repository.element')}: {say(element.title)} {element.version} · {t('repository.protects')}:{' '}
          {term('unit', element.unit.of)}
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {(['column', 'type', 'domain', 'sensitivity'] as const).map((name) => (
              <Table.Th key={name}>{t(`repository.${name}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {element.columns.map((column) => (
            <Table.Tr key={column.name}>
              <Table.Td>
                {say(column.title)}
                <Text size="xs" c="dimmed" ff="monospace">
                  {column.name}
                </Text>
              </Table.Td>
              <Table.Td>{term('type', column.type)}</Table.Td>
              <Table.Td>{domainWords(column, speech)}</Table.Td>
              <Table.Td>
                <Badge variant="light" tt="none" color={colours[column.sensitivity] ?? 'gray'}>
                  {term('sensitivity', column.sensitivity)}
                </Badge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
