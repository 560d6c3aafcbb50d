/// The samples of one series of the recording.
struct RecordedSeries {
    let family: String
    var times: [Int64] = []
    var values: [Double] = []
}
