/// When the last message came on each of a device's topics: a device that sends one topic after the other, all at once
/// once a minute, has an interval of a minute.
struct TopicPace: Equatable {
    private struct Topic: Equatable {
        var hash: UInt32
        var milliseconds: Int64
    }

    /// Of a device with more topics, those that came first make its pace.
    private static let topicLimit = 8
    private var topics: [Topic] = []

    /// The distance to the message before on the topic; nil where there is none.
    mutating func note(topic hash: UInt32, milliseconds: Int64) -> UInt32? {
        guard let place = topics.firstIndex(where: { $0.hash == hash }) else {
            if topics.count < TopicPace.topicLimit { topics.append(Topic(hash: hash, milliseconds: milliseconds)) }
            return nil
        }
        defer { topics[place].milliseconds = milliseconds }
        guard milliseconds > topics[place].milliseconds else { return nil }
        return UInt32(clamping: milliseconds - topics[place].milliseconds)
    }
}
