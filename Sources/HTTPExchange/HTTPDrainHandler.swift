internal import NIOCore

/// Throws away what still comes on a connection whose sending side has been closed, and closes it when the peer has
/// closed its own side, has sent too much, or takes too long.
///
/// Closing at once while unread bytes lie in the kernel would send a reset, which may destroy the answer before the
/// peer has read it.
final class HTTPDrainHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var remainingByteCount: Int
    private let timeout: TimeAmount
    private var deadline: Scheduled<Void>?

    init(byteLimit: Int = 1 << 20, timeout: TimeAmount = .seconds(2)) {
        remainingByteCount = byteLimit
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        remainingByteCount -= unwrapInboundIn(data).readableBytes
        if remainingByteCount < 0 { context.close(promise: nil) }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
