import { createServer } from 'node:net';
import { freePorts, isFree, takenPorts } from './ports';
import { portNames, seatsOf } from './plan';
import { testShape } from './testing';

async function listening(): Promise<{ port: number; close: () => Promise<void> }> {
  const [port = 0] = await freePorts(1, 9_000);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    close: () =>
      new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  };
}

test('ports are different, free, and below the range systems hand out', async () => {
  const ports = await freePorts(20, 11_990); // wraps round the end
  expect(new Set(ports).size).toBe(20);
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_000);
    expect(await isFree(port)).toBe(true);
  }
});

test('a port somebody listens on is never handed out, and is named when it was ours', async () => {
  const { port, close } = await listening();
  expect(await freePorts(1, port - 20_000)).not.toContain(port);
  expect(await takenPorts({ 'orderer-1.listen': port })).toEqual([`${String(port)} (orderer-1.listen)`]);
  await close();
  expect(await takenPorts({ 'orderer-1.listen': port })).toEqual([]);
});

test.each`
  shape                                                    | programs | ports
  ${{}}                                                    | ${5}     | ${13}
  ${{ orderers: 3 }}                                       | ${7}     | ${19}
  ${{ consensus: 'bft', orderers: 4 }}                     | ${8}     | ${22}
  ${{ chaincode: { ...testShape.chaincode, each: true } }} | ${7}     | ${15}
`(
  '$shape: $programs programs, $ports ports',
  ({ shape, programs, ports }: { shape: object; programs: number; ports: number }) => {
    expect(seatsOf({ ...testShape, ...shape })).toHaveLength(programs);
    expect(portNames({ ...testShape, ...shape })).toHaveLength(ports);
  },
);
