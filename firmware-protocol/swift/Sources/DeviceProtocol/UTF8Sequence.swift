/// What may follow the first byte of a character of several bytes.
struct UTF8Sequence {
    var continuationCount = 1
    var secondLow: UInt8 = 0x80
    var secondHigh: UInt8 = 0xbf

    /// nil where no character begins with `lead`.
    init?(lead: UInt8) {
        switch lead {
        case 0xc2...0xdf: break
        case 0xe0...0xef:
            continuationCount = 2
            if lead == 0xe0 { secondLow = 0xa0 }
            if lead == 0xed { secondHigh = 0x9f }
        case 0xf0...0xf4:
            continuationCount = 3
            if lead == 0xf0 { secondLow = 0x90 }
            if lead == 0xf4 { secondHigh = 0x8f }
        default: return nil
        }
    }
}
