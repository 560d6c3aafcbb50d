internal import LinuxSystem

/// What one of the statistics that a driver counts is called as a metric.
struct EthtoolStatistic: Equatable {
    /// Its place among the driver's.
    let index: Int
    /// As the driver calls it, with what a metric's name cannot have as underscores.
    let name: String
    let metricName: String

    /// Those of a driver that are metrics, in its order. `names` has 32 bytes for each, which end with a zero.
    ///
    /// As in node_exporter, of statistics that would be one metric none is given: nobody could say which. One that the
    /// driver has twice under the same name counts as its last.
    static func all(in names: UnsafeRawBufferPointer, include: NamePattern?) -> [EthtoolStatistic] {
        let nameByteCount = EthtoolSocket.nameByteCount
        var indexes: [String: Int] = [:]
        for index in 0..<names.count / nameByteCount {
            let bytes = names[index * nameByteCount..<(index + 1) * nameByteCount].prefix { $0 != 0 }
            if !bytes.isEmpty { indexes[String(decoding: bytes, as: UTF8.self)] = index }
        }
        let all = indexes.compactMap { text, index -> (statistic: EthtoolStatistic, claim: String)? in
            let name = MetricName.part(text)
            guard include?.matches(name) ?? true, let claim = plainMetricName(name) else { return nil }
            return (EthtoolStatistic(index: index, name: name, metricName: totals[name] ?? claim), claim)
        }
        // The drivers themselves are told by the first; names of their own are kept for those that have them.
        var claimCounts = ["node_ethtool_info": 1]
        for (statistic, claim) in all {
            claimCounts[claim, default: 0] += 1
            if claim != statistic.metricName { claimCounts[statistic.metricName, default: 0] += 1 }
        }
        return all.filter { claimCounts[$0.claim] == 1 }.map(\.statistic).sorted { $0.index < $1.index }
    }

    /// What most drivers have, which got names of its own.
    private static let totals = [
        "rx_bytes": "node_ethtool_received_bytes_total", "rx_dropped": "node_ethtool_received_dropped_total",
        "rx_errors": "node_ethtool_received_errors_total", "rx_packets": "node_ethtool_received_packets_total",
        "tx_bytes": "node_ethtool_transmitted_bytes_total", "tx_errors": "node_ethtool_transmitted_errors_total",
        "tx_packets": "node_ethtool_transmitted_packets_total",
    ]

    /// In lower case, without underscores in front, and with `rx` and `tx` written out; nil where nothing is left.
    static func plainMetricName(_ name: String) -> String? {
        let words = name.lowercased().drop { $0 == "_" }
        guard !words.isEmpty else { return nil }
        return "node_ethtool_" + replacing("tx", "transmitted", in: replacing("rx", "received", in: String(words)))
    }

    /// An underscore parts only two words, so of `rx_rx` only the first is replaced, as in node_exporter.
    private static func replacing(_ word: String, _ replacement: String, in name: String) -> String {
        let words = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        var result: [String] = []
        var isFree = true
        for part in words {
            let isReplaced = part == word && isFree
            result.append(isReplaced ? replacement : part)
            isFree = !isReplaced
        }
        return result.joined(separator: "_")
    }
}
