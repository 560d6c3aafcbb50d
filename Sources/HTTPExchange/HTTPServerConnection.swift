internal import NIOCore
internal import NIOHTTP1
internal import TLSTransport

/// One connection of a server: reads a request, has it answered, writes the answer, begins again.
///
/// Lives on its event loop. The socket is read only while a request is awaited or arriving, so what a peer sends
/// ahead stays in the kernel, but for the one read that brought it along.
final class HTTPServerConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    enum State {
        /// For the next request. `hasBegun` once bytes of it have come.
        case waiting(hasBegun: Bool)
        /// For the decision whether it may go on; nothing more of it is read until then.
        case admitting(HTTPRequestAssembly)
        case receiving(HTTPRequestAssembly)
        case answering(HTTPAnswerInProgress)
        /// The last answer is out; what comes is thrown away.
        case ending
    }

    let server: HTTPServerState
    private let security: TLSHandler?
    private(set) var state = State.waiting(hasBegun: false)
    private var context: ChannelHandlerContext?
    private var admission = HTTPServerState.Admission.dropped
    private var isInputClosed = false
    /// Parts of pipelined requests, which came with the same read as the one being answered.
    private var laterParts = CircularBuffer<HTTPServerRequestPart>()
    private var laterByteCount = 0
    /// What is wrong with the bytes after the requests already received.
    private var laterRefusal: HTTPRefusal?
    private var deadline: Scheduled<Void>?
    private var answerCount = 0

    /// More than a few reads bring; only a peer that closes its side with a full kernel buffer comes near it.
    private static let laterByteLimit = 4 << 20

    /// `security` is what decrypts the connection, where something does.
    init(server: HTTPServerState, security: TLSHandler? = nil) {
        self.server = server
        self.security = security
    }

    // MARK: The pipeline's events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        admission = server.admit(context.channel)
        switch admission {
        case .admitted: awaitRequest(context)
        case .refused: refuse(.tooManyConnections(limit: server.limits.connectionLimit))
        case .dropped: context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        if case .answering(let answer) = state {
            answer.departure.note()
            answer.task?.cancel()
            server.count(\.brokenAnswers)
        }
        state = .ending
        server.endReception(on: context.channel)
        server.dismiss(context.channel, admission)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch state {
        case .answering, .admitting:
            if case .body(let bytes) = part { laterByteCount += bytes.readableBytes }
            guard laterByteCount <= HTTPServerConnection.laterByteLimit else { return context.close(promise: nil) }
            laterParts.append(part)
        case .waiting, .receiving, .ending: receive(part)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch state {
        case .waiting(hasBegun: false):
            state = .waiting(hasBegun: true)
            setRequestDeadline()
            context.read()
        case .waiting, .receiving: context.read()
        case .admitting, .answering, .ending: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            isInputClosed = true
            switch state {
            case .answering(let answer): answer.departure.note()
            case .admitting, .ending: break
            case .waiting, .receiving: context.close(promise: nil)
            }
        case is HTTPGiveUpEvent:
            // Whole meanwhile, it is no longer arriving.
            if case .receiving = state { refuse(.tooManyArriving(byteLimit: server.limits.arrivingByteLimit)) }
        case is HTTPStopEvent:
            if case .waiting = state { context.close(promise: nil) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? TLSConnectionError { server.note(error, peer: remoteAddress) }
        guard let parserError = error as? HTTPParserError else { return context.close(promise: nil) }
        let refusal =
            parserError == .headerOverflow
            ? HTTPRefusal.headerTooLarge(
                byteLimit: server.limits.headerByteLimit, fieldLimit: server.limits.headerFieldLimit)
            : HTTPRefusal.malformed(parserError == .invalidURL ? HTTPRefusal.invalidURL : "\(parserError)")
        switch state {
        case .admitting, .answering: laterRefusal = refusal
        case .ending: break
        case .waiting, .receiving: refuse(refusal)
        }
    }

    // MARK: Requests

    private func awaitRequest(_ context: ChannelHandlerContext) {
        state = .waiting(hasBegun: false)
        setDeadline(server.limits.idleTimeout) { connection in
            connection.server.count(\.idleCloses)
            connection.context?.close(promise: nil)
        }
        context.read()
    }

    private func setRequestDeadline() {
        let timeout = server.limits.requestTimeout
        setDeadline(timeout) { $0.refuse(.tooSlow(timeout)) }
    }

    private func receive(_ part: HTTPServerRequestPart) {
        do throws(HTTPRefusal) {
            switch (part, state) {
            case (.head(let head), .waiting(let hasBegun)):
                if !hasBegun { setRequestDeadline() }
                let assembly = try HTTPRequestAssembly(
                    head, router: server.router, limits: server.limits, remoteAddress: remoteAddress,
                    peer: security?.peer)
                state = .receiving(assembly)
                try settle(server.access?.decide(assembly.request) ?? .admitted(user: nil), assembly)
            case (.body(let bytes), .receiving(var assembly)):
                try countArriving(bytes.readableBytes)
                // The state gives the assembly up while it grows: two owners would copy the body each time.
                state = .ending
                try assembly.append(bytes)
                state = .receiving(assembly)
            case (.end, .receiving(let assembly)):
                answer(assembly)
            default: break  // The rest of a refused request.
            }
        } catch {
            refuse(error)
        }
    }

    private func countArriving(_ byteCount: Int) throws(HTTPRefusal) {
        guard let context, !server.receive(byteCount, on: context.channel) else { return }
        throw .tooManyArriving(byteLimit: server.limits.arrivingByteLimit)
    }

    /// Does what has been decided of a request whose head is there.
    private func settle(_ decision: HTTPAccessDecision, _ assembly: HTTPRequestAssembly) throws(HTTPRefusal) {
        switch decision {
        case .admitted(let user):
            var assembly = assembly
            assembly.admit(user: user)
            state = .receiving(assembly)
            if assembly.expectsContinue { write(ByteBuffer(string: HTTPFraming.continuation)) }
        case .refused(let status, let message, let headers):
            throw HTTPRefusal(status: status, message: message, count: \.refusedAccesses, headers: headers)
        case .undecided(let check):
            guard let context else { return }
            state = .admitting(assembly)
            let (bound, eventLoop) = (NIOLoopBound(self, eventLoop: context.eventLoop), context.eventLoop)
            Task {
                let decision = await check()
                eventLoop.execute { bound.value.settleLater(decision) }
            }
        }
    }

    private func settleLater(_ decision: HTTPAccessDecision) {
        // Broken off or too slow meanwhile, else it is the same request: a connection has one at a time.
        guard let context, case .admitting(let assembly) = state else { return }
        state = .receiving(assembly)
        do throws(HTTPRefusal) {
            try settle(decision, assembly)
        } catch {
            return refuse(error)
        }
        if case .receiving = state { continueWithLater(context) }
    }

    private func answer(_ assembly: HTTPRequestAssembly) {
        guard let context else { return }
        server.endReception(on: context.channel)
        answerCount += 1
        var answer = HTTPAnswerInProgress(
            number: answerCount, terms: assembly.answer, began: NIODeadline.now())
        setHandlerDeadline()
        let writer = HTTPAnswerWriter(
            connection: NIOLoopBound(self, eventLoop: context.eventLoop), eventLoop: context.eventLoop,
            number: answerCount)
        let (match, server) = (assembly.match, server)
        var request = assembly.request
        request.departure = answer.departure
        answer.task = Task { [request] in
            let response =
                switch match {
                case .found(let route, _): await route.handler(request)
                case .otherMethods(let methods, _): HTTPRouter.methodNotAllowed(methods)
                case .nothing: server.router.notFound(request)
                }
            let prepared = HTTPPreparedAnswer(
                response, terms: assembly.answer, gzipMinimumByteCount: server.limits.gzipMinimumByteCount)
            await writer.write(prepared)
        }
        state = .answering(answer)
    }

    // MARK: Answers

    /// Writes the head of answer `number` and, for a body of bytes, all of it.
    func begin(_ prepared: HTTPPreparedAnswer, number: Int) -> HTTPAnswerWriter.Next {
        guard case .answering(var answer) = state, answer.number == number, !answer.hasHead else { return .nothing }
        answer.hasHead = true
        answer.status = prepared.status
        let length: HTTPFraming.Length
        switch prepared.body {
        case .bytes(let bytes): length = .bytes(bytes.count)
        case .stream: length = answer.terms.isVersion11 ? .chunked : .untilClose
        }
        answer.keepsAlive = answer.terms.keepsAlive && !server.isStopping
        if case .untilClose = length { answer.keepsAlive = false }
        state = .answering(answer)
        setStallDeadline()
        let head = HTTPFraming.head(
            prepared.status, headers: prepared.headers, length: length, terms: answer.terms,
            keepsAlive: answer.keepsAlive, date: server.date())
        let hasBody = answer.terms.method != .head && !prepared.status.hasNoBody
        if case .bytes(let bytes) = prepared.body {
            writeWhole(head: head, body: hasBody ? bytes : [])
            return .nothing
        }
        write(head)
        setHandlerDeadline()
        return hasBody ? .pieces(isChunked: answer.terms.isVersion11) : .end
    }

    /// Writes a piece of a stream; the future ends when the kernel has taken it. Fails when nobody wants it any more.
    func writePiece(_ piece: ByteBuffer, number: Int, eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        guard let context, case .answering(let answer) = state, answer.number == number else {
            return eventLoop.makeFailedFuture(ChannelError.alreadyClosed)
        }
        setStallDeadline()
        let taken = context.writeAndFlush(wrapOutboundOut(piece))
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        // The next piece is the handler's affair again.
        taken.whenSuccess { bound.value.pieceTaken(number, deadline: HTTPServerConnection.setHandlerDeadline) }
        return taken
    }

    /// The last piece of answer `number` has been taken by the kernel.
    func finish(number: Int) {
        guard let context, case .answering(let answer) = state, answer.number == number else { return }
        let elapsed = NIODeadline.now() - answer.began
        server.record(answer.terms, status: answer.status, seconds: Double(elapsed.nanoseconds) / 1e9)
        guard answer.keepsAlive, !server.isStopping else { return end() }
        state = .waiting(hasBegun: false)
        continueWithLater(context)
    }

    /// A stream failed: the peer must see that the body is not whole.
    func breakOff(number: Int) {
        guard let context, case .answering(let answer) = state, answer.number == number else { return }
        context.close(promise: nil)
    }

    private func continueWithLater(_ context: ChannelHandlerContext) {
        while let part = laterParts.popFirst() {
            if case .body(let bytes) = part { laterByteCount -= bytes.readableBytes }
            receive(part)
            switch state {
            case .admitting, .answering, .ending: return
            case .waiting, .receiving: break
            }
        }
        if let laterRefusal {
            refuse(laterRefusal)
        } else if isInputClosed {
            context.close(promise: nil)
        } else if case .receiving = state {
            context.read()
        } else {
            awaitRequest(context)
        }
    }

    private func writeWhole(head: ByteBuffer, body: [UInt8]) {
        guard let context, case .answering(let answer) = state else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let number = answer.number
        var pieces = [head]
        // In pieces, so that each one taken by the peer shows that it is still reading.
        var rest = ByteBuffer(bytes: body)
        while let piece = rest.readSlice(length: min(rest.readableBytes, 256 << 10)), piece.readableBytes > 0 {
            pieces.append(piece)
        }
        for piece in pieces.dropLast() {
            context.write(wrapOutboundOut(piece)).whenSuccess {
                bound.value.pieceTaken(number, deadline: HTTPServerConnection.setStallDeadline)
            }
        }
        context.writeAndFlush(wrapOutboundOut(pieces[pieces.count - 1])).whenSuccess {
            bound.value.finish(number: number)
        }
    }

    private func pieceTaken(_ number: Int, deadline: (HTTPServerConnection) -> () -> Void) {
        if case .answering(let answer) = state, answer.number == number { deadline(self)() }
    }

    private func write(_ bytes: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }

    /// Answers with an error and ends the connection.
    private func refuse(_ refusal: HTTPRefusal) {
        if let context { server.endReception(on: context.channel) }
        var terms = HTTPAnswerTerms.unknown
        switch state {
        case .receiving(let assembly), .admitting(let assembly): terms = assembly.answer
        case .answering(let answer):
            answer.departure.note()
            answer.task?.cancel()
            terms = answer.terms
            // Too late for another answer.
            if answer.hasHead {
                server.count(refusal.count)
                context?.close(promise: nil)
                return
            }
        case .waiting, .ending: break
        }
        server.count(refusal.count)
        server.record(terms, status: refusal.status, seconds: 0)
        var headers = refusal.headers
        headers.set("Content-Type", "text/plain; charset=utf-8")
        if refusal.status == .serviceUnavailable && headers["Retry-After"] == nil { headers.set("Retry-After", "5") }
        let text = refusal.message + "\n"
        var bytes = HTTPFraming.head(
            refusal.status, headers: headers, length: .bytes(text.utf8.count), terms: terms, keepsAlive: false,
            date: server.date())
        if terms.method != .head { bytes.writeString(text) }
        write(bytes)
        end()
    }

    /// Closes our side; what the peer still sends is thrown away for a moment.
    private func end() {
        guard let context else { return }
        state = .ending
        laterParts.removeAll()
        deadline?.cancel()
        if isInputClosed { return context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        do {
            try context.pipeline.syncOperations.addHandler(HTTPDrainHandler(), position: .first)
        } catch {
            // The channel has closed meanwhile; there is nothing to drain.
            context.close(promise: nil)
        }
    }

    // MARK: Time

    private func setHandlerDeadline() {
        let timeout = server.limits.handlerTimeout
        setDeadline(timeout) { $0.refuse(.handlerTooSlow(timeout)) }
    }

    private func setStallDeadline() {
        setDeadline(server.limits.idleTimeout) { connection in
            connection.server.count(\.stalledAnswers)
            connection.context?.close(promise: nil)
        }
    }

    private func setDeadline(_ timeout: Duration, _ action: @escaping @Sendable (HTTPServerConnection) -> Void) {
        deadline?.cancel()
        guard let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: TimeAmount(timeout)) { action(bound.value) }
    }

    private var remoteAddress: String {
        guard let address = context?.remoteAddress, let host = address.ipAddress, let port = address.port else {
            return "unix"
        }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
