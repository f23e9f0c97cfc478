// The choice of ledger: one for every program, dialled late, with plain words where a setting is missing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger, LedgerSigner } from '../../domain/ledger/port';
import { Refusal } from '../../domain/refusals';
import { openKeyring } from '../../wire';
import { makeKeys } from '../../sdk/wallet/wallet';
import { openFabric, participantLedger, peerLedgers } from './choice';
import { deferredLedger } from './deferred';

const now = () => 1_800_000_000_000;
const exchangeUrl = 'http://127.0.0.1:9';
const signer = async (): Promise<LedgerSigner> => {
  const { participant, ledger } = openKeyring(await makeKeys('a-city', now()));
  return { participant, certificate: ledger.certificate, sign: () => Promise.reject(new Error('not asked')) };
};

describe('a ledger opened late', () => {
  const head = { height: 1, hash: 'aa' };
  const opened = (): Ledger =>
    ({ head: () => Promise.resolve(head), close: () => Promise.resolve() }) as unknown as Ledger;

  it('is opened once, by whoever asks first', async () => {
    const open = jest.fn(() => Promise.resolve(opened()));
    const ledger = deferredLedger('fabric', open);
    expect(open).not.toHaveBeenCalled();
    expect(await Promise.all([ledger.head(), ledger.head()])).toEqual([head, head]);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('says why it could not be opened, and tries again at the next call', async () => {
    const open = jest.fn(() => Promise.resolve(opened())).mockRejectedValueOnce(new Refusal('LEDGER_DOWN'));
    const ledger = deferredLedger('fabric', open);
    await expect(ledger.head()).rejects.toMatchObject({ code: 'LEDGER_DOWN' });
    expect(await ledger.head()).toEqual(head);
  });

  it('closes without having been opened', async () => {
    await expect(deferredLedger('fabric', () => Promise.reject(new Error('never'))).close()).resolves.toBeUndefined();
  });
});

describe('which ledger', () => {
  it('is the exchange’s own where nothing is said', async () => {
    const mine = { exchangeUrl, signer: await signer(), now };
    expect(participantLedger({}, mine).kind).toBe('embedded');
    expect(peerLedgers({}, mine).map(({ organisation }) => organisation)).toEqual([exchangeUrl]);
    expect(participantLedger({ LEDGER: 'fabric', FABRIC_PROFILE: 'x' }, mine).kind).toBe('fabric');
  });

  it('on Fabric names the missing profile, and a certificate of no organisation of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aggregora-choice-'));
    try {
      const file = join(folder, 'profile.json');
      const peer = { name: 'p', address: 'localhost:9', tlsRoots: 'tls.pem' };
      const organisations = [{ name: 'org1', mspId: 'Org1MSP', peers: [peer] }];
      const profile = {
        schema: 'aggregora/fabric-profile/1',
        channel: 'c',
        chaincode: 'a',
        organisations,
        identities: 'i',
      };
      writeFileSync(file, JSON.stringify(profile));
      const mine = await signer();
      const open = (choice: object) => () => openFabric({ LEDGER: 'fabric', ...choice }, mine, now);
      expect(open({})).toThrow('LEDGER=fabric needs FABRIC_PROFILE');
      expect(open({ FABRIC_PROFILE: file })).toThrow(
        'names no organisation of the Fabric profile; set FABRIC_ORGANISATION',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
