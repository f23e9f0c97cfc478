// What one command works with: its settings, its way to the exchange, its way of asking, its way of showing.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Ledger } from '../domain/ledger/port';
import { Refusal } from '../domain/refusals';
import { Catalogue, Client, type Keyring, ledgerOf, nodeClient, OwnerDesk, readKeyring } from '../sdk';
import { issuerOf, tlsPair } from '../wire';
import { type Asker, openAsker } from './asking/asker';
import { UsageError } from './exits';
import type { Io } from './io';
import { type Given, readSettings, type Settings } from './settings/settings';
import { Show } from './show/show';

export type { Given };

export class Session {
  readonly settings: Settings;
  readonly show: Show;

  constructor(
    readonly io: Io,
    given: Given,
    /** Sets the exit code of a command that ran through. */
    readonly finish: (code: number) => void,
  ) {
    this.settings = readSettings(io, given);
    this.show = new Show(io, this.settings.lang, this.settings.json);
  }

  get exchangeUrl(): string {
    if (this.settings.exchange !== undefined) return this.settings.exchange;
    throw new UsageError(
      'Say which exchange: --exchange URL, or AGGREGORA_EXCHANGE, or run npm start here.',
      '请指明交易所：使用 --exchange URL 或 AGGREGORA_EXCHANGE，或在此处运行 npm start。',
    );
  }

  /** Refuses KEYRING_UNREADABLE. */
  get keys(): Keyring {
    if (this.settings.keys !== undefined) return readKeyring(this.settings.keys);
    throw new UsageError(
      'Say whose keys: --keys FILE or AGGREGORA_KEYS. New ones: aggregora keys create PARTICIPANT.',
      '请指明密钥：使用 --keys FILE 或 AGGREGORA_KEYS。新建密钥：aggregora keys create 参与方标识。',
    );
  }

  private own: Ledger | undefined;

  /** Signed with our ledger key; dialled when first used, and closed by `close` or whoever was given it. */
  get ledger(): Ledger {
    return (this.own ??= ledgerOf(this.ledgerChoice, this.exchangeUrl, this.keys, this.io.now));
  }

  /** Which ledger, with everything that is needed to speak to it. */
  get ledgerChoice(): Settings['ledger'] {
    const { ledger } = this.settings;
    if (ledger.LEDGER !== 'fabric' || ledger.FABRIC_PROFILE !== undefined) return ledger;
    throw new UsageError(
      'LEDGER=fabric needs FABRIC_PROFILE, the connection profile of the network; npm run fabric:up names it.',
      'LEDGER=fabric 需要 FABRIC_PROFILE（网络的连接配置文件）；npm run fabric:up 会显示其路径。',
    );
  }

  async close(): Promise<void> {
    await this.own?.close();
  }

  get bookFile(): string {
    if (this.settings.book !== undefined) return this.settings.book;
    return resolve(this.io.home, '.local', 'share', 'aggregora', `${this.keys.participant}.jsonl`);
  }

  get language(): string {
    return this.settings.lang === 'zh' ? 'zh-CN' : 'en';
  }

  /** For what is open to everybody. */
  get open(): Client {
    return this.client(this.exchangeUrl);
  }

  /** For what only a registered participant may do. */
  get signedIn(): Client {
    const { participant, token } = this.keys;
    return this.client(this.exchangeUrl, { participant, tokenKey: token });
  }

  /** A compute node's program, under our keys. Refuses PARTICIPANT_UNKNOWN, DATA_END_MISSING. */
  async ofNode(id: string): Promise<Client> {
    const { endpoint } = await this.open.json<{ endpoint: string | null }>(`/v1/participants/${id}`, { open: true });
    if (endpoint === null) throw new Refusal('DATA_END_MISSING', { owner: id });
    const { keys, ledger } = this;
    const tls = await tlsPair(this.settings.keys ?? '', keys.participant, this.io.now());
    return nodeClient({ ledger, keys, tls }, id, this.settingsOf(endpoint));
  }

  get catalogue(): Catalogue {
    return new Catalogue(this.open);
  }

  get ownCatalogue(): Catalogue {
    return new Catalogue(this.signedIn);
  }

  asker(): Promise<Asker> {
    return openAsker(this);
  }

  /** The data end whose code we hold: given, or the local town's. */
  owner(given: { owner?: string; dataEnd?: string; code?: string }): { desk: OwnerDesk; name: string } {
    const { town } = this.settings;
    const name = given.owner ?? (town?.owners.length === 1 ? town.owners[0] : undefined) ?? '';
    const local = town?.dataEnd(name);
    const url = given.dataEnd ?? this.io.environment['AGGREGORA_DATA_END'] ?? local?.url;
    const code = given.code ?? this.io.environment['AGGREGORA_OWNER_CODE'] ?? local?.code;
    if (url === undefined || code === undefined) {
      const owners = town === undefined ? '' : ` (${town.owners.join(', ')})`;
      throw new UsageError(
        `Say whose data end: --owner NAME${owners}, or --data-end URL with --code CODE or AGGREGORA_OWNER_CODE.`,
        `请指明数据端：--owner 名称${owners}，或 --data-end URL 加 --code 访问码（或 AGGREGORA_OWNER_CODE）。`,
      );
    }
    return { desk: new OwnerDesk(this.client(url), code), name };
  }

  path(file: string): string {
    return resolve(this.io.folder, file);
  }

  readBytes(file: string): Uint8Array {
    try {
      return new Uint8Array(readFileSync(this.path(file)));
    } catch {
      throw new UsageError(`The file ${file} cannot be read.`, `无法读取文件 ${file}。`);
    }
  }

  /** A JSON file's value. */
  readJson(file: string): unknown {
    const text = new TextDecoder().decode(this.readBytes(file));
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      const why = error instanceof Error ? error.message : '';
      throw new UsageError(`The file ${file} is not JSON: ${why}`, `文件 ${file} 不是 JSON：${why}`);
    }
  }

  save(file: string, bytes: Uint8Array | string): void {
    writeFileSync(this.path(file), bytes);
  }

  private client(server: string, identity?: { participant: string; tokenKey: Keyring['token'] }): Client {
    const settings = this.settingsOf(server);
    return new Client(identity === undefined ? settings : { ...settings, identity });
  }

  private settingsOf(server: string) {
    const retry = { attempts: 3, firstPauseMs: 200, longestPauseMs: 400 };
    const issuer = issuerOf(this.settings.exchange ?? server);
    return { issuer, server, now: this.io.now, language: this.language, retry };
  }
}
