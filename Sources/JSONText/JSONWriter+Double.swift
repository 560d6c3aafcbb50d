#if !hasFeature(Embedded)
    extension JSONWriter {
        /// Writes the shortest digits that read back as `value`; what is not finite, JSON cannot say: `null`.
        /// Not on the device, where the standard library's formatting needs the heap.
        package mutating func number(_ value: Double) {
            guard value.isFinite else { return null() }
            var text = value.description
            text.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
        }

        /// Writes a string from Swift text.
        package mutating func string(_ text: String) {
            var text = text
            text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
        }
    }
#endif
