"""Queries as dashboards ask them, over the recorded node and the histograms beside it.

Each is a kind of range, a query and, where answers of Prometheus 2.42 differ for a reason, that reason. Kinds: `day`
24 h at 15 s, `points` 24 h in 1,000 points, `hour` 1 h at 15 s, `now` an instant.
"""

CPU = "node_cpu_seconds_total"
BUCKETS = "http_request_duration_seconds_bucket"
TIES = "which of equal series topk takes is open"
CLOSED = "the steps of a subquery lie on the ends of its ranges, which 2.42 counts twice"

QUERIES = [
    # One host, as its own dashboard asks.
    ("hour", f'rate({CPU}{{instance="gw-3"}}[5m])', None),
    ("hour", f'100 - avg by (instance) (rate({CPU}{{mode="idle",instance="gw-3"}}[5m])) * 100', None),
    ("hour", 'irate(node_network_receive_bytes_total{instance="gw-3",device!~"lo|ifb.*"}[5m]) * 8', None),
    ("hour", '1 - node_memory_MemAvailable_bytes{instance="gw-3"} / node_memory_MemTotal_bytes{instance="gw-3"}', None),
    ("day", 'node_load1{instance="gw-3"}', None),
    ("day", f'sum by (mode) (rate({CPU}{{instance="gw-3"}}[5m]))', None),
    ("points", 'rate(node_disk_written_bytes_total{instance="gw-3"}[5m])', None),
    ("points", 'node_filesystem_avail_bytes{instance="gw-3"} / node_filesystem_size_bytes', None),
    ("points", f'histogram_quantile(0.95, sum by (le) (rate({BUCKETS}{{instance="gw-3"}}[5m])))', None),
    ("now", 'predict_linear(node_filesystem_free_bytes{instance="gw-3"}[6h], 86400)', None),
    ("now", 'max_over_time(node_load1{instance="gw-3"}[1d])', None),
    ("now", '{instance="gw-3",job="node"}', None),
    # The fleet, an instant: tables, single numbers, alerts.
    ("now", 'up or count by (instance) (node_load1)', None),
    ("now", 'topk(5, sum by (instance) (rate(node_network_transmit_bytes_total[5m])))', TIES),
    ("now", f'1 - avg by (instance) (rate({CPU}{{mode="idle"}}[5m])) > 0.02', None),
    ("now", 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.95', None),
    ("now", 'node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs"} / node_filesystem_size_bytes < 0.5', None),
    ("now", f'sum(rate({CPU}{{mode!="idle"}}[5m])) by (instance) / on (instance) group_left () '
            f'count by (instance) (count by (instance, cpu) ({CPU}))', None),
    ("now", 'quantile(0.9, rate(node_context_switches_total[5m]))', None),
    ("now", 'avg_over_time(node_load1[1h])', None),
    ("now", 'delta(node_memory_MemFree_bytes[1h])', None),
    ("now", 'count(count by (instance) ({__name__=~"node_memory_.*"}))', None),
    ("now", f'histogram_quantile(0.99, sum by (le, handler) (rate({BUCKETS}[5m])))', None),
    # The fleet over an hour.
    ("hour", f'sum by (mode) (rate({CPU}[5m]))', None),
    ("hour", f'avg by (instance) (rate({CPU}{{mode="idle"}}[5m]))', None),
    ("hour", 'topk(3, node_load5)', TIES),
    ("hour", 'sum by (instance) (rate(node_network_receive_bytes_total{device=~"eth.*|en.*"}[5m]))', None),
    ("hour", 'node_load1 * on (instance) group_left (release) node_uname_info', None),
    ("hour", 'rate(node_disk_reads_completed_total[5m]) - rate(node_disk_reads_completed_total[5m] offset 1h)', None),
    ("hour", 'max_over_time(sum(rate(node_network_receive_bytes_total[5m]))[10m:1m])', CLOSED),
    ("hour", f'histogram_quantile(0.9, sum by (le, instance) (rate({BUCKETS}[5m])))', None),
    ("hour", 'sum without (cpu, mode) (rate(node_cpu_seconds_total{mode=~"user|system|iowait"}[1m]))', None),
    # The fleet over a day.
    ("points", f'sum by (mode) (rate({CPU}[5m]))', None),
    ("points", f'avg(rate({CPU}{{mode="idle"}}[5m]))', None),
    ("points", 'quantile(0.95, node_load1)', None),
    ("points", 'stddev by (job) (node_memory_MemFree_bytes)', None),
    ("points", 'max by (instance) (node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes)', None),
    ("points", f'histogram_quantile(0.95, sum by (le) (rate({BUCKETS}[5m])))', None),
    ("points", 'sum(rate(http_request_duration_seconds_sum[5m])) / sum(rate(http_request_duration_seconds_count[5m]))',
     None),
    ("points", 'avg_over_time(node_load1[30m])', None),
    ("day", 'sum(rate(node_network_receive_bytes_total[5m]))', None),
    ("day", 'avg(node_load1)', None),
    ("day", 'node_memory_MemAvailable_bytes', None),
    ("day", 'count by (job) (node_load1 > 0.5)', None),
]
