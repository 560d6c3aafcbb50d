/// A call to a service on the bus, as far as there is need for it: without arguments, or for one property.
enum BusCall {
    /// To the bus itself: makes the connection one of a client.
    case hello
    case method(path: [UInt8], interface: StaticString, member: StaticString)
    case property(path: [UInt8], interface: StaticString, name: StaticString)

    static let propertiesInterface: StaticString = "org.freedesktop.DBus.Properties"

    /// For errors.
    var name: String {
        switch self {
        case .hello: "Hello"
        case .method(_, _, let member): "\(member)"
        case .property(_, let interface, let name): "\(interface).\(name)"
        }
    }
}
