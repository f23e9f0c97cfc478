// One parameter of a question as a field: only values that the template declares can be chosen.
import { Input, MultiSelect, SegmentedControl, Select, Switch, TextInput } from '@mantine/core';
import type { Parameter, ParameterValue } from '../api/types';
import { stepValues } from '../exact/steps';
import { useWords } from '../words/use-words';

interface Field<P extends Parameter = Parameter> {
  readonly parameter: P;
  readonly label: string;
  readonly value: ParameterValue | undefined;
  readonly onChange: (value: ParameterValue | undefined) => void;
}
type Of<T extends Parameter['type']> = Extract<Parameter, { type: T }>;

/** The value a field starts with: the first declared one, or nothing where it may be left open. */
export function firstValue(parameter: Parameter, isEnd: boolean): ParameterValue | undefined {
  if (parameter.optional === true) return undefined;
  switch (parameter.type) {
    case 'category':
      return parameter.many === true ? parameter.values.slice(0, 1) : parameter.values[0];
    case 'boolean':
      return true;
    case 'step': {
      const values = stepValues(parameter.from, parameter.to, parameter.by);
      return isEnd ? values.at(-1) : values[0];
    }
    case 'date':
      return isEnd ? parameter.to : parameter.from;
  }
}

export function ParameterField({ parameter, ...rest }: Field) {
  switch (parameter.type) {
    case 'category':
      return parameter.many === true ? (
        <Several parameter={parameter} {...rest} />
      ) : (
        <One parameter={parameter} {...rest} />
      );
    case 'boolean':
      return <YesNo parameter={parameter} {...rest} />;
    case 'step':
      return <Step parameter={parameter} {...rest} />;
    case 'date':
      return <Day parameter={parameter} {...rest} />;
  }
}

function One({ parameter, label, value, onChange }: Field<Of<'category'>>) {
  const { t } = useWords();
  return (
    <Select
      label={label}
      data={[...parameter.values]}
      value={typeof value === 'string' ? value : null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      placeholder={t('template.all')}
      clearable={parameter.optional === true}
      allowDeselect={false}
      searchable={parameter.values.length > 12}
      limit={200}
      description={parameter.optional === true ? t('template.optional') : undefined}
    />
  );
}

function Several({ parameter, label, value, onChange }: Field<Of<'category'>>) {
  const { t } = useWords();
  const chosen = Array.isArray(value) ? [...(value as readonly string[])] : [];
  return (
    <MultiSelect
      label={label}
      data={[...parameter.values]}
      value={chosen}
      onChange={(next) => onChange(next.length === 0 ? undefined : next)}
      placeholder={chosen.length === 0 ? t('template.all') : ''}
      searchable
      limit={200}
      description={parameter.optional === true ? t('template.optional') : undefined}
    />
  );
}

function YesNo({ parameter, label, value, onChange }: Field<Of<'boolean'>>) {
  const { t } = useWords();
  if (parameter.optional !== true)
    return (
      <Input.Wrapper label={label} labelElement="div">
        <Switch
          aria-label={label}
          mt={6}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
          onLabel={t('template.yes')}
          offLabel={t('template.no')}
          size="lg"
        />
      </Input.Wrapper>
    );
  const names = { all: undefined, yes: true, no: false } as const;
  const now = value === undefined ? 'all' : value === true ? 'yes' : 'no';
  return (
    <Input.Wrapper label={label} labelElement="div" description={t('template.optional')}>
      <SegmentedControl
        aria-label={label}
        fullWidth
        mt={4}
        value={now}
        onChange={(name) => onChange(names[name])}
        data={[
          { value: 'all', label: t('template.all') },
          { value: 'yes', label: t('template.yes') },
          { value: 'no', label: t('template.no') },
        ]}
      />
    </Input.Wrapper>
  );
}

function Step({ parameter, label, value, onChange }: Field<Of<'step'>>) {
  const { t, number } = useWords();
  const values = stepValues(parameter.from, parameter.to, parameter.by);
  return (
    <Select
      label={label}
      data={values.map((one) => ({ value: String(one), label: number(one) }))}
      value={value === undefined ? null : String(value)}
      onChange={(chosen) => onChange(values.find((one) => String(one) === chosen))}
      placeholder={t('template.all')}
      clearable={parameter.optional === true}
      allowDeselect={false}
      description={parameter.optional === true ? t('template.optional') : undefined}
    />
  );
}

function Day({ parameter, label, value, onChange }: Field<Of<'date'>>) {
  const { t } = useWords();
  const span = `${parameter.from} – ${parameter.to}`;
  return (
    <TextInput
      type="date"
      label={label}
      min={parameter.from}
      max={parameter.to}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      required={parameter.optional !== true}
      withAsterisk={false}
      description={parameter.optional === true ? `${span}, ${t('template.optional')}` : span}
    />
  );
}
