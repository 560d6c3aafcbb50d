package import NIOCore

/// Encrypts a channel. What follows it in the pipeline sees plaintext; reading and back-pressure stay with it.
package final class TLSHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private struct Write {
        let bytes: ByteBuffer
        let promise: EventLoopPromise<Void>?
    }

    private enum State {
        case handshaking
        case open
        /// The peer has sent its closing message; we may still send.
        case peerClosed
        case failed
    }

    /// What a peer may still send after a failure, and for how long.
    private static let lingerByteLimit = 1 << 20
    private static let lingerTime = TimeAmount.seconds(2)

    private let session: TLSSession
    private let handshakeTimeout: TimeAmount
    private let handshakePromise: EventLoopPromise<Void>
    private var state = State.handshaking
    private var writes = MarkedCircularBuffer<Write>(initialCapacity: 4)
    private var hasDelivered = false
    private var hasClosed = false
    private var deadline: Scheduled<Void>?
    /// Our side is closed after a failure, and what still comes is thrown away.
    private var isLingering = false
    private var lingerByteCount = 0

    /// Ends with the handshake, or with a `TLSConnectionError`.
    package var handshake: EventLoopFuture<Void> { handshakePromise.futureResult }

    /// The peer as its checked certificate names it, from the end of the handshake on; nil where it has shown none.
    package private(set) var peer: TLSPeer?

    /// `host` is what a client connected to.
    package init(_ context: TLSContext, host: String = "", handshakeTimeout: Duration, eventLoop: any EventLoop) {
        session = TLSSession(context, host: host)
        self.handshakeTimeout = TimeAmount(handshakeTimeout)
        handshakePromise = eventLoop.makePromise()
    }

    // MARK: Inbound

    package func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: handshakeTimeout) {
            let (handler, context) = bound.value
            handler.fail(context, .handshakeTimeout)
        }
        // A client speaks first.
        proceed(context)
        context.fireChannelActive()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        switch state {
        case .handshaking: fail(context, .closedInHandshake)
        // Once we have closed our side, HTTP has all it wants.
        case .open where hasClosed: break
        case .open: fail(context, .truncated)
        case .peerClosed, .failed: break
        }
        isLingering = false
        deadline?.cancel()
        failWrites(ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        // A channel that never became active ends without channelInactive.
        handshakePromise.fail(TLSConnectionError.closedInHandshake)
        deadline?.cancel()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .failed = state, case ChannelEvent.inputClosed? = event as? ChannelEvent {
            return endLingering(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .failed = state {
            lingerByteCount += unwrapInboundIn(data).readableBytes
            if lingerByteCount > TLSHandler.lingerByteLimit { endLingering(context) }
            return
        }
        unwrapInboundIn(data).withUnsafeReadableBytes { session.receive($0) }
        proceed(context)
        deliver(context)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        if hasDelivered {
            hasDelivered = false
            context.fireChannelReadComplete()
        } else {
            // Somebody wants to read, and what came was not for them.
            context.read()
        }
    }

    /// Goes on with the handshake, and sends what waited for it.
    private func proceed(_ context: ChannelHandlerContext) {
        guard case .handshaking = state else { return }
        do throws(TLSConnectionError) {
            let isComplete = try session.handshake()
            sendOutput(context)
            guard isComplete else { return }
            state = .open
            peer = session.peer
            deadline?.cancel()
            handshakePromise.succeed()
            encrypt(context)
        } catch {
            fail(context, error)
        }
    }

    /// Hands plaintext on.
    private func deliver(_ context: ChannelHandlerContext) {
        do throws(TLSConnectionError) {
            while case .open = state {
                var buffer = context.channel.allocator.buffer(capacity: 16 << 10)
                switch try session.read(into: &buffer) {
                case .bytes:
                    hasDelivered = true
                    context.fireChannelRead(wrapInboundOut(buffer))
                case .nothing:
                    // A key update or a refused renegotiation leaves something to say.
                    sendOutput(context)
                    return
                case .closed:
                    state = .peerClosed
                    sendOutput(context)
                    context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
                }
            }
        } catch {
            fail(context, error)
        }
    }

    // MARK: Outbound

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        writes.append(Write(bytes: unwrapOutboundIn(data), promise: promise))
    }

    package func flush(context: ChannelHandlerContext) {
        writes.mark()
        encrypt(context)
        context.flush()
    }

    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if isLingering {
            // It closes by itself soon; sooner would be too soon for the alert.
            return context.channel.closeFuture.cascade(to: promise)
        }
        if mode != .input {
            failWrites(ChannelError.ioOnClosedChannel)
            switch state {
            case .open, .peerClosed:
                session.closeSending()
                sendOutput(context)
            case .handshaking, .failed: break
            }
            hasClosed = true
        }
        context.close(mode: mode, promise: promise)
    }

    private func encrypt(_ context: ChannelHandlerContext) {
        switch state {
        case .handshaking: return
        case .failed: return failWrites(ChannelError.ioOnClosedChannel)
        case .open, .peerClosed: break
        }
        var hasWritten = false
        while writes.hasMark, let write = writes.popFirst() {
            var failure: TLSConnectionError?
            write.bytes.withUnsafeReadableBytes { bytes in
                do throws(TLSConnectionError) { try session.write(bytes) } catch { failure = error }
            }
            if let failure {
                write.promise?.fail(failure)
                return fail(context, failure)
            }
            context.write(wrapOutboundOut(session.takeOutput() ?? ByteBuffer()), promise: write.promise)
            hasWritten = true
        }
        if hasWritten { context.flush() }
    }

    /// Sends what the session has to say of its own accord.
    private func sendOutput(_ context: ChannelHandlerContext) {
        guard let output = session.takeOutput() else { return }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }

    private func failWrites(_ error: any Error) {
        while let write = writes.popFirst() { write.promise?.fail(error) }
    }

    private func fail(_ context: ChannelHandlerContext, _ error: TLSConnectionError) {
        if case .failed = state { return }
        state = .failed
        deadline?.cancel()
        failWrites(error)
        handshakePromise.fail(error)
        // The alert that tells the peer why. A close while bytes of the peer lie unread would send a reset, which may
        // destroy the alert: so only our side is closed first, and what still comes is thrown away for a moment.
        if session.isServer, session.hasOutput, !hasClosed, context.channel.isActive {
            sendOutput(context)
            isLingering = true
            context.close(mode: .output, promise: nil)
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            deadline = context.eventLoop.scheduleTask(in: TLSHandler.lingerTime) {
                let (handler, context) = bound.value
                handler.endLingering(context)
            }
            context.fireErrorCaught(error)
            context.read()
        } else {
            sendOutput(context)
            // First, since the close tells of an end without a reason.
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }

    private func endLingering(_ context: ChannelHandlerContext) {
        isLingering = false
        deadline?.cancel()
        context.close(promise: nil)
    }
}
