internal import LinuxSystem

/// What a person reads about a failed connection: what happened, and which file or setting to change.
extension ReloadingTLSContext {
    /// `peer` is the other side as it is shown: `hub:9661`.
    package func explain(_ error: TLSConnectionError, peer: String) -> String {
        switch settings {
        case .client(let client), .clientOfLibrary(let client, _): client.explain(error, server: peer)
        case .server(let server): server.explain(error, client: peer)
        }
    }
}

extension TLSClientSettings {
    private var host: String { serverName.map { "\(setting("server_name")) (\($0))" } ?? "the host of the url" }

    private var trust: String {
        authorityFile.map { "\(setting("ca_file")) (\($0))" }
            ?? "the system's (/etc/ssl/certs); name its file in \(setting("ca_file"))"
    }

    func explain(_ error: TLSConnectionError, server: String) -> String {
        switch error {
        case .certificateRefused(let problem): return explain(problem, server: server)
        case .refusedByPeer(let alert, let reason): return explain(alert: alert, reason, server: server)
        case .protocolFailure(let reason)
        where reason.contains("wrong version number") || reason.contains("http request"):
            return "\(server) does not speak TLS on this port; mend the url's scheme or port: \(reason)"
        case .protocolFailure(let reason) where reason.contains("unsupported protocol"):
            return "\(server) speaks no TLS 1.2 or newer: \(reason)"
        case .protocolFailure, .handshakeTimeout, .truncated, .closedInHandshake:
            return "TLS with \(server): \(error)"
        }
    }

    private func explain(_ problem: TLSCertificateProblem, server: String) -> String {
        let certificate =
            problem.isAuthority ? "an authority's certificate of \(server)" : "the certificate of \(server)"
        let words = problem.reason
        switch problem.kind {
        case .unknownAuthority:
            return "the certificate of \(server) is signed by an authority that is not in \(trust): \(words)"
        case .selfSigned: return "the certificate of \(server) is self-signed and not in \(trust): \(words)"
        case .expired:
            return "\(certificate) ended \(problem.bound ?? "") and must be renewed there, unless this machine's clock "
                + "is wrong: \(words)"
        case .notYetValid:
            return "\(certificate) begins \(problem.bound ?? "") only; is this machine's clock wrong? \(words)"
        case .wrongName:
            let names = problem.names.isEmpty ? "no name" : problem.names.prefix(5).joined(separator: ", ")
            return "the certificate of \(server) is for \(names) and not for \(host); connect by such a name, or give "
                + "it as \(setting("server_name")): \(words)"
        case .other: return "\(certificate) is not accepted: \(words)"
        }
    }

    private func explain(alert: UInt8, _ reason: String, server: String) -> String {
        guard let certificateFile else {
            guard TLSAlert.asksForCertificate(alert) else { return "\(server) has ended TLS: \(reason)" }
            return "\(server) wants a client certificate; give one as \(setting("cert_file")) and \(setting("key_file")): \(reason)"
        }
        guard TLSAlert.isAboutCertificate(alert) else { return "\(server) has ended TLS: \(reason)" }
        return "\(server) does not accept the client certificate \(setting("cert_file")) (\(certificateFile)): \(reason)"
    }
}

extension TLSServerSettings {
    func explain(_ error: TLSConnectionError, client: String) -> String {
        let trust = "\(setting("client_ca_file")) (\(clientAuthorityFile ?? ""))"
        switch error {
        case .certificateRefused(let problem):
            let words = problem.reason
            switch problem.kind {
            case .unknownAuthority, .selfSigned:
                return
                    "the certificate of the client \(client) is signed by an authority that is not in \(trust): \(words)"
            case .expired:
                return
                    "the certificate of the client \(client) ended \(problem.bound ?? "") and must be renewed there: "
                    + words
            case .notYetValid, .wrongName, .other:
                return "the certificate of the client \(client) is not accepted: \(words)"
            }
        case .protocolFailure(let reason) where reason.contains("did not return a certificate"):
            return "the client \(client) has no certificate, which \(setting("client_auth_type")) requires: \(reason)"
        case .refusedByPeer(let alert, let reason) where TLSAlert.isAboutCertificate(alert):
            return
                "the client \(client) does not accept the certificate \(setting("cert_file")) (\(certificateFile)): \(reason)"
        case .refusedByPeer, .protocolFailure, .handshakeTimeout, .truncated, .closedInHandshake:
            return "TLS with the client \(client): \(error)"
        }
    }
}
