/// What an encoder needs to authenticate a message: the topic it will be published on, and the key.
public struct MessageSignature {
    let topic: ProtocolText
    let key: MessageKey

    /// Signs for `topic` with `key`; the bytes of both must live until the message is finished.
    public init(topic: ProtocolText, key: MessageKey) {
        self.topic = topic
        self.key = key
    }
}
