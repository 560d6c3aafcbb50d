internal import CMosquitto

extension mosq_err_t {
    /// The number that libmosquitto's functions answer.
    var code: Int32 { rawValue }
}

extension mqtt5_property {
    /// The number that the property functions take.
    var identifier: Int32 { Int32(rawValue) }
}
