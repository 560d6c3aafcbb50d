/// The forms of a remote-read answer; raw values are those of `prometheus.ReadRequest.ResponseType`.
package enum ReadAnswerKind: UInt64, Sendable, CaseIterable {
    /// One Snappy block with all samples.
    case samples = 0
    /// Frames with compressed chunks, as they come.
    case chunks = 1

    /// The media type of the answer, without parameters.
    package var mediaType: String {
        switch self {
        case .samples: "application/x-protobuf"
        case .chunks: "application/x-streamed-protobuf"
        }
    }

    /// The form that an answer's Content-Type names, or nil for another one.
    package init?(contentType: String) {
        let media = HeaderText.trim(contentType.prefix { $0 != ";" })
        guard let kind = ReadAnswerKind.allCases.first(where: { HeaderText.equal(media, $0.mediaType) }) else {
            return nil
        }
        self = kind
    }
}
