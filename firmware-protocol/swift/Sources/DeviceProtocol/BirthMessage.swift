/// What a device says of itself once after each connect. Source: PROTOCOL.md, "Birth".
public struct BirthMessage {
    /// The same as in the telemetry of this boot.
    public var bootID: UInt32
    /// Milliseconds since start.
    public var uptimeMilliseconds: UInt64
    /// The interval at which telemetry will be sent.
    public var intervalMilliseconds: UInt32
    /// The firmware's version, 1 to 48 bytes.
    public var firmware: ProtocolText
    /// The kind of device, 1 to 48 bytes.
    public var model: ProtocolText
    /// Why this boot began.
    public var resetReason: ResetReason

    /// All fields; none has a default because a gateway shows each of them.
    public init(
        bootID: UInt32, uptimeMilliseconds: UInt64, intervalMilliseconds: UInt32, firmware: ProtocolText,
        model: ProtocolText, resetReason: ResetReason
    ) {
        self.bootID = bootID
        self.uptimeMilliseconds = uptimeMilliseconds
        self.intervalMilliseconds = intervalMilliseconds
        self.firmware = firmware
        self.model = model
        self.resetReason = resetReason
    }
}
