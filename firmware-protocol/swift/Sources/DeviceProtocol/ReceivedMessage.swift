/// A decoded message: its plain fields, and how much of a `MessageStorage` belongs to it.
public struct ReceivedMessage: Sendable {
    /// How the message was written.
    public internal(set) var encoding = MessageEncoding.json
    /// Which run of the firmware; always there but in state messages.
    public internal(set) var bootID: UInt32?
    /// The number within the boot; always there in telemetry and events.
    public internal(set) var sequence: UInt32?
    /// Milliseconds since start when measured; at most `ProtocolLimits.uptimeLimitMilliseconds`.
    public internal(set) var uptimeMilliseconds: UInt64?
    /// Wall clock when measured; believe it only when it is synchronised. At most 2^53.
    public internal(set) var unixMilliseconds: UInt64?
    /// Whether the wall clock was set by SNTP in this boot.
    public internal(set) var isSynchronised = false
    /// The interval of telemetry; never 0.
    public internal(set) var intervalMilliseconds: UInt32?
    /// What happened; always there in events.
    public internal(set) var event = TextRange.none
    /// What a state message says; always there in those.
    public internal(set) var state: DeviceState?
    /// The firmware's version.
    public internal(set) var firmware = TextRange.none
    /// The kind of device.
    public internal(set) var model = TextRange.none
    /// Why the boot began; a reason that is not in the list is unknown.
    public internal(set) var resetReason: ResetReason?
    /// Which key the MAC was made with.
    public internal(set) var keyID: UInt8 = 0
    /// The MAC; zeros where there is none.
    public internal(set) var code = InlineArray<16, UInt8>(repeating: 0)
    /// How many bytes of the payload the MAC covers; 0 where there is none.
    public internal(set) var authenticatedByteCount = 0

    /// How many elements of `MessageStorage.readings` are of this message.
    public internal(set) var readingCount = 0
    /// Readings left out because their quantity's code is of a later version.
    public internal(set) var refusedReadingCount = 0
    /// How many elements of `MessageStorage.quantities` are of this message.
    public internal(set) var quantityCount = 0
    /// How many elements of `MessageStorage.wear` are of this message.
    public internal(set) var wearCount = 0
    /// How many elements of `MessageStorage.parameters` are of this message.
    public internal(set) var parameterCount = 0
}
