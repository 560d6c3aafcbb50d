/// Fired through a connection's pipeline when the server stops: idle ones close, others after their answer.
struct HTTPStopEvent: Sendable {}
