package import HTTPExchange
internal import ServiceLifecycle

/// A listening server for as long as its services run; it stops gracefully with them.
package struct HTTPService: Service {
    package let server: HTTPServer
    /// How long requests under way may take to finish at the end.
    private let drainTime: Duration

    package init(_ server: HTTPServer, drainTime: Duration = .seconds(1)) {
        self.server = server
        self.drainTime = drainTime
    }

    package func run() async throws {
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled: the end has come sooner, and the server stops all the same.
        }
        await server.stop(within: drainTime)
    }
}
