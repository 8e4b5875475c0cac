# Sourced by the service scripts. Each is called as
#
#   NAME.sh start DIR HOST:PORT   start it with its state in DIR and wait until it answers
#   NAME.sh stop DIR              end what this DIR started, and nothing else
#
# and leaves with 77 when the service is not installed. HOST is a loopback address; what is installed by hand is looked
# for in HEDDLE_TEST_CACHE.
set -euo pipefail

CACHE=${HEDDLE_TEST_CACHE:-$HOME/.cache/heddle-tests}
HERE=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)

usage() {
    echo "usage: $0 start DIR HOST:PORT | stop DIR" >&2
    exit 2
}

missing() {
    echo "$1 is not installed: $2" >&2
    exit 77
}

# spawn NAME COMMAND...: in a session of its own, so that stopping reaches its children too.
spawn() {
    local name=$1
    shift
    setsid bash -c 'echo $$ >"$1"; shift; exec "$@"' _ "$DIR/$name.pid" "$@" >"$DIR/$name.log" 2>&1 </dev/null &
    disown
}

# wait_for NAME PATH [SECONDS]: until HOST:PORT answers PATH with 200.
wait_for() {
    local name=$1 path=$2 tries=$((${3:-30} * 10)) line
    while ((tries-- > 0)); do
        if exec 3<>"/dev/tcp/$HOST/$PORT"; then
            printf 'GET %s HTTP/1.0\r\nHost: %s:%s\r\n\r\n' "$path" "$HOST" "$PORT" >&3
            read -r -t 2 line <&3 || line=
            exec 3>&-
            [[ $line == *" 200"* ]] && return 0
        fi 2>/dev/null
        if [[ -s $DIR/$name.pid ]] && ! kill -0 "$(cat "$DIR/$name.pid")" 2>/dev/null; then
            break
        fi
        sleep 0.1
    done
    echo "$name does not answer at $HOST:$PORT; its last words:" >&2
    tail -n 20 "$DIR/$name.log" >&2
    stop
    exit 1
}

stop() {
    local file pid
    for file in "$DIR"/*.pid; do
        [[ -s $file ]] || continue
        pid=$(cat "$file")
        kill -TERM -- "-$pid" 2>/dev/null || true
        for _ in $(seq 50); do
            kill -0 -- "-$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$pid" 2>/dev/null || true
        rm -f "$file"
    done
}

case ${1:-} in
start)
    [[ $# -eq 3 ]] || usage
    DIR=$2 HOST=${3%:*} PORT=${3##*:}
    case $HOST in 127.*) ;; *) usage ;; esac
    mkdir -p "$DIR"
    ;;
stop)
    [[ $# -eq 2 ]] || usage
    DIR=$2
    stop
    exit 0
    ;;
*) usage ;;
esac
