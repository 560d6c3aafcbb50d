internal import LinuxSystem
internal import MetricModel

/// `xfrm`: packets that IPsec could not transform, from /proc/net/xfrm_stat.
final class XfrmCollector: HostCollector {
    /// The counters that node_exporter knows; their names are those of the metrics in another spelling.
    private static let reasons: [String: String] = [
        "XfrmInError": "for other reasons", "XfrmInBufferError": "for want of a buffer",
        "XfrmInHdrError": "for a bad header", "XfrmInNoStates": "for want of a state (wrong SPI, address or protocol)",
        "XfrmInStateProtoError": "by the protocol, as for a wrong key",
        "XfrmInStateModeError": "by the mode", "XfrmInStateSeqError": "for a sequence number outside the window",
        "XfrmInStateExpired": "for an expired state", "XfrmInStateMismatch": "for options other than the state's",
        "XfrmInStateInvalid": "for an invalid state", "XfrmInTmplMismatch": "for states that no template asks for",
        "XfrmInNoPols": "for want of a policy", "XfrmInPolBlock": "by a policy",
        "XfrmInPolError": "for an error in a policy", "XfrmOutError": "for other reasons",
        "XfrmOutBundleGenError": "for a bundle that could not be made",
        "XfrmOutBundleCheckError": "for a bundle that was not valid", "XfrmOutNoStates": "for want of a state",
        "XfrmOutStateProtoError": "by the protocol", "XfrmOutStateModeError": "by the mode",
        "XfrmOutStateSeqError": "for a sequence number at its end", "XfrmOutStateExpired": "for an expired state",
        "XfrmOutPolBlock": "by a policy", "XfrmOutPolDead": "for a policy that is no more",
        "XfrmOutPolError": "for an error in a policy", "XfrmFwdHdrError": "for a route that is not allowed",
        "XfrmOutStateInvalid": "for an invalid state", "XfrmAcquireError": "for a state that was not acquired in time",
    ]

    private let file: KeptFile
    private var fields = FieldText()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/net/xfrm_stat", endsAtShortRead: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) {
            try fields.give(bytes, &output) { name in Self.family(name).map { ($0, []) } }
        } catch {
            throw CollectorError(error, file.path)
        }
    }

    /// `XfrmInHdrError` is `node_xfrm_in_hdr_error_packets_total`.
    static func family(_ name: String) -> MetricFamily? {
        guard let reason = reasons[name] else { return nil }
        let words = name.dropFirst(4).reduce(into: "") { words, letter in
            if letter.isUppercase, !words.isEmpty { words += "_" }
            words += letter.lowercased()
        }
        return MetricFamily(
            "node_xfrm_\(words)_packets_total", .counter, help: "Packets that IPsec refused \(reason).")
    }
}
