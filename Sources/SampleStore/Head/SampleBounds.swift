/// The oldest and the newest time that a sample may have, in milliseconds since 1970.
struct SampleBounds {
    let oldest: Int64
    let newest: Int64
}
