#!/usr/bin/env bash
# Prism over an OpenAPI document (SPEC): refuses what the document does not allow, answers what it promises.
# install.sh installs it.
source "$(dirname "$0")/lib.sh"

MAIN=$CACHE/prism/node_modules/@stoplight/prism-cli/dist/index.js
command -v node >/dev/null || missing node "a package of your system"
[[ -f $MAIN ]] || missing prism "tests/services/install.sh"
: "${SPEC:?the OpenAPI document}"
[[ -f $SPEC ]] || missing "$SPEC" "tests/services/install.sh"

spawn prism node "$MAIN" mock --errors -h "$HOST" -p "$PORT" --multiprocess=false "$SPEC"
# Nothing says when it is ready but an answer, and which requests are answered with 200 is the document's to say.
for _ in $(seq 300); do
    (exec 3<>"/dev/tcp/$HOST/$PORT") 2>/dev/null && exit 0
    # In this order: before the file is there, the process is starting, not gone.
    if [[ -s $DIR/prism.pid ]] && ! kill -0 "$(cat "$DIR/prism.pid")" 2>/dev/null; then
        break
    fi
    sleep 0.1
done
tail -n 20 "$DIR/prism.log" >&2
stop
exit 1
