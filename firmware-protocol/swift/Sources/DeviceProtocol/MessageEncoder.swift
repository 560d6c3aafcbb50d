/// Encodes one message into a buffer of the caller's, in JSON or CBOR, without the heap.
///
/// Begin a message, add to it, finish. Nothing throws before `finish`, which says what went wrong first:
/// ```
/// var encoder = MessageEncoder(into: buffer, encoding: .cbor)
/// encoder.beginTelemetry(header)
/// encoder.add("motor_current", channel: "0", unit: "A", 5.2, decimals: 2)
/// let byteCount = try encoder.finish()
/// ```
/// Add readings of one quantity one after the other, and in the order of their decimals: CBOR then has each quantity's
/// name and each scale once (PROTOCOL.md, "The form that the two libraries write").
public struct MessageEncoder {
    enum Stage { case empty, readings, birth, wear, complete }

    let encoding: MessageEncoding
    var sink: ByteSink
    var stage = Stage.empty
    /// Members of the list that is being written: readings, declared quantities, parameters.
    var itemCount = 0
    var wearCount = 0
    /// Where CBOR's counts are, to be raised as members come.
    var layout = CBORLayout()
    private let signature: MessageSignature?
    private var failure: EncodingError?

    /// An encoder that writes from the start of `buffer` and never past its end. With a signature, the message ends
    /// with its MAC.
    public init(
        into buffer: UnsafeMutableRawBufferPointer, encoding: MessageEncoding = .json,
        signature: MessageSignature? = nil
    ) {
        sink = ByteSink(buffer)
        self.encoding = encoding
        self.signature = signature
    }

    /// Begins a telemetry message.
    public mutating func beginTelemetry(_ header: MessageHeader) {
        begin(header, event: nil)
    }

    /// Begins an event message; `name` (1 to 48 bytes) says what happened, for example `emergency_stop`.
    public mutating func beginEvent(_ name: ProtocolText, _ header: MessageHeader) {
        check(ProtocolLimits.isWord(name.bytes))
        begin(header, event: name)
    }

    /// Adds a measured number, rounded to `decimals` digits, at most 9. A value that is not finite or needs more than 15
    /// digits is sent as `null`: the sensor has no reading. With more than 6 decimals CBOR has the value as a float, as
    /// it is.
    public mutating func add(
        _ quantity: ProtocolText, channel: ProtocolText = "", unit: ProtocolText, _ value: Double, decimals: UInt8 = 3
    ) {
        add(quantity, channel, unit, .number(value, decimals: decimals))
    }

    /// Adds measured numbers of channels `0`, `1`, … or, for vibration, `x`, `y`, `z` and `magnitude`.
    public mutating func add(
        _ quantity: ProtocolText, unit: ProtocolText, places values: UnsafeBufferPointer<Double>, decimals: UInt8 = 3
    ) {
        let hasAxes = QuantityCode.hasAxes(quantity.bytes)
        for place in values.indices {
            guard let name = PlaceName(place, hasAxes: hasAxes) else { return fail(.tooManyReadings) }
            name.withText { channel in
                add(quantity, channel, unit, .number(values[place], decimals: decimals))
            }
        }
    }

    /// Adds a state that is true or false; it needs no unit.
    public mutating func add(_ quantity: ProtocolText, channel: ProtocolText = "", _ value: Bool) {
        add(quantity, channel, "", .flag(value))
    }

    /// Begins a birth message.
    public mutating func beginBirth(_ birth: BirthMessage) {
        if stage != .empty { fail(.wrongOrder) }
        stage = .birth
        checkText(birth.firmware, ProtocolLimits.wordByteLimit)
        checkText(birth.model, ProtocolLimits.wordByteLimit)
        checkNumbers(uptime: birth.uptimeMilliseconds, interval: birth.intervalMilliseconds)
        switch encoding {
        case .json: beginJSONBirth(birth)
        case .cbor: beginCBORBirth(birth)
        }
    }

    /// Declares what the telemetry will carry; before the parts that wear.
    public mutating func declare(_ quantity: ProtocolText, channel: ProtocolText = "", unit: ProtocolText = "") {
        if stage != .birth { fail(.wrongOrder) }
        if itemCount >= ProtocolLimits.quantityLimit { fail(.tooManyDeclarations) }
        checkNames(quantity, channel, unit)
        guard failure == nil else { return }
        switch encoding {
        case .json: declareJSON(quantity, channel, unit)
        case .cbor: declareCBOR(quantity, channel, unit)
        }
        itemCount += 1
    }

    /// Begins the declaration of a part that wears by `model`; its parameters follow. `quantity` and `channel` are the
    /// reading that the model goes by, if it goes by one.
    public mutating func beginWear(
        _ component: ProtocolText, model: ProtocolText, quantity: ProtocolText = "", channel: ProtocolText = ""
    ) {
        if stage != .birth && stage != .wear { fail(.wrongOrder) }
        if wearCount >= ProtocolLimits.wearLimit { fail(.tooManyDeclarations) }
        check(ProtocolLimits.isComponent(component.bytes) && ProtocolLimits.isWord(model.bytes))
        check(quantity.byteCount == 0 || ProtocolLimits.isQuantity(quantity.bytes))
        checkText(channel, ProtocolLimits.channelByteLimit)
        guard failure == nil else { return }
        switch encoding {
        case .json: beginJSONWear(component, model, quantity, channel)
        case .cbor: beginCBORWear(component, model, quantity, channel)
        }
        stage = .wear
        itemCount = 0
        wearCount += 1
    }

    /// Adds a parameter of the part whose declaration has begun. JSON has it rounded to `decimals` digits, CBOR as it
    /// is.
    public mutating func addParameter(_ name: ProtocolText, _ value: Double, decimals: UInt8 = 3) {
        if stage != .wear { fail(.wrongOrder) }
        if itemCount >= ProtocolLimits.parameterLimit { fail(.tooManyDeclarations) }
        check(ProtocolLimits.isWord(name.bytes))
        // What JSON would have as null.
        let isFit = encoding == .cbor ? value.isFinite : ScaledNumber(value, decimals: decimals) != nil
        if !isFit { fail(.invalidNumber) }
        guard failure == nil else { return }
        switch encoding {
        case .json: addJSONParameter(name, value, decimals)
        case .cbor: addCBORParameter(name, value)
        }
        itemCount += 1
    }

    /// Ends a telemetry, event or birth message; returns how many bytes it takes, or what went wrong first.
    public mutating func finish() throws(EncodingError) -> Int {
        if stage == .empty || stage == .complete { fail(.wrongOrder) }
        return try complete()
    }

    /// Encodes a whole state message; returns how many bytes it takes. Encode `offline` before connecting: it is the
    /// last will.
    public mutating func encodeState(_ state: DeviceState, bootID: UInt32) throws(EncodingError) -> Int {
        if stage != .empty { fail(.wrongOrder) }
        switch encoding {
        case .json: encodeJSONState(state, bootID)
        case .cbor: encodeCBORState(state, bootID)
        }
        return try complete()
    }

    private mutating func begin(_ header: MessageHeader, event: ProtocolText?) {
        if stage != .empty { fail(.wrongOrder) }
        stage = .readings
        checkNumbers(uptime: header.uptimeMilliseconds, interval: header.intervalMilliseconds)
        if let time = header.synchronisedUnixMilliseconds, time > ProtocolLimits.unixLimitMilliseconds {
            fail(.invalidNumber)
        }
        switch encoding {
        case .json: beginJSON(header, event)
        case .cbor: beginCBOR(header, event)
        }
    }

    private mutating func add(
        _ quantity: ProtocolText, _ channel: ProtocolText, _ unit: ProtocolText, _ value: EncodedValue
    ) {
        if stage != .readings { fail(.wrongOrder) }
        if itemCount >= ProtocolLimits.readingLimit { fail(.tooManyReadings) }
        checkNames(quantity, channel, unit)
        guard failure == nil else { return }
        switch encoding {
        case .json: addJSON(quantity, channel, unit, value)
        case .cbor: addCBOR(quantity, channel, unit, value)
        }
        itemCount += 1
    }

    private mutating func complete() throws(EncodingError) -> Int {
        if let failure { throw failure }
        switch encoding {
        case .json: finishJSON(signature)
        case .cbor: finishCBOR(signature)
        }
        stage = .complete
        return try sink.finish()
    }

    private mutating func checkNames(_ quantity: ProtocolText, _ channel: ProtocolText, _ unit: ProtocolText) {
        check(ProtocolLimits.isQuantity(quantity.bytes))
        checkText(channel, ProtocolLimits.channelByteLimit)
        checkText(unit, ProtocolLimits.unitByteLimit)
    }

    private mutating func checkNumbers(uptime: UInt64, interval: UInt32?) {
        if uptime > ProtocolLimits.uptimeLimitMilliseconds || interval == 0 { fail(.invalidNumber) }
    }

    private mutating func checkText(_ text: ProtocolText, _ byteLimit: Int) {
        check(text.byteCount <= byteLimit && ProtocolLimits.isPlain(text.bytes) && isUTF8(text.bytes))
    }

    private mutating func check(_ holds: Bool) {
        if !holds { fail(.invalidText) }
    }

    mutating func fail(_ error: EncodingError) {
        if failure == nil { failure = error }
    }
}
