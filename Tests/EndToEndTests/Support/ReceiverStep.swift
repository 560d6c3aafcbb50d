/// What a `ScriptedReceiver` does with one request.
enum ReceiverStep: Sendable, Hashable {
    /// Takes it, with the Written headers of 2.0; with `closing` it ends the connection afterwards.
    case accept(closing: Bool = false)
    /// A receiver of 1.0 alone: what comes by 2.0 it reads as an empty message and answers 2xx without a Written header.
    case acceptAsVersion1
    /// A receiver of 1.0 with Prometheus's rule: one sample that is older than the series' newest refuses them all.
    case acceptAllOrNothing
    /// Takes requests of up to so many samples, and answers 413 to larger ones.
    case acceptUpTo(samples: Int)
    /// Answers with a status and takes nothing.
    case answer(Int, headers: [String: String] = [:])
    /// 429 with a Retry-After of so many seconds: as a number, or as a date beside the answer's own Date.
    case throttle(seconds: Int, asDate: Bool = false)
    /// Reads the request and never answers.
    case hang
    /// Resets the connection; with `storing` it has taken the request before.
    case reset(storing: Bool = false)
    /// Sends the beginning of an answer and closes: within the head, or within the body.
    case closeWithin(Part)
    /// Goes on sending for as long as somebody reads.
    case endless(Part)
    /// Answers something that is not HTTP.
    case garbage

    enum Part: Sendable, Hashable {
        case head
        case body
    }
}
