package import HTTPExchange
internal import ServiceLifecycle

/// Closes a client's connections once everything that uses it has ended: it stands before them in the services' order.
package struct ClientService: Service {
    private let client: HTTPClient

    package init(_ client: HTTPClient) {
        self.client = client
    }

    package func run() async throws {
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled: it is time to close all the same.
        }
        await client.shutdown()
    }
}
