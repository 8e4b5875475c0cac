#!/usr/bin/env bash
# A soak: 32 calls in flight for MINUTES (30 if left out), with faults, a backend that is killed and restarted, and a second
# agent that is killed itself. Ends with 1 when an answer is lost or late, memory grows, or the audit log is not whole.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --quiet --package heddle-tests --bins
exec "${CARGO_TARGET_DIR:-target}/debug/soak" "${1:-30}"
