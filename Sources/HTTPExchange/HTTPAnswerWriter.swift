internal import NIOCore

/// Brings an answer from a handler's task to its connection's event loop.
struct HTTPAnswerWriter: Sendable {
    /// What is left to do once an answer has begun.
    enum Next {
        /// Nothing: the connection does the rest, or wants no answer any more.
        case nothing
        /// To say that the answer is complete: it has a stream, but may not have a body.
        case end
        case pieces(isChunked: Bool)
    }

    let connection: NIOLoopBound<HTTPServerConnection>
    let eventLoop: any EventLoop
    let number: Int

    func write(_ prepared: HTTPPreparedAnswer) async {
        guard case .stream(let stream, let isCompressed) = prepared.body else {
            eventLoop.execute { _ = connection.value.begin(prepared, number: number) }
            return
        }
        do {
            let next = try await eventLoop.submit { connection.value.begin(prepared, number: number) }.get()
            switch next {
            case .nothing: return
            case .end: break
            case .pieces(let isChunked): try await pump(stream, isCompressed: isCompressed, isChunked: isChunked)
            }
            eventLoop.execute { connection.value.finish(number: number) }
        } catch {
            eventLoop.execute { connection.value.breakOff(number: number) }
        }
    }

    private func pump(_ stream: HTTPBodyStream, isCompressed: Bool, isChunked: Bool) async throws {
        let gzip = isCompressed ? GzipStream() : nil
        while let bytes = try await stream.next() {
            try await write(piece: gzip?.append(bytes) ?? bytes, isChunked: isChunked)
        }
        if let gzip { try await write(piece: gzip.finish(), isChunked: isChunked) }
        if isChunked { try await write(ByteBuffer(string: HTTPFraming.lastChunk)) }
    }

    private func write(piece: [UInt8], isChunked: Bool) async throws {
        // An empty chunk would end the body.
        if piece.isEmpty { return }
        try await write(isChunked ? HTTPFraming.chunk(piece) : ByteBuffer(bytes: piece))
    }

    private func write(_ buffer: ByteBuffer) async throws {
        try await eventLoop.flatSubmit {
            connection.value.writePiece(buffer, number: number, eventLoop: eventLoop)
        }.get()
    }
}
