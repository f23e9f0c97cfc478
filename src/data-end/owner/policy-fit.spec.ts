import { Refusal } from '../../domain/refusals';
import { defaultPolicy } from '../../domain/safe-answers';
import type { Template } from '../../domain/templates';
import { mustFitPolicy } from './policy-fit';

const template = (rho: string, minUnits: number, groupsPerUnit: number) =>
  ({ privacy: { mechanism: 'gaussian', rho, minUnits }, bounds: { groupsPerUnit } }) as unknown as Template;

test.each`
  rho        | minUnits | groups | broken
  ${'1/200'} | ${10}    | ${4}   | ${undefined}
  ${'1/400'} | ${20}    | ${1}   | ${undefined}
  ${'1/199'} | ${10}    | ${4}   | ${'rhoPerQuestion'}
  ${'1/200'} | ${9}     | ${4}   | ${'minUnits'}
  ${'1/200'} | ${10}    | ${5}   | ${'groupsPerUnit'}
`(
  'rho $rho, floor $minUnits, $groups groups a unit breaks $broken',
  (row: { rho: string; minUnits: number; groups: number; broken?: string }) => {
    const attempt = () => {
      try {
        mustFitPolicy(template(row.rho, row.minUnits, row.groups), defaultPolicy);
        return undefined;
      } catch (error) {
        return error instanceof Refusal ? error.details['limit'] : error;
      }
    };
    expect(attempt()).toBe(row.broken);
  },
);
