internal import LinuxSystem
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
package import TLSTransport

/// A listening HTTP/1.1 server.
package final class HTTPServer: Sendable {
    /// Called after each answer: the route's pattern (nil where none matched), and the seconds from the whole request
    /// to the last byte of the answer. Runs on the event loop, so it must not wait.
    package typealias Record =
        @Sendable (
            _ method: HTTPMethod, _ endpoint: String?, _ status: HTTPStatus, _ seconds: Double
        ) -> Void

    /// Where it listens, with the port that the kernel chose when 0 was asked for.
    package let boundAddress: HTTPAddress
    private let listener: any Channel
    private let state: HTTPServerState

    /// Called when a TLS connection has failed, with what a person should read. Runs on the event loop, so it must not
    /// wait.
    package typealias TLSFailureReport = @Sendable (_ text: String) -> Void

    private init(boundAddress: HTTPAddress, listener: any Channel, state: HTTPServerState) {
        self.boundAddress = boundAddress
        self.listener = listener
        self.state = state
    }

    /// Listens on `address`, for TLS where `tls` is given. A Unix socket gets mode 0600 and takes the place of one
    /// that a dead process left.
    package static func start(
        _ address: HTTPAddress, router: HTTPRouter, limits: HTTPServerLimits = HTTPServerLimits(),
        loops: HTTPEventLoops, tls: ReloadingTLSContext? = nil, reportTLSFailure: @escaping TLSFailureReport = { _ in },
        record: @escaping Record = { _, _, _, _ in }
    ) async throws(HTTPServerError) -> HTTPServer {
        let state = HTTPServerState(
            router: router, limits: limits, tls: tls, reportTLSFailure: reportTLSFailure, record: record)
        let bootstrap = bootstrap(state, loops: loops)
        switch address {
        case .unix(let path):
            let listener = try await bind(bootstrap, unixSocket: path)
            return HTTPServer(boundAddress: address, listener: listener, state: state)
        case .tcp(let host, let port):
            let listener: any Channel
            do {
                listener = try await bootstrap.bind(host: host, port: port).get()
            } catch let error as IOError where error.errnoCode == EAFNOSUPPORT && host == "::" {
                // A kernel without IPv6: all addresses are then those of IPv4.
                return try await start(
                    .tcp(host: "0.0.0.0", port: port), router: router, limits: limits, loops: loops, tls: tls,
                    reportTLSFailure: reportTLSFailure, record: record)
            } catch {
                throw HTTPServerError(error, address: address)
            }
            let bound = HTTPAddress.tcp(host: host, port: listener.localAddress?.port ?? port)
            return HTTPServer(boundAddress: bound, listener: listener, state: state)
        }
    }

    package func counts() -> HTTPServerCounts { state.counts }

    /// Stops: takes no new connections, closes idle ones, lets requests that are being answered finish, and closes
    /// what is left after `deadline`.
    package func stop(within deadline: Duration) async {
        // Fails only where the listener is closed already.
        try? await listener.close()
        if case .unix(let path) = boundAddress {
            // Gone already is as good.
            try? Files.remove(path)
        }
        let promise = listener.eventLoop.makePromise(of: Void.self)
        for connection in state.beginStop(promise) {
            connection.pipeline.fireUserInboundEventTriggered(HTTPStopEvent())
        }
        let state = state
        let late = listener.eventLoop.scheduleTask(in: TimeAmount(deadline)) {
            for connection in state.openConnections { connection.close(promise: nil) }
        }
        // The promise is never failed.
        try? await promise.futureResult.get()
        late.cancel()
    }

    private static func bootstrap(_ state: HTTPServerState, loops: HTTPEventLoops) -> ServerBootstrap {
        var parserLimits = NIOHTTPDecoderLimitConfiguration()
        parserLimits.maxHeaderFieldSize = state.limits.headerByteLimit
        parserLimits.maxHeaderListSize = state.limits.headerByteLimit
        parserLimits.maxHeaderFieldCount = state.limits.headerFieldLimit
        let limits = parserLimits
        return ServerBootstrap(group: loops.group)
            .serverChannelOption(ChannelOptions.backlog, value: 256)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Out of descriptors: waits a moment rather than ending the listener.
                    try channel.pipeline.syncOperations.addHandler(
                        AcceptBackoffHandler(shouldForwardIOErrorCaught: false))
                }
            }
            .childChannelOption(ChannelOptions.autoRead, value: false)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let security = state.tls.map {
                        TLSHandler(
                            $0.current(), handshakeTimeout: state.limits.requestTimeout, eventLoop: channel.eventLoop)
                    }
                    if let security { try channel.pipeline.syncOperations.addHandler(security) }
                    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(decoder), HTTPServerConnection(server: state, security: security))
                }
            }
    }

    private static func bind(
        _ bootstrap: ServerBootstrap, unixSocket path: String
    ) async throws(HTTPServerError) -> any Channel {
        let number: Int32
        do {
            number = try UnixSocket.listen(path: path).duplicate()
        } catch {
            throw HTTPServerError(error, address: .unix(path: path))
        }
        do {
            return try await bootstrap.withBoundSocket(number).get()
        } catch {
            throw HTTPServerError(error, address: .unix(path: path))
        }
    }
}
