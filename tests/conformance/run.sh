#!/usr/bin/env bash
# Runs the official conformance suite against a built agent over HTTP, for the newest revision of each era. What an agent
# cannot be held to is in excused-REVISION.yml with a reason each; the suite fails on an excuse that is not needed.
set -uo pipefail
cd "$(dirname "$0")/../.."

tests/clients/install.sh node || exit 1
CACHE=${HEDDLE_TEST_CACHE:-$HOME/.cache/heddle-tests}/clients
NODE=$CACHE/node/bin/node
SUITE=$CACHE/npm/node_modules/@modelcontextprotocol/conformance/dist/index.js
ADDRESS=127.85.21.4
WORK=$(mktemp -d)
mkdir -m 700 "$WORK/home"
PIDS=()
trap 'kill "${PIDS[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$WORK"' EXIT
TARGET=${CARGO_TARGET_DIR:-$PWD/target}

HEDDLE=$TARGET/debug/heddle-under-test
[[ -x $HEDDLE ]] || cargo build --quiet -p heddle-tests --bin heddle-under-test || exit 1
HEDDLE_HOME=$TARGET/heddle-home "$HEDDLE" build tests/conformance/conformance.yaml \
    --origin "http://localhost:9090=http://$ADDRESS:19090" --out "$WORK/generated" --dist "$WORK/dist" || exit 1

"$NODE" tests/conformance/backend.mjs "$ADDRESS" 19090 &
PIDS+=($!)
HEDDLE_HOME=$WORK/home "$WORK/dist/conformance" --http 0 2>"$WORK/said" &
PIDS+=($!)
for _ in $(seq 100); do
    URL=$(sed -n 's/.*listening on //p' "$WORK/said")
    [[ -n $URL ]] && break
    sleep 0.1
done
[[ -n $URL ]] || { cat "$WORK/said" >&2; exit 1; }

failed=0
for revision in 2025-11-25 2026-07-28; do
    if timeout 300 "$NODE" "$SUITE" server --url "$URL" --requirements "$revision" -o "$WORK/$revision" \
        --expected-failures "tests/conformance/excused-$revision.yml" >"$WORK/$revision.log" 2>&1; then
        echo "ok      conformance, $revision: $(grep -E '^Total:' "$WORK/$revision.log" | tail -1)"
    else
        echo "FAILED  conformance, $revision"
        sed -n '/=== SUMMARY/,$p' "$WORK/$revision.log" | sed 's/^/        /'
        failed=1
    fi
done
HEDDLE_HOME=$WORK/home "$HEDDLE" audit verify || failed=1
exit $failed
