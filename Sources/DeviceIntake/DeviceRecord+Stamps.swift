extension DeviceRecord {
    /// Changes every time that the device's next samples must exceed.
    mutating func moveStamps(_ moved: (Int64) -> Int64) {
        newestStampUnixMilliseconds = moved(newestStampUnixMilliseconds)
        stampFloorUnixMilliseconds = moved(stampFloorUnixMilliseconds)
        for index in readings.indices {
            readings[index].lastStampUnixMilliseconds = moved(readings[index].lastStampUnixMilliseconds)
        }
    }
}
