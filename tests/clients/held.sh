#!/usr/bin/env bash
# Builds the agent whose calls are held and has the TypeScript SDKs of both eras show a hold to their user over HTTP.
set -uo pipefail
cd "$(dirname "$0")/../.."

tests/clients/install.sh node || exit 1
CACHE=${HEDDLE_TEST_CACHE:-$HOME/.cache/heddle-tests}/clients
BACKEND=127.85.21.5:19091
TARGET=${CARGO_TARGET_DIR:-$PWD/target}
WORK=$(mktemp -d)
mkdir -m 700 "$WORK/home"
trap 'rm -rf "$WORK"' EXIT

HEDDLE=$TARGET/debug/heddle-under-test
[[ -x $HEDDLE ]] || cargo build --quiet -p heddle-tests --bin heddle-under-test || exit 1
sed "s|{origin}|http://$BACKEND|" tests/fixtures/approvals.yaml >"$WORK/keeper.yaml"
echo "keeper: [board-token]" >"$WORK/heddle.grants.yaml"
HEDDLE_HOME=$TARGET/heddle-home "$HEDDLE" build "$WORK/keeper.yaml" --out "$WORK/generated" --dist "$WORK/dist" || exit 1
HEDDLE_HOME=$WORK/home timeout 120 "$CACHE/node/bin/node" tests/clients/held.mjs \
    "$CACHE/npm/" "$HEDDLE" "$WORK/dist/keeper" "$BACKEND" || exit 1
HEDDLE_HOME=$WORK/home "$HEDDLE" audit verify
