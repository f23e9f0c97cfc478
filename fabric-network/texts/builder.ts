// The external builder: three shell scripts that tell a peer "this chaincode already runs, here is its address".

/** File name → script. `detect` says whether the package is ours, `build` and `release` pass connection.json on. No `run`. */
export const builderScripts: Readonly<Record<'detect' | 'build' | 'release', string>> = {
  detect: `#!/bin/sh
# $1 chaincode source, $2 metadata: exit 0 when the package names a running service.
grep -q '"type" *: *"ccaas"' "$2/metadata.json"
`,
  build: `#!/bin/sh
# $1 chaincode source, $2 metadata, $3 output: nothing to build, the address is all there is.
set -e
test -f "$1/connection.json" || { echo "the package has no connection.json" >&2; exit 1; }
cp "$1/connection.json" "$3/connection.json"
if [ -d "$1/META-INF" ]; then cp -R "$1/META-INF" "$3/META-INF"; fi
`,
  release: `#!/bin/sh
# $1 build output, $2 release: the peer reads chaincode/server/connection.json.
set -e
mkdir -p "$2/chaincode/server"
cp "$1/connection.json" "$2/chaincode/server/connection.json"
if [ -d "$1/META-INF" ]; then cp -R "$1/META-INF/." "$2/"; fi
`,
};
