internal import TLSTransport

/// An answer by which nginx says that it wants a client certificate, or does not take the one it got.
///
/// It accepts the handshake and answers 400 to the first request. For remote write a 400 means that the samples are
/// no good, and they would be dropped, where it is only the certificate that is.
struct HTTPCertificateRefusal {
    let error: TLSConnectionError

    /// Nil for any other answer. The words are those of nginx's pages for its codes 495 and 496.
    init?(_ reply: HTTPReply, isTLS: Bool) {
        guard isTLS, reply.status == .badRequest else { return nil }
        let page = String(decoding: reply.body.prefix(500), as: UTF8.self)
        if page.contains("No required SSL certificate was sent") {
            error = .refusedByPeer(alert: 116, reason: "400 No required SSL certificate was sent")
        } else if page.contains("The SSL certificate error") {
            error = .refusedByPeer(alert: 42, reason: "400 The SSL certificate error")
        } else {
            return nil
        }
    }
}
