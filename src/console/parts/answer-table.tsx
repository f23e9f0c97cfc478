// An answer as a table: every figure with its interval, every withheld figure with the reason.
import { Table, Text, Tooltip } from '@mantine/core';
import type { Cell, CellValue } from '../api/types';
import { useWords } from '../words/use-words';
import type { Shape } from './shape';

interface Shown {
  readonly caption: string;
  readonly shape: Shape;
  readonly cells: readonly Cell[];
}

export function AnswerTable({ caption, shape, cells }: Shown) {
  const { t } = useWords();
  if (cells.length === 0) return <Text c="dimmed">{t('answer.noCells')}</Text>;
  return (
    <Table.ScrollContainer minWidth={112 * (shape.dimensions.length + shape.measures.length)} maxHeight={520}>
      <Table striped stickyHeader captionSide="top">
        <Table.Caption ta="left">{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {shape.dimensions.map(({ title }) => (
              <Table.Th key={title}>{title}</Table.Th>
            ))}
            {shape.measures.map(({ as, title }) => (
              <Table.Th key={as} ta="right">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {cells.map((cell) => (
            <Table.Tr key={cell.key.join('\u0000')}>
              {cell.key.map((key, at) => (
                <Table.Td key={shape.dimensions[at]?.title ?? at}>{shape.dimensions[at]?.spell(key) ?? key}</Table.Td>
              ))}
              {shape.measures.map(({ as }) => (
                <Table.Td key={as} ta="right">
                  <Value value={cell.values[as] ?? null} floor={shape.floor} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Value({ value, floor }: { readonly value: CellValue; readonly floor: number }) {
  const { t, number } = useWords();
  if (value === null) return <Why words={t('answer.notCombined')} why={t('answer.notCombinedWhy')} />;
  if (typeof value !== 'object') return <Digits>{number(value)}</Digits>;
  if ('withheld' in value) return <Why words={t('answer.withheld')} why={t('answer.withheldWhy', { floor })} />;
  return (
    <>
      <Digits>{number(value.value)}</Digits>
      {value.low !== undefined && value.high !== undefined && (
        <Text size="xs" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
          {number(value.low)} – {number(value.high)}
        </Text>
      )}
      {value.noise !== undefined && (
        <Text size="xs" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
          {t('answer.noiseError')} {number(value.noise)}
        </Text>
      )}
      {value.error !== undefined && (
        <Text size="xs" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
          {t('answer.standardError')} {number(value.error)}
        </Text>
      )}
    </>
  );
}

function Digits({ children }: { readonly children: string }) {
  return (
    <Text size="sm" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
      {children}
    </Text>
  );
}

function Why({ words, why }: { readonly words: string; readonly why: string }) {
  return (
    <Tooltip label={why} events={{ hover: true, focus: true, touch: true }} multiline maw={260}>
      <Text size="sm" c="dimmed" fs="italic" tabIndex={0} component="span" aria-label={`${words}: ${why}`}>
        {words}
      </Text>
    </Tooltip>
  );
}
