/// What every telemetry and event message begins with. Source: PROTOCOL.md, "Fields".
public struct MessageHeader: Sendable {
    /// Names this run of the firmware: a counter kept in NVS, or a random number drawn at start.
    public var bootID: UInt32
    /// Counts this boot's telemetry and event messages together, from 0. A repeated send keeps its number.
    public var sequence: UInt32
    /// Milliseconds since start at the moment of measuring, sleep included, in 64 bits so that it never wraps.
    public var uptimeMilliseconds: UInt64
    /// Wall clock at the moment of measuring, in milliseconds since 1970; nil until it has been synchronised.
    public var synchronisedUnixMilliseconds: UInt64?
    /// The interval at which telemetry is sent; nil leaves what the birth message said.
    public var intervalMilliseconds: UInt32?

    /// A header with the two optional fields absent unless given.
    public init(
        bootID: UInt32, sequence: UInt32, uptimeMilliseconds: UInt64, synchronisedUnixMilliseconds: UInt64? = nil,
        intervalMilliseconds: UInt32? = nil
    ) {
        self.bootID = bootID
        self.sequence = sequence
        self.uptimeMilliseconds = uptimeMilliseconds
        self.synchronisedUnixMilliseconds = synchronisedUnixMilliseconds
        self.intervalMilliseconds = intervalMilliseconds
    }
}
