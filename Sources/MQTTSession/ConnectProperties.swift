internal import CMosquitto

/// The properties of an MQTT 5 CONNECT, in the library's own list.
struct ConnectProperties: ~Copyable {
    private(set) var list: OpaquePointer?

    /// `sessionExpirySeconds` 0 ends the session with the connection.
    init(sessionExpirySeconds: UInt32, receiveMaximum: Int, packetByteLimit: Int) throws(MQTTError) {
        list = nil
        try Self.check(
            mosquitto_property_add_int32(
                &list, MQTT_PROP_SESSION_EXPIRY_INTERVAL.identifier, sessionExpirySeconds))
        try Self.check(
            mosquitto_property_add_int16(&list, MQTT_PROP_RECEIVE_MAXIMUM.identifier, UInt16(receiveMaximum)))
        try Self.check(
            mosquitto_property_add_int32(
                &list, MQTT_PROP_MAXIMUM_PACKET_SIZE.identifier, UInt32(packetByteLimit)))
    }

    deinit {
        var list = list
        mosquitto_property_free_all(&list)
    }

    private static func check(_ code: Int32) throws(MQTTError) {
        if code != MOSQ_ERR_SUCCESS.code { throw .library("mosquitto_property_add", code) }
    }
}
