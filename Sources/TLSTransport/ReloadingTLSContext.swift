internal import LinuxSystem
internal import Synchronization

/// A `TLSContext` that is made anew when its files have changed, for the connections made from then on: certificates
/// are renewed while the programs run. Connections that are open keep what they were made with.
package final class ReloadingTLSContext: Sendable {
    /// What the settings are for.
    package enum Settings: Hashable, Sendable {
        case client(TLSClientSettings)
        /// A client whose connections a library makes, to this host.
        case clientOfLibrary(TLSClientSettings, host: String)
        case server(TLSServerSettings)
    }

    /// What has become of changed files.
    package enum Event: Sendable {
        case reloaded
        /// The context made before stays in use until the files change again.
        case kept(TLSSettingsError)
    }

    private struct State {
        var context: TLSContext
        var stamps: [FileStamp?]
        var nextLookNanoseconds: Int64
    }

    package let settings: Settings
    private let files: [String]
    private let lookInterval: Int64
    private let report: @Sendable (Event) -> Void
    private let state: Mutex<State>

    /// Makes the first context, or throws why it cannot be made. Files are looked at when a connection is made, at
    /// most every `lookEvery`. `report` is called by who makes the connection, and must not wait.
    package init(
        _ settings: Settings, lookEvery: Duration = .seconds(2), report: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(TLSSettingsError) {
        self.settings = settings
        self.report = report
        files =
            switch settings {
            case .client(let client), .clientOfLibrary(let client, _): client.files
            case .server(let server): server.files
            }
        let (seconds, attoseconds) = lookEvery.components
        lookInterval = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        // Before the files are read: what changes meanwhile is then seen at the next look.
        let stamps = files.map { FileStamp(of: $0) }
        state = Mutex(
            State(
                context: try ReloadingTLSContext.make(settings), stamps: stamps,
                nextLookNanoseconds: Clocks.monotonicNanoseconds() + lookInterval))
    }

    package convenience init(
        client settings: TLSClientSettings, report: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(TLSSettingsError) {
        try self.init(.client(settings), report: report)
    }

    package convenience init(
        server settings: TLSServerSettings, report: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(TLSSettingsError) {
        try self.init(.server(settings), report: report)
    }

    /// The context for a new connection.
    package func current() -> TLSContext {
        let (context, event) = state.withLock { state -> (TLSContext, Event?) in
            let now = Clocks.monotonicNanoseconds()
            guard now >= state.nextLookNanoseconds else { return (state.context, nil) }
            state.nextLookNanoseconds = now + lookInterval
            let stamps = files.map { FileStamp(of: $0) }
            guard stamps != state.stamps else { return (state.context, nil) }
            // Files that are no use are tried once, and again when they have changed again.
            state.stamps = stamps
            do throws(TLSSettingsError) {
                state.context = try ReloadingTLSContext.make(settings)
                return (state.context, .reloaded)
            } catch {
                return (state.context, .kept(error))
            }
        }
        if let event { report(event) }
        return context
    }

    /// Our own certificate in use, for a metric that lets an alert warn before it ends; nil without one.
    package func ownCertificate() -> (file: String, expiryUnixSeconds: Int64)? {
        let file =
            switch settings {
            case .client(let client), .clientOfLibrary(let client, _): client.certificateFile
            case .server(let server): server.certificateFile
            }
        guard let file, let expiry = current().certificateExpiryUnixSeconds else { return nil }
        return (file, expiry)
    }

    private static func make(_ settings: Settings) throws(TLSSettingsError) -> TLSContext {
        switch settings {
        case .client(let client): try TLSContext(client: client)
        case .clientOfLibrary(let client, let host): try TLSContext(client: client, host: host)
        case .server(let server): try TLSContext(server: server)
        }
    }
}
