internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
package import TLSTransport

/// Sends requests over kept connections.
package final class HTTPClient: Sendable {
    private let loops: HTTPEventLoops
    private let userAgent: String
    private let limits: HTTPClientLimits
    private let pool: HTTPConnectionPool
    private let tls: ReloadingTLSContext?

    /// `tls` is what `https` addresses are reached with; without it they are refused.
    package init(
        loops: HTTPEventLoops, userAgent: String, limits: HTTPClientLimits = HTTPClientLimits(),
        tls: ReloadingTLSContext? = nil
    ) {
        self.tls = tls
        self.loops = loops
        self.userAgent = userAgent
        self.limits = limits
        pool = HTTPConnectionPool(limit: limits.connectionLimit)
    }

    package func get(_ url: HTTPURL, headers: HTTPHeaders = [:]) async throws(HTTPClientError) -> HTTPReply {
        try await send(.get, url, headers: headers, body: [])
    }

    package func post(
        _ url: HTTPURL, headers: HTTPHeaders = [:], body: [UInt8]
    ) async throws(HTTPClientError) -> HTTPReply {
        try await send(.post, url, headers: headers, body: body)
    }

    /// Sends one request and reads the whole reply; any status is a reply. Cancelling the task closes the connection.
    /// `totalTimeout` stands in for that of the limits.
    package func send(
        _ method: HTTPMethod, _ url: HTTPURL, headers: HTTPHeaders = [:], body: [UInt8],
        totalTimeout: Duration? = nil
    ) async throws(HTTPClientError) -> HTTPReply {
        let totalTimeout = totalTimeout ?? limits.totalTimeout
        if url.isTLS && tls == nil {
            throw .tls("no TLS settings were given for \(url.shownDestination)")
        }
        let deadline = NIODeadline.now() + TimeAmount(totalTimeout)
        let key = HTTPConnectionPool.Key(destination: url.destination, isTLS: url.isTLS)
        let kept = try pool.take(key)
        let entry: HTTPConnectionPool.Entry
        if let kept {
            entry = kept
        } else {
            entry = try await open(url, timeout: min(limits.connectTimeout, totalTimeout))
        }
        let exchange = HTTPClientExchange(
            head: requestHead(method, url, headers: headers, bodyByteCount: body.count), body: ByteBuffer(bytes: body),
            destination: url.shownDestination, tls: url.isTLS ? tls : nil, isReused: kept != nil,
            replyByteLimit: limits.replyByteLimit,
            promise: entry.channel.eventLoop.makePromise())
        let outcome = try await run(exchange, on: entry, deadline: deadline, timeout: totalTimeout)
        if let refusal = HTTPCertificateRefusal(outcome.reply, isTLS: url.isTLS) {
            entry.channel.close(promise: nil)
            throw .tls(exchange.explain(refusal.error))
        }
        if outcome.isReusable { pool.keep(entry, for: key) }
        return outcome.reply
    }

    /// Closes all connections; requests under way end with an error.
    package func shutdown() async {
        for channel in pool.shutdown() {
            // Fails only where the channel is closed already.
            try? await channel.close()
        }
    }

    private func run(
        _ exchange: HTTPClientExchange, on entry: HTTPConnectionPool.Entry, deadline: NIODeadline, timeout: Duration
    ) async throws(HTTPClientError) -> HTTPClientExchange.Outcome {
        do {
            return try await withTaskCancellationHandler {
                entry.channel.eventLoop.execute {
                    entry.connection.value.begin(exchange, deadline: deadline, timeout: timeout)
                }
                return try await exchange.promise.futureResult.get()
            } onCancel: {
                entry.channel.close(promise: nil)
            }
        } catch let error as HTTPClientError {
            throw Task.isCancelled ? .cancelled : error
        } catch {
            throw .closed(destination: exchange.destination)
        }
    }

    /// Opens a connection in the place that the pool has reserved.
    private func open(
        _ url: HTTPURL, timeout: Duration
    ) async throws(HTTPClientError) -> HTTPConnectionPool.Entry {
        let setups = HTTPClientSetups()
        let bootstrap = bootstrap(url, timeout: timeout, setups: setups)
        let opening =
            switch url.destination {
            case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
            case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
            }
        let promise = opening.eventLoop.makePromise(of: (any Channel).self)
        opening.cascade(to: promise)
        do {
            let channel = try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                promise.fail(CancellationError())
            }
            guard let setup = setups[channel] else { preconditionFailure("a channel is set up before it connects") }
            // Ends by itself, since the handshake has a timeout of its own.
            try await setup.handshake?.get()
            pool.add(channel)
            return HTTPConnectionPool.Entry(channel: channel, connection: setup.connection)
        } catch {
            // Where the channel comes after all, nobody waits for it.
            opening.whenSuccess { $0.close(promise: nil) }
            pool.abandon()
            throw HTTPClientError(error, url: url, timeout: timeout, tls: tls)
        }
    }

    private func bootstrap(_ url: HTTPURL, timeout: Duration, setups: HTTPClientSetups) -> ClientBootstrap {
        var parserLimits = NIOHTTPDecoderLimitConfiguration()
        parserLimits.maxHeaderFieldSize = limits.headerByteLimit
        parserLimits.maxHeaderListSize = limits.headerByteLimit
        let (decoderLimits, idleTimeout) = (parserLimits, limits.idleTimeout)
        var host = ""
        if case .tcp(let name, _) = url.destination { host = name }
        let (tls, tlsHost) = (url.isTLS ? tls : nil, host)
        return ClientBootstrap(group: loops.group)
            .connectTimeout(TimeAmount(timeout))
            .channelOption(ChannelOptions.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let eventLoop = channel.eventLoop
                    let security = tls.map {
                        TLSHandler($0.current(), host: tlsHost, handshakeTimeout: timeout, eventLoop: eventLoop)
                    }
                    if let security { try channel.pipeline.syncOperations.addHandler(security) }
                    let connection = HTTPClientConnection(idleTimeout: idleTimeout)
                    setups[channel] = HTTPClientSetups.Setup(
                        connection: NIOLoopBound(connection, eventLoop: eventLoop), handshake: security?.handshake)
                    let decoder = HTTPResponseDecoder(
                        leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop,
                        limitConfiguration: decoderLimits)
                    try channel.pipeline.syncOperations.addHandlers([
                        HTTPRequestEncoder(), ByteToMessageHandler(decoder), connection,
                    ])
                }
            }
    }

    private func requestHead(
        _ method: HTTPMethod, _ url: HTTPURL, headers: HTTPHeaders, bodyByteCount: Int
    ) -> HTTPRequestHead {
        var fields = NIOHTTP1.HTTPHeaders([("Host", url.authority), ("User-Agent", userAgent)])
        for field in headers.fields { fields.add(name: field.name, value: HTTPFraming.clean(field.value)) }
        if bodyByteCount > 0 || method != .get && method != .head {
            fields.replaceOrAdd(name: "Content-Length", value: String(bodyByteCount))
        }
        return HTTPRequestHead(
            version: .http1_1, method: NIOHTTP1.HTTPMethod(rawValue: method.rawValue), uri: url.target, headers: fields)
    }
}
