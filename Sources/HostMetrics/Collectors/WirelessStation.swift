internal import LinuxSystem

/// What a wireless interface tells of a station that it talks to.
struct WirelessStation {
    /// In the order of `WifiFamilies.station`; NaN for what the driver does not tell.
    var values: [12 of Double] = .init(repeating: .nan)

    /// Takes NL80211_STA_INFO_* apart.
    init(_ information: NetlinkPart) throws(DamagedText) {
        var attributes = information.attributes
        var wide: (received: UInt64?, sent: UInt64?) = (nil, nil)
        while let attribute = try attributes.next() {
            let value = attribute.value
            switch attribute.type {
            // CONNECTED_TIME, INACTIVE_TIME in ms.
            case 16: values[0] = Double(try value.number(UInt32.self))
            case 1: values[1] = Double(try value.number(UInt32.self)) / 1000
            // RX_BITRATE, TX_BITRATE.
            case 14: values[2] = try Self.bitsPerSecond(value)
            case 8: values[3] = try Self.bitsPerSecond(value)
            // RX_BYTES, TX_BYTES, and the same with 64 bits.
            case 2: values[4] = Double(try value.number(UInt32.self))
            case 3: values[5] = Double(try value.number(UInt32.self))
            case 23: wide.received = try value.number(UInt64.self)
            case 24: wide.sent = try value.number(UInt64.self)
            // SIGNAL in dBm.
            case 7: values[6] = Double(try value.number(Int8.self))
            // TX_RETRIES, TX_FAILED, BEACON_LOSS, TX_PACKETS, RX_PACKETS.
            case 11: values[7] = Double(try value.number(UInt32.self))
            case 12: values[8] = Double(try value.number(UInt32.self))
            case 18: values[9] = Double(try value.number(UInt32.self))
            case 10: values[10] = Double(try value.number(UInt32.self))
            case 9: values[11] = Double(try value.number(UInt32.self))
            default: break
            }
        }
        if let received = wide.received { values[4] = Double(received) }
        if let sent = wide.sent { values[5] = Double(sent) }
    }

    /// NL80211_RATE_INFO_BITRATE32, or BITRATE of 16 bits, in units of 100 kbit/s; NaN where there is neither.
    private static func bitsPerSecond(_ value: NetlinkPart) throws(DamagedText) -> Double {
        var attributes = value.attributes
        var rate: UInt32?
        var short: UInt32?
        while let attribute = try attributes.next() {
            switch attribute.type {
            case 5: rate = try attribute.value.number(UInt32.self)
            case 1: short = UInt32(try attribute.value.number(UInt16.self))
            default: break
            }
        }
        return (rate ?? short).map { Double($0) * 100_000 } ?? .nan
    }
}
