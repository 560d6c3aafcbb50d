internal import CMosquitto

/// The protocol versions a client can speak.
package enum MQTTProtocolVersion: Hashable, Sendable, CustomStringConvertible {
    case v5
    case v311

    package var description: String { self == .v5 ? "5" : "3.1.1" }

    /// The number that MOSQ_OPT_PROTOCOL_VERSION takes.
    var option: Int32 { self == .v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311 }

    /// The words for a CONNACK code, which mean different things in the two versions.
    func refusal(_ code: Int32) -> MQTTError {
        let isFromFive = self == .v5 || code >= 128
        let text = isFromFive ? mosquitto_reason_string(code) : mosquitto_connack_string(code)
        return .refused(code: code, reason: String(cString: text ?? mosquitto_strerror(MOSQ_ERR_UNKNOWN.code)))
    }
}
