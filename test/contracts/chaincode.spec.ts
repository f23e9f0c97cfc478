// What a reviewer may count on: short transactions, and metadata that is generated from them and not written by hand.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createSourceFile,
  isClassDeclaration,
  isMethodDeclaration,
  ScriptTarget,
  type ClassDeclaration,
} from 'typescript';
import { loadChaincode } from '../support/stand-in/chaincode';

const methodsOf = (file: string): [string, number][] => {
  const source = createSourceFile(
    file,
    readFileSync(join(__dirname, '..', '..', 'chaincode', 'src', file), 'utf8'),
    ScriptTarget.ES2022,
    true,
  );
  const lineAt = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  return source.statements
    .filter((one): one is ClassDeclaration => isClassDeclaration(one))
    .flatMap(({ members }) => [...members])
    .filter(isMethodDeclaration)
    .map((method) => [method.name.getText(source), lineAt(method.end) - lineAt(method.name.getStart(source)) + 1]);
};

test.each(['ledger-contract.ts', 'openings-contract.ts'])('every transaction of %s has at most 15 lines', (file) => {
  const methods = methodsOf(file);
  expect(methods.length).toBeGreaterThanOrEqual(4);
  expect(methods.filter(([, lines]) => lines > 15)).toEqual([]);
});

test('metadata name every transaction with its parameters, and which are submitted', () => {
  // fabric-contract-api makes them from the decorators; `org.hyperledger.fabric:GetMetadata` answers with the same.
  const { contracts } = (loadChaincode() as unknown as { metadata: { contracts: Record<string, Described> } }).metadata;
  const told = Object.entries(contracts).flatMap(([contract, { transactions }]) =>
    transactions.map(({ name, tag, parameters = [] }) =>
      [`${contract}:${name}`, tag?.join() ?? '', ...parameters.map((one) => one.name)].join(' '),
    ),
  );
  expect(told).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ledger:Say .*submit.* command by$/i),
      expect.stringMatching(/^openings:Disclose .*submit.* mspId by$/i),
      expect.stringMatching(/^openings:Read .*evaluate.* mspId key by$/i),
    ]),
  );
});

interface Described {
  readonly transactions: readonly {
    readonly name: string;
    readonly tag?: readonly string[];
    readonly parameters?: readonly { readonly name: string }[];
  }[];
}
