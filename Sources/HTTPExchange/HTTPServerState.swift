internal import LinuxSystem
internal import NIOCore
internal import Synchronization
internal import TLSTransport

/// What a server's connections share.
final class HTTPServerState: Sendable {
    let router: HTTPRouter
    let limits: HTTPServerLimits
    /// Nil where everybody may use it.
    let access: (any HTTPAccess)?
    let tls: ReloadingTLSContext?
    private let reportTLSFailure: HTTPServer.TLSFailureReport
    private let recordRequest: HTTPServer.Record

    /// What becomes of a new connection.
    enum Admission {
        case admitted
        /// It is told why, and closed.
        case refused
        /// Too many are being refused already: closed without a word.
        case dropped
    }

    private struct Shared {
        var counts = HTTPServerCounts()
        /// Connections that are being told of their refusal.
        var refusedCount = 0
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isStopping = false
        var whenEmpty: EventLoopPromise<Void>?
        /// The Date field of one second, since it is asked for with every answer.
        var date = (unixSeconds: Int64.min, text: "")
        var arriving: HTTPReceptionLedger
    }

    private let shared: Mutex<Shared>

    init(
        router: HTTPRouter, limits: HTTPServerLimits, tls: ReloadingTLSContext?,
        reportTLSFailure: @escaping HTTPServer.TLSFailureReport, access: (any HTTPAccess)?,
        record: @escaping HTTPServer.Record
    ) {
        self.router = router
        self.limits = limits
        shared = Mutex(Shared(arriving: HTTPReceptionLedger(byteLimit: limits.arrivingByteLimit)))
        self.tls = tls
        self.reportTLSFailure = reportTLSFailure
        self.access = access
        recordRequest = record
    }

    var counts: HTTPServerCounts {
        shared.withLock { shared in
            var counts = shared.counts
            counts.arrivingByteCount = shared.arriving.byteCount
            return counts
        }
    }

    var isStopping: Bool { shared.withLock { $0.isStopping } }

    func count(_ counter: WritableKeyPath<HTTPServerCounts, UInt64>) {
        shared.withLock { $0.counts[keyPath: counter] += 1 }
    }

    /// Counts a TLS connection that failed and says why; those that only ended or were slow are told by no certificate.
    func note(_ error: TLSConnectionError, peer: String) {
        // A truncated end matters to who reads until the end; requests say how long they are.
        if error == .truncated { return }
        count(\.tlsFailures)
        if error == .closedInHandshake || error == .handshakeTimeout { return }
        if let tls { reportTLSFailure(tls.explain(error, peer: peer)) }
    }

    func record(_ terms: HTTPAnswerTerms, status: HTTPStatus, seconds: Double) {
        recordRequest(terms.method, terms.endpoint, status, seconds)
    }

    /// Takes a new connection in, or says that there are too many.
    func admit(_ channel: any Channel) -> Admission {
        shared.withLock { shared in
            guard !shared.isStopping else { return .dropped }
            guard shared.counts.openConnections < limits.connectionLimit else {
                guard shared.refusedCount < limits.connectionLimit else {
                    shared.counts.refusedConnections += 1
                    return .dropped
                }
                shared.refusedCount += 1
                return .refused
            }
            shared.counts.openConnections += 1
            shared.counts.acceptedConnections += 1
            shared.connections[ObjectIdentifier(channel)] = channel
            return .admitted
        }
    }

    /// Counts bytes of a body that arrives on `channel`. False where it is given up for it; others that are get told.
    func receive(_ byteCount: Int, on channel: any Channel) -> Bool {
        let givenUp = shared.withLock { $0.arriving.add(byteCount, on: channel) }
        for other in givenUp where other !== channel {
            other.pipeline.fireUserInboundEventTriggered(HTTPGiveUpEvent())
        }
        return !givenUp.contains { $0 === channel }
    }

    /// The body on `channel` is whole, or nobody waits for it any more.
    func endReception(on channel: any Channel) { shared.withLock { $0.arriving.end(on: channel) } }

    /// Forgets a connection that has closed.
    func dismiss(_ channel: any Channel, _ admission: Admission) {
        let promise = shared.withLock { shared -> EventLoopPromise<Void>? in
            if admission == .refused { shared.refusedCount -= 1 }
            guard shared.connections.removeValue(forKey: ObjectIdentifier(channel)) != nil else { return nil }
            shared.counts.openConnections -= 1
            return shared.connections.isEmpty ? shared.whenEmpty.take() : nil
        }
        promise?.succeed()
    }

    /// Begins the end: answers the open connections, and fulfils `promise` once the last has gone.
    func beginStop(_ promise: EventLoopPromise<Void>) -> [any Channel] {
        let connections = shared.withLock { shared -> [any Channel] in
            shared.isStopping = true
            if !shared.connections.isEmpty { shared.whenEmpty = promise }
            return Array(shared.connections.values)
        }
        if connections.isEmpty { promise.succeed() }
        return connections
    }

    var openConnections: [any Channel] { shared.withLock { Array($0.connections.values) } }

    /// The Date field's value for now.
    func date() -> String {
        let second = Clocks.unixMilliseconds() / 1000
        return shared.withLock { shared in
            if shared.date.unixSeconds != second {
                shared.date = (second, HTTPDate.format(unixSeconds: second))
            }
            return shared.date.text
        }
    }
}
