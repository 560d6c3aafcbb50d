/// Told to a connection whose body is to be given up, because all bodies on their way have passed their limit.
struct HTTPGiveUpEvent: Sendable {}
