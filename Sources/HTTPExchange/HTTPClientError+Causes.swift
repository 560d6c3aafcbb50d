internal import LinuxSystem
internal import NIOCore
internal import NIOPosix
internal import TLSTransport

extension HTTPClientError {
    /// What a failed connect means.
    init(_ error: any Error, url: HTTPURL, timeout: Duration, tls: ReloadingTLSContext?) {
        let destination = url.shownDestination
        switch error {
        case is CancellationError: self = .cancelled
        case ChannelError.connectTimeout: self = .connectTimeout(destination: destination, timeout)
        case TLSConnectionError.handshakeTimeout: self = .connectTimeout(destination: destination, timeout)
        case let error as TLSConnectionError:
            self = .tls(tls?.explain(error, peer: destination) ?? "TLS with \(destination): \(error)")
        case let error as IOError:
            self = .connectFailed(destination: destination, reason: errorText(error.errnoCode))
        case let error as NIOConnectionError:
            // Without one attempt to connect, it was the name.
            guard let failure = error.connectionErrors.last else {
                let cause = (error.dnsAError ?? error.dnsAAAAError) as? SocketAddressError.UnknownHost
                self = .nameNotFound(host: error.host, reason: cause?.errorDescription ?? "no address")
                return
            }
            // A refusal says more than another address that timed out.
            let refusal = error.connectionErrors.lazy.compactMap { $0.error as? IOError }.first
            self.init(refusal ?? failure.error, url: url, timeout: timeout, tls: tls)
        case SocketAddressError.unixDomainSocketPathTooLong:
            self = .connectFailed(destination: destination, reason: "the socket's path is too long")
        default: self = .connectFailed(destination: destination, reason: "\(error)")
        }
    }
}
