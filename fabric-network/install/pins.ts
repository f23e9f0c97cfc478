// Which archive to fetch for which platform, and the SHA-256 it must have.
import { NetworkError } from '../network-error';
import { type Environment, wantedVersion } from '../binaries';

// SHA-256 of Hyperledger's release assets for v3.1.5 as public package recipes pin them; linux-amd64 was found the same
// in five independent ones, linux-arm64 in two, the darwin ones in one. Not recomputed here from a download.
const pins: Readonly<Record<string, string>> = {
  'linux-amd64': 'b9c31fd490991e76f8acb1835dee09fc19fee5428cb13e190ee6e0bdd2c37858',
  'linux-arm64': '4a42cad740a7e0373eda6bf1e27c86e9b06132f9bb751daf7f0f7dc1d1bbfed9',
  'darwin-amd64': '866b64b036ba9eff51ba2131bbe34b4b9057192f5766859ede22ea1cdd564158',
  'darwin-arm64': 'd67a5c3366746a984f8ee9ae0ebf5c8b357c9d33dd589fa0b7668d739472cef0',
};

export interface Archive {
  readonly url: string;
  readonly file: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** The archive for a platform. FABRIC_RELEASES names another place, FABRIC_SHA256 another pin. Throws NetworkError without a pin. */
export function archiveFor(platform: string, architecture: string, env: Environment): Archive {
  const target = `${platform}-${architecture === 'x64' ? 'amd64' : architecture}`;
  const sha256 = env['FABRIC_SHA256']?.toLowerCase() ?? pins[target];
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256))
    throw new NetworkError(
      `No SHA-256 is known for Fabric ${wantedVersion} on ${target}, and nothing unchecked is installed.`,
      [
        'FABRIC_SHA256=<64 hex digits> names the one you trust.',
        'FABRIC_BIN=<folder> names programs you have already.',
      ],
    );
  const place = (env['FABRIC_RELEASES'] ?? 'https://github.com/hyperledger/fabric/releases/download').replace(
    /\/+$/,
    '',
  );
  const file = `hyperledger-fabric-${target}-${wantedVersion}.tar.gz`;
  return { url: `${place}/v${wantedVersion}/${file}`, file, sha256 };
}
