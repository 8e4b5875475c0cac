#!/usr/bin/env bash
# Prometheus with one live target, one dead one and an alert about it; node_exporter on the next port.
# Debian: prometheus prometheus-node-exporter
source "$(dirname "$0")/lib.sh"

command -v prometheus >/dev/null || missing prometheus "apt-get install prometheus"
command -v prometheus-node-exporter >/dev/null || missing prometheus-node-exporter "apt-get install prometheus-node-exporter"

NODE=$HOST:$((PORT + 1))
cat >"$DIR/prometheus.yml" <<YAML
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ["$DIR/rules.yml"]
scrape_configs:
  - { job_name: prometheus, static_configs: [{ targets: ["$HOST:$PORT"] }] }
  - { job_name: node, static_configs: [{ targets: ["$NODE"] }] }
  - { job_name: gone, static_configs: [{ targets: ["$HOST:1"] }] }
YAML
cat >"$DIR/rules.yml" <<'YAML'
groups:
  - name: tests
    rules:
      - { alert: TargetGone, expr: up == 0, labels: { severity: page } }
YAML
spawn node-exporter prometheus-node-exporter --web.listen-address="$NODE" \
    --collector.disable-defaults --collector.loadavg --collector.uname
spawn prometheus prometheus --config.file="$DIR/prometheus.yml" --storage.tsdb.path="$DIR/data" \
    --web.listen-address="$HOST:$PORT"
wait_for prometheus /-/ready
