/// What an encoder is given to write as a reading's value.
enum EncodedValue {
    case number(Double, decimals: UInt8)
    case flag(Bool)
}
