internal import Glibc
internal import LinuxSystem
internal import NIOCore
internal import NIOPosix

extension HTTPServerError {
    /// What a failed bind means.
    init(_ error: any Error, address: HTTPAddress) {
        switch error {
        case let error as IOError: self.init(errorNumber: error.errnoCode, address: address)
        case let error as SystemError: self.init(errorNumber: error.errorNumber, address: address)
        case let error as SocketAddressError.UnknownHost:
            self = .nameNotFound(host: error.host, reason: error.errorDescription)
        case let error as UnixSocket.Failure:
            switch error {
            case .inUse: self = .addressInUse(address)
            case .notASocket:
                if case .unix(let path) = address {
                    self = .notASocket(path: path)
                } else {
                    self = .failed(address, reason: "not a socket")
                }
            case .pathTooLong(let limit): self = .failed(address, reason: "the path is longer than \(limit) bytes")
            case .system(let cause): self.init(errorNumber: cause.errorNumber, address: address)
            }
        default: self = .failed(address, reason: "\(error)")
        }
    }

    private init(errorNumber: Int32, address: HTTPAddress) {
        switch errorNumber {
        case EADDRINUSE: self = .addressInUse(address)
        case EACCES, EPERM: self = .permissionDenied(address)
        case EADDRNOTAVAIL: self = .addressNotAvailable(address)
        default: self = .failed(address, reason: errorText(errorNumber))
        }
    }
}
