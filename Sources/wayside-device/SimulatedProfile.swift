internal import ArgumentParser

/// Which firmware the simulated devices run.
enum SimulatedProfile: String, ExpressibleByArgument, CaseIterable {
    /// Native Wayside devices: birth, state by last will, telemetry with sequence numbers, events.
    case wayside
    /// MODAX ESP32 boards: two shared topics, uptime as the only time.
    case modax
}
