#!/usr/bin/env bash
# rotel, a collector of OpenTelemetry data. What it takes stands in DIR/rotel.log. install.sh installs it.
source "$(dirname "$0")/lib.sh"

AGENT=$CACHE/rotel/lib/rotel-agent
[[ -x $AGENT ]] || missing rotel "tests/services/install.sh"

spawn rotel "$AGENT" start --otlp-http-endpoint "$HOST:$PORT" --otlp-grpc-endpoint "$HOST:$((PORT + 1))" \
    --exporter blackhole --debug-log logs --debug-log-verbosity detailed
for _ in $(seq 300); do
    (exec 3<>"/dev/tcp/$HOST/$PORT") 2>/dev/null && exit 0
    if [[ -s $DIR/rotel.pid ]] && ! kill -0 "$(cat "$DIR/rotel.pid")" 2>/dev/null; then
        break
    fi
    sleep 0.1
done
tail -n 20 "$DIR/rotel.log" >&2
stop
exit 1
