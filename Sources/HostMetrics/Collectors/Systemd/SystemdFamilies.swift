internal import MetricModel

/// node_exporter's families of systemd.
enum SystemdFamilies {
    static let unitState = MetricFamily(
        "node_systemd_unit_state", .gauge, help: "1 for the state that the unit is in, 0 for the others.",
        labels: ["name", "state", "type"])
    static let units = MetricFamily(
        "node_systemd_units", .gauge, help: "Units in the state, those that are not given by name too.",
        labels: ["state"])
    static let version = MetricFamily(
        "node_systemd_version", .gauge, help: "systemd's version as a number, and as it says itself.",
        labels: ["version"])
    static let virtualization = MetricFamily(
        "node_systemd_virtualization_info", .gauge,
        help: "What systemd runs in: a kind of virtual machine or container, none, or unknown.",
        labels: ["virtualization_type"])
    static let systemRunning = MetricFamily(
        "node_systemd_system_running", .gauge, help: "1 when everything is up and no unit has failed.")
    static let timerLastTrigger = MetricFamily(
        "node_systemd_timer_last_trigger_seconds", .gauge,
        help: "When the timer last went off, in seconds since 1970; 0 for never.", unit: "seconds", labels: ["name"])
    static let socketAccepted = MetricFamily(
        "node_systemd_socket_accepted_connections_total", .counter, help: "Connections that the socket took.",
        labels: ["name"])
    static let socketCurrent = MetricFamily(
        "node_systemd_socket_current_connections", .gauge, help: "Connections of the socket that are open.",
        labels: ["name"])
    // A gauge in node_exporter, whatever its name says.
    static let socketRefused = MetricFamily(
        "node_systemd_socket_refused_connections_total", .gauge, help: "Connections that the socket refused.",
        labels: ["name"])
    static let restarts = MetricFamily(
        "node_systemd_service_restart_total", .counter, help: "Times that systemd started the service again by itself.",
        labels: ["name"])
    static let startTime = MetricFamily(
        "node_systemd_unit_start_time_seconds", .gauge,
        help: "When the unit became active, in seconds since 1970; 0 while it is not.", unit: "seconds",
        labels: ["name"])
    static let tasksCurrent = MetricFamily(
        "node_systemd_unit_tasks_current", .gauge, help: "Processes and threads of the service.", labels: ["name"])
    static let tasksMax = MetricFamily(
        "node_systemd_unit_tasks_max", .gauge, help: "How many the service may have; absent without a limit.",
        labels: ["name"])
}
