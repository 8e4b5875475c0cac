#!/usr/bin/env bash
# Builds the Prometheus pack for a Prometheus of its own and has each real client query it, over standard streams and over
# HTTP with an access token.
set -euo pipefail
cd "$(dirname "$0")/../.."

ADDRESS=127.85.21.3:19090
WORK=$(mktemp -d)
mkdir -m 700 "$WORK/home"
SERVER=
trap '[[ -z $SERVER ]] || kill "$SERVER"; tests/services/prometheus.sh stop "$WORK/prometheus"; rm -rf "$WORK"' EXIT
TARGET=${CARGO_TARGET_DIR:-$PWD/target}

# The command that the tests were run with, if they were: no need to compile it again.
HEDDLE=$TARGET/debug/heddle-under-test
[[ -x $HEDDLE ]] || cargo build --quiet -p heddle-tests --bin heddle-under-test
tests/services/prometheus.sh start "$WORK/prometheus" "$ADDRESS"
HEDDLE_HOME=$TARGET/heddle-home "$HEDDLE" build packs/prometheus.yaml \
    --origin "http://localhost:9090=http://$ADDRESS" --out "$WORK/generated" --dist "$WORK/dist"

# The first scrape comes a few seconds after the start.
scraped() {
    python3 -c 'import sys, urllib.request as u; sys.exit(b"node" not in u.urlopen(sys.argv[1], timeout=2).read())' \
        "http://$ADDRESS/api/v1/query?query=up" 2>/dev/null
}
for _ in $(seq 60); do
    scraped && break
    sleep 0.5
done
HEDDLE_HOME=$WORK/home tests/clients/run.sh "$WORK/dist/prometheus" \
    alerts,metrics,query,query_range,targets query '{"query": "up"}' '"node'

export HEDDLE_HOME=$WORK/home
MCP_TOKEN=$("$HEDDLE" tokens add prometheus clients)
export MCP_TOKEN
"$WORK/dist/prometheus" --http 0 2>"$WORK/said" &
SERVER=$!
URL=
for _ in $(seq 100); do
    URL=$(sed -n 's/.*listening on //p' "$WORK/said")
    [[ -n $URL ]] && break
    sleep 0.1
done
tests/clients/run.sh "$URL" alerts,metrics,query,query_range,targets query '{"query": "up"}' '"node'
kill "$SERVER"
wait "$SERVER"
SERVER=
"$HEDDLE" audit verify
