// The two servers a page talks to, in the chosen language: the exchange, and the reader's desk if one is connected.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { deskAt, type Desk, type DeskAddress } from '../api/desk';
import { exchangeIn, type Exchange } from '../api/exchange';
import type { DeskOwner, Participant } from '../api/types';
import { useWords } from '../words/use-words';
import { type Arrival, forget, keep } from './desk-address';
import { goTo, links } from './route';
import { useLoad } from './use-load';

export interface Servers {
  readonly exchange: Exchange;
  readonly desk: Desk | undefined;
  readonly address: DeskAddress | undefined;
  readonly toConfirm: DeskAddress | undefined;
  /** A participant's name in the chosen language, or its id. */
  nameOf(participant: string): string;
  /** What a desk is called: by its own words, or by its owner's. */
  deskName(owner: DeskOwner): string;
  connect(address: DeskAddress): void;
  disconnect(): void;
}

const Context = createContext<Servers | undefined>(undefined);

export function useServers(): Servers {
  const servers = useContext(Context);
  if (servers === undefined) throw new Error('Outside of ServersProvider.');
  return servers;
}

export function ServersProvider({ arrival, children }: { readonly arrival: Arrival; readonly children: ReactNode }) {
  const { language, say } = useWords();
  const [address, setAddress] = useState(arrival.kept);
  const exchange = useMemo(() => exchangeIn(language), [language]);
  const desk = useMemo(() => (address === undefined ? undefined : deskAt(address, language)), [address, language]);
  const participants = useLoad('participants', async () => (await exchange.participants()).items);
  useEffect(() => {
    if (arrival.toConfirm !== undefined) goTo(links.desk);
  }, [arrival]);
  const nameOf = (id: string): string => say(named(participants.value, id)) || id;
  const servers: Servers = {
    exchange,
    desk,
    address,
    toConfirm: arrival.toConfirm,
    nameOf,
    deskName: ({ name, participant }) =>
      name === undefined ? nameOf(participant) : typeof name === 'string' ? name : say(name),
    connect: (next) => {
      keep(next);
      setAddress(next);
    },
    disconnect: () => {
      forget();
      setAddress(undefined);
    },
  };
  return <Context value={servers}>{children}</Context>;
}

const named = (list: readonly Participant[] | undefined, id: string) => list?.find((one) => one.id === id)?.name;
