internal import CMosquitto
internal import TLSTransport

/// The owner of one libmosquitto client, driven from outside: never by the library's own thread.
///
/// `threaded_set` is what makes a PUBACK wait: the library then only queues packets, and nothing leaves before
/// `write`. Destroying the client drops what is queued, so the broker delivers those messages again.
final class MosquittoClient {
    /// The version its CONNECT speaks.
    let version: MQTTProtocolVersion
    let handle: OpaquePointer

    /// `security` must outlive this object, and check the broker's name: with a context of ours the library checks
    /// nothing. `context` is handed to the callbacks; it must outlive this object.
    init(
        clientID: String, isCleanStart: Bool, version: MQTTProtocolVersion, broker: MQTTBrokerAddress,
        security: TLSContext? = nil, context: UnsafeMutableRawPointer
    ) throws(MQTTError) {
        try MosquittoLibrary.start()
        guard let handle = mosquitto_new(clientID, isCleanStart, context) else {
            throw .library("mosquitto_new", MOSQ_ERR_NOMEM.code)
        }
        self.handle = handle
        self.version = version
        try check("mosquitto_threaded_set", mosquitto_threaded_set(handle, true))
        try check(
            "mosquitto_int_option", mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, version.option))
        if let security {
            // The library's own settings stay out of it.
            try check(
                "mosquitto_int_option", mosquitto_int_option(handle, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0))
            try check(
                "mosquitto_void_option", mosquitto_void_option(handle, MOSQ_OPT_SSL_CTX, security.pointer))
        }
        if let userName = broker.userName {
            try check(
                "mosquitto_username_pw_set", mosquitto_username_pw_set(handle, userName, broker.password))
        }
    }

    deinit { mosquitto_destroy(handle) }

    /// Starts TCP connect and CONNECT towards a numeric address, without waiting for either.
    func connect(
        address: String, port: Int, keepAliveSeconds: Int, properties: borrowing ConnectProperties
    ) throws(MQTTError) {
        if version == .v5 {
            // The library has no non-blocking connect with properties, but this one keeps them before it refuses
            // the port, and the next one uses them. A test on the session's expiry holds the library to that.
            let code = mosquitto_connect_bind_v5(handle, address, -1, Int32(keepAliveSeconds), nil, properties.list)
            guard code == MOSQ_ERR_INVAL.code else { throw .library("mosquitto_connect_bind_v5", code) }
        }
        // A pending connect is answered by a negative code or by success, depending on the library's version.
        let code = mosquitto_connect_bind_async(handle, address, Int32(port), Int32(keepAliveSeconds), nil)
        if code > 0 { throw .library("connect \(address):\(port)", code) }
    }

    /// The socket's number, -1 without one.
    var socket: Int32 { mosquitto_socket(handle) }

    /// Whether TLS has decrypted bytes that have not been read.
    var hasPendingBytes: Bool { mosquitto_ssl_get(handle).map { TLSContext.hasPending($0) } ?? false }

    /// Whether packets wait to be written, or TLS wants to write.
    var wantsWrite: Bool { mosquitto_want_write(handle) }

    /// Reads one packet, or part of one, and calls its callback.
    func readOnce() -> Int32 { mosquitto_loop_read(handle, 1) }

    /// Writes queued packets until there are none or the socket is full.
    func write() throws(MQTTError) {
        if wantsWrite { try check("mosquitto_loop_write", mosquitto_loop_write(handle, 1)) }
    }

    /// Queues PINGREQ when it is time, and fails when the last was not answered.
    func keepAlive() throws(MQTTError) {
        try check("mosquitto_loop_misc", mosquitto_loop_misc(handle))
    }

    /// Queues a subscription and answers the packet's number, by which its SUBACK will be known.
    func subscribe(_ filter: String, qos: Int32) throws(MQTTError) -> Int32 {
        var packet: Int32 = 0
        try check("subscribe \(filter)", mosquitto_subscribe_v5(handle, &packet, filter, qos, 0, nil))
        return packet
    }

    /// Queues DISCONNECT, after which the broker sends no will and keeps the session for its expiry.
    func disconnect() throws(MQTTError) {
        try check("mosquitto_disconnect", mosquitto_disconnect_v5(handle, 0, nil))
    }

    func check(_ call: String, _ code: Int32) throws(MQTTError) {
        if code != MOSQ_ERR_SUCCESS.code { throw .library(call, code) }
    }
}
