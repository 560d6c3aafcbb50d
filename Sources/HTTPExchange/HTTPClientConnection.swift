internal import LinuxSystem
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import TLSTransport

/// One connection of a client: carries one exchange at a time, and closes itself when unused for long.
final class HTTPClientConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private enum State {
        case idle
        case exchanging(HTTPClientExchange)
        case closed
    }

    private var state = State.idle
    private var context: ChannelHandlerContext?
    private var deadline: Scheduled<Void>?
    /// A TLS 1.3 server refuses a client's certificate after the client's handshake, so that it may come before the
    /// first exchange.
    private var earlyFailure: TLSConnectionError?
    private let idleTimeout: TimeAmount

    init(idleTimeout: Duration) { self.idleTimeout = TimeAmount(idleTimeout) }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Sends a request; its promise ends with the reply, or with an `HTTPClientError`.
    func begin(_ exchange: HTTPClientExchange, deadline until: NIODeadline, timeout: Duration) {
        if let earlyFailure, earlyFailure != .truncated {
            return exchange.promise.fail(HTTPClientError.tls(exchange.explain(earlyFailure)))
        }
        guard let context, case .idle = state else { return exchange.promise.fail(exchange.closeError) }
        state = .exchanging(exchange)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        deadline?.cancel()
        deadline = context.eventLoop.scheduleTask(deadline: until) {
            bound.value.fail(.timeout(destination: exchange.destination, timeout))
        }
        context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
        if exchange.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenSuccess { bound.value.sentAll() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .exchanging(var exchange) = state else {
            // Nobody asked for anything.
            return context.close(promise: nil)
        }
        // The state gives the exchange up while it grows: two owners would copy the body each time.
        state = .idle
        do throws(HTTPClientError) {
            switch unwrapInboundIn(data) {
            case .head(let head): try exchange.receive(head)
            case .body(let bytes): try exchange.receive(bytes)
            case .end:
                let outcome = try exchange.outcome()
                beginIdle(context)
                if !outcome.isReusable { context.close(promise: nil) }
                return exchange.promise.succeed(outcome)
            }
            state = .exchanging(exchange)
        } catch {
            state = .exchanging(exchange)
            fail(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .exchanging(let exchange) = state { fail(exchange.closeError) }
        state = .closed
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // TLS's closing message: nothing more will come, whatever the socket says.
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard case .exchanging(let exchange) = state else {
            earlyFailure = error as? TLSConnectionError
            return context.close(promise: nil)
        }
        switch error {
        case HTTPParserError.invalidEOFState: fail(.closed(destination: exchange.destination))
        case let error as HTTPParserError:
            fail(.malformedReply(destination: exchange.destination, reason: "\(error)"))
        case TLSConnectionError.truncated: fail(exchange.closeError)
        case let error as TLSConnectionError:
            fail(.tls(exchange.explain(error)))
        default: fail(exchange.closeError)
        }
    }

    private func sentAll() {
        guard case .exchanging(var exchange) = state else { return }
        exchange.hasSentAll = true
        state = .exchanging(exchange)
    }

    private func beginIdle(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: idleTimeout) { channel.close(promise: nil) }
    }

    /// Ends the exchange and the connection, which is in the middle of something.
    private func fail(_ error: HTTPClientError) {
        guard case .exchanging(let exchange) = state else { return }
        state = .closed
        deadline?.cancel()
        context?.close(promise: nil)
        exchange.promise.fail(error)
    }
}
