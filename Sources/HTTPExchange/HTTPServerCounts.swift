/// What a server has accepted and refused since its start.
package struct HTTPServerCounts: Hashable, Sendable {
    package internal(set) var openConnections = 0
    /// Bytes of bodies that are arriving now.
    package internal(set) var arrivingByteCount = 0
    package internal(set) var acceptedConnections: UInt64 = 0
    /// Past `connectionLimit`.
    package internal(set) var refusedConnections: UInt64 = 0
    /// Past `headerByteLimit` or `headerFieldLimit`.
    package internal(set) var refusedHeaders: UInt64 = 0
    /// Past a body limit.
    package internal(set) var refusedBodies: UInt64 = 0
    /// Bodies given up because all that were arriving passed `arrivingByteLimit`.
    package internal(set) var givenUpBodies: UInt64 = 0
    /// By `HTTPAccess`.
    package internal(set) var refusedAccesses: UInt64 = 0
    package internal(set) var malformedRequests: UInt64 = 0
    /// TLS handshakes and records that were not in order, and client certificates that were not accepted.
    package internal(set) var tlsFailures: UInt64 = 0
    /// Not whole within `requestTimeout`.
    package internal(set) var slowRequests: UInt64 = 0
    /// Closed for lack of a next request; ordinary.
    package internal(set) var idleCloses: UInt64 = 0
    /// Not answered within `handlerTimeout`.
    package internal(set) var slowHandlers: UInt64 = 0
    /// The peer took no byte of an answer for `idleTimeout`.
    package internal(set) var stalledAnswers: UInt64 = 0
    /// Body streams that failed, and peers that went away within an answer.
    package internal(set) var brokenAnswers: UInt64 = 0
}
