internal import CMosquitto

/// libmosquitto's one-time start. It is never undone: other sessions of the process may still use it.
enum MosquittoLibrary {
    /// The result of `mosquitto_lib_init`, which Swift runs once however many threads ask.
    private static let startCode = mosquitto_lib_init()

    static func start() throws(MQTTError) {
        guard startCode == MOSQ_ERR_SUCCESS.code else { throw .library("mosquitto_lib_init", startCode) }
    }
}
