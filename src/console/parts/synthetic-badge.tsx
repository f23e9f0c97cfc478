// Invented rows are called so wherever they are shown.
import { Badge } from '@mantine/core';
import { useWords } from '../words/use-words';

export function SyntheticBadge() {
  const { t } = useWords();
  return (
    <Badge color="grape" variant="light" title={t('synthetic.why')} style={{ flexShrink: 0 }}>
      {t('synthetic.badge')}
    </Badge>
  );
}
