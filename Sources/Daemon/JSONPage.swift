package import JSONText

/// A whole JSON text as bytes.
package enum JSONPage {
    /// Writes with `body`, again into a larger buffer where the first was too small; `body` must write the same text
    /// each time.
    package static func bytes(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var capacity = 4096
        while true {
            var needed = 0
            let text = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                var writer = JSONWriter(into: UnsafeMutableRawBufferPointer(buffer))
                body(&writer)
                needed = writer.byteCount
                count = min(needed, buffer.count)
            }
            if needed <= capacity { return text }
            capacity = needed
        }
    }
}

extension JSONWriter {
    /// Writes a member with a text, or null.
    package mutating func member(_ name: StaticString, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    package mutating func member(_ name: StaticString, _ number: Int64?) {
        key(name)
        if let number { self.number(number) } else { null() }
    }

    /// Writes a member with a number, or null.
    package mutating func member(_ name: StaticString, _ number: Double?) {
        key(name)
        if let number { self.number(number) } else { null() }
    }

    package mutating func member(_ name: StaticString, count: UInt64) {
        key(name)
        number(count)
    }

    package mutating func member(_ name: StaticString, _ flag: Bool) {
        key(name)
        bool(flag)
    }
}
