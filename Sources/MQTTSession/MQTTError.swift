internal import CMosquitto

/// What went wrong with a broker or with the settings for one. None of these ends a session: it reports them and
/// tries again; only `MQTTConfiguration` throws them to its caller.
package enum MQTTError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A setting that cannot work; `reason` says what would.
    case unusableSetting(name: String, value: String, reason: String)
    /// The broker's name could not be resolved.
    case unresolvedHost(host: String, reason: String)
    /// libmosquitto's function `call` failed with `code`, which its own words explain.
    case library(call: String, code: Int32, reason: String)
    /// TLS failed; the text says with whom, why, and which file or setting to change.
    case tls(String)
    /// No answer to TCP connect and CONNECT within the limit.
    case noAnswer(withinSeconds: Int)
    /// The broker answered CONNECT with a refusal.
    case refused(code: Int32, reason: String)
    /// The broker closed an established session and said why (MQTT 5).
    case endedByBroker(code: Int32, reason: String)
    /// The delivery handler could not make a batch durable.
    case notDurable(messageCount: Int)
    /// More messages wait to be acknowledged than the publisher may hold.
    case queueFull(limit: Int)
    /// The publisher has no connection now.
    case notConnected

    /// The error for one of libmosquitto's codes, with the library's text. Call it at once: for
    /// MOSQ_ERR_ERRNO the text comes from `errno`.
    static func library(_ call: String, _ code: Int32) -> MQTTError {
        .library(call: call, code: code, reason: String(cString: mosquitto_strerror(code)))
    }

    package var description: String {
        switch self {
        case .unusableSetting(let name, let value, let reason): "\(name) \"\(value)\": \(reason)"
        case .unresolvedHost(let host, let reason): "resolve \(host): \(reason)"
        case .library(let call, let code, let reason): "\(call): \(reason) (\(code))"
        case .tls(let text): text
        case .noAnswer(let seconds): "no answer from the broker within \(seconds) s"
        case .refused(let code, let reason): "broker refused the connection: \(reason) (\(code))"
        case .endedByBroker(let code, let reason): "broker ended the session: \(reason) (\(code))"
        case .notDurable(let count): "a batch of \(count) messages could not be made durable"
        case .queueFull(let limit): "\(limit) messages already wait for the broker"
        case .notConnected: "not connected"
        }
    }
}
