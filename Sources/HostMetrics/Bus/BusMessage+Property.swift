extension BusMessage {
    /// The value of a property as text (`s`); valid as long as the message.
    func propertyText() throws(BusError) -> UnsafeRawBufferPointer {
        var reader = try property("s")
        return try reader.string()
    }

    /// The value of a property of 32 bits (`u`).
    func propertyUInt32() throws(BusError) -> UInt32 {
        var reader = try property("u")
        return try reader.uint32()
    }

    /// The value of a property of 64 bits (`t`).
    func propertyUInt64() throws(BusError) -> UInt64 {
        var reader = try property("t")
        return try reader.uint64()
    }

    /// The answer's own types have to be these.
    func expect(_ types: StaticString) throws(BusError) {
        guard signature.elementsEqual(types.rawBytes) else {
            throw .signature(expected: "\(types)", got: BusConnection.text(signature))
        }
    }

    private func property(_ type: StaticString) throws(BusError) -> BusReader {
        try expect("v")
        var reader = body
        let held = try reader.variant()
        guard held.elementsEqual(type.rawBytes) else {
            throw .signature(expected: "\(type)", got: BusConnection.text(held))
        }
        return reader
    }
}
