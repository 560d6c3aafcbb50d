/// Why a server does not listen. The description names the address and what to do next.
package enum HTTPServerError: Error, Hashable, Sendable, CustomStringConvertible {
    case addressInUse(HTTPAddress)
    case permissionDenied(HTTPAddress)
    /// The host names no address of this machine.
    case addressNotAvailable(HTTPAddress)
    case nameNotFound(host: String, reason: String)
    /// Another process answers on the Unix socket.
    case socketInUse(path: String)
    /// Something that is no socket is at the Unix socket's path.
    case notASocket(path: String)
    case failed(HTTPAddress, reason: String)

    package var description: String {
        switch self {
        case .addressInUse(.tcp(let host, let port)):
            "port \(port) is in use on \(host); see who has it with \"ss -ltnp sport = :\(port)\", "
                + "or choose another in http.listen"
        case .addressInUse(.unix(let path)), .socketInUse(let path):
            "another process answers on \(path); stop it first"
        case .permissionDenied(.tcp(let host, let port)):
            "not allowed to listen on \(host):\(port); "
                + "choose a port from 1024 up in http.listen, or give the service CAP_NET_BIND_SERVICE"
        case .permissionDenied(.unix(let path)):
            "not allowed to create \(path); check the directory's owner and mode with \"ls -ld\""
        case .addressNotAvailable(let address):
            "\(address) is no address of this machine; see its addresses with \"ip address\", "
                + "or listen on 127.0.0.1"
        case .nameNotFound(let host, let reason): "cannot look up \(host) to listen on: \(reason)"
        case .notASocket(let path): "\(path) exists and is no socket; move it away"
        case .failed(let address, let reason): "cannot listen on \(address): \(reason)"
        }
    }
}
