/// How a chunk's columns are coded: the second byte of a chunk.
///
/// Bits 0-1 are the values' form, bit 2 says that exceptions are marked, bit 4 that times are irregular; the others
/// are zero.
struct ChunkEncoding: Hashable, Sendable {
    enum ValueForm: UInt8 {
        /// Scaled integers, differences.
        case decimalDelta = 0
        /// Scaled integers, differences of differences: steady counters.
        case decimalDoubleDelta = 1
        /// The bit patterns in the order of the numbers, differences: noisy floats and whatever is no decimal.
        case patternDelta = 2
    }

    let form: ValueForm
    let hasExceptions: Bool
    let isIrregular: Bool

    init(form: ValueForm, hasExceptions: Bool, isIrregular: Bool) {
        self.form = form
        self.hasExceptions = hasExceptions
        self.isIrregular = isIrregular
    }

    init?(rawValue: UInt8) {
        guard rawValue & 0b1110_1000 == 0, let form = ValueForm(rawValue: rawValue & 3) else { return nil }
        self.init(form: form, hasExceptions: rawValue & 4 != 0, isIrregular: rawValue & 16 != 0)
    }

    var rawValue: UInt8 { form.rawValue | (hasExceptions ? 4 : 0) | (isIrregular ? 16 : 0) }
}
