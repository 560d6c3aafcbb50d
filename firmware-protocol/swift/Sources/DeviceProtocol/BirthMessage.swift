/// What a device says of itself once after each connect. Source: PROTOCOL.md, "Birth".
///
/// The quantities of its telemetry and the parts that wear are added to the encoder one by one.
public struct BirthMessage {
    /// The same as in the telemetry of this boot.
    public var bootID: UInt32
    /// Milliseconds since start.
    public var uptimeMilliseconds: UInt64
    /// The interval at which telemetry will be sent.
    public var intervalMilliseconds: UInt32?
    /// The firmware's version, at most 48 bytes; empty for none.
    public var firmware: ProtocolText
    /// The kind of device, at most 48 bytes; empty for none.
    public var model: ProtocolText
    /// Why this boot began.
    public var resetReason: ResetReason?

    /// All fields; a gateway shows each of them, so leave out only what you do not know.
    public init(
        bootID: UInt32, uptimeMilliseconds: UInt64, intervalMilliseconds: UInt32? = nil, firmware: ProtocolText = "",
        model: ProtocolText = "", resetReason: ResetReason? = nil
    ) {
        self.bootID = bootID
        self.uptimeMilliseconds = uptimeMilliseconds
        self.intervalMilliseconds = intervalMilliseconds
        self.firmware = firmware
        self.model = model
        self.resetReason = resetReason
    }
}
