/// node_exporter 1.12's default choices of fields, each beside the expression it stands for.
extension NamePattern {
    /// The counters of the network protocols that say whether something goes wrong, and how much goes over.
    package static let defaultNetstatFields = NamePattern(
        "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)"
            + "|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)"
            + "|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)"
            + "|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$"
    ) { name in
        if name.hasSuffix("_InErrors") || name.hasSuffix("_InErrs") || name == "Ip_Forwarding" { return true }
        guard let bar = name.firstIndex(of: "_") else { return false }
        let field = name[name.index(after: bar)...]
        switch name[..<bar] {
        case "Ip6", "IpExt": return ["InOctets", "OutOctets"].contains(field)
        case "Icmp", "Icmp6": return ["InMsgs", "OutMsgs"].contains(field)
        case "TcpExt":
            return field.hasPrefix("Listen") || field.hasPrefix("Syncookies")
                || ["TCPSynRetrans", "TCPTimeouts", "TCPOFOQueue", "TCPRcvQDrop"].contains(field)
        case "Tcp":
            return [
                "ActiveOpens", "InSegs", "OutSegs", "OutRsts", "PassiveOpens", "RetransSegs", "CurrEstab",
            ].contains(field)
        case "Udp", "Udp6":
            return ["InDatagrams", "OutDatagrams", "NoPorts", "RcvbufErrors", "SndbufErrors"].contains(field)
        default: return false
        }
    }

    /// Pages read, written, swapped and faulted in, and processes killed for want of memory.
    package static let defaultVmstatFields = NamePattern("^(oom_kill|pgpg|pswp|pg.*fault).*") { name in
        for prefix in ["oom_kill", "pgpg", "pswp"] where name.hasPrefix(prefix) { return true }
        return name.hasPrefix("pg") && name.dropFirst(2).contains("fault")
    }
}
