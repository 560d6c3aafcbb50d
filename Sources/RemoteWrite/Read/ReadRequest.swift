/// Remote read's message `prometheus.ReadRequest`, in both directions.
///
/// Source: prometheus `prompb/remote.proto`; hints are passed over, for they change no answer.
package struct ReadRequest: Hashable, Sendable {
    package var queries: [ReadQuery]
    /// The forms that the asker takes, the best first; none means samples.
    package var accepted: [ReadAnswerKind]

    package static let queryLimit = 64
    package static let matcherLimit = 128

    package init(queries: [ReadQuery], accepted: [ReadAnswerKind]) {
        self.queries = queries
        self.accepted = accepted
    }

    /// The message, uncompressed.
    package func encoded() -> [UInt8] {
        var message = ProtobufWriter()
        for query in queries {
            var inner = ProtobufWriter()
            Self.write(0x08, query.from, to: &inner)
            Self.write(0x10, query.through, to: &inner)
            for matcher in query.matchers {
                var field = ProtobufWriter(capacity: 256)
                if matcher.kind.rawValue != 0 {
                    field.byte(0x08)
                    field.varint(matcher.kind.rawValue)
                }
                field.field(0x12, matcher.name)
                field.field(0x1a, matcher.value)
                inner.field(0x1a, field.bytes)
            }
            message.field(0x0a, inner.bytes)
        }
        if !accepted.isEmpty {
            var kinds = ProtobufWriter(capacity: 16)
            for kind in accepted { kinds.varint(kind.rawValue) }
            message.field(0x12, kinds.bytes)
        }
        return Array(message.bytes)
    }

    private static func write(_ tag: UInt8, _ time: Int64, to writer: inout ProtobufWriter) {
        guard time != 0 else { return }
        writer.byte(tag)
        writer.varint(UInt64(bitPattern: time))
    }

    /// Reads the uncompressed message.
    package init(_ bytes: [UInt8]) throws(RemoteReadError) {
        let result: Result<ReadRequest, RemoteReadError> = bytes.withUnsafeBytes { raw in
            do throws(RemoteReadError) { return .success(try ReadRequest.decode(raw)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer) throws(RemoteReadError) -> ReadRequest {
        var request = ReadRequest(queries: [], accepted: [])
        var reader = ProtobufReader(bytes)
        do {
            while !reader.isAtEnd {
                let tag = try reader.tag()
                switch (tag.field, tag.wireType) {
                case (1, WireType.lengthDelimited):
                    guard request.queries.count < queryLimit else {
                        throw RemoteReadError.tooManyQueries(limit: queryLimit)
                    }
                    let outer = try reader.enter()
                    request.queries.append(try query(&reader))
                    reader.leave(to: outer)
                case (2, WireType.lengthDelimited):
                    let outer = try reader.enter()
                    while !reader.isAtEnd { request.accept(try reader.varint()) }
                    reader.leave(to: outer)
                case (2, WireType.varint): request.accept(try reader.varint())
                default: try reader.skip(tag)
                }
            }
        } catch let error as RemoteWriteError {
            throw .message(error)
        } catch let error as RemoteReadError {
            throw error
        } catch {
            preconditionFailure("the reader throws nothing else")
        }
        return request
    }

    /// Forms that nobody here knows are no use to the answerer; of known ones each counts once.
    private mutating func accept(_ number: UInt64) {
        guard let kind = ReadAnswerKind(rawValue: number), !accepted.contains(kind) else { return }
        accepted.append(kind)
    }

    private static func query(_ reader: inout ProtobufReader) throws -> ReadQuery {
        var (from, through): (Int64, Int64) = (0, 0)
        var matchers: [ReadMatcher] = []
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch (tag.field, tag.wireType) {
            case (1, WireType.varint): from = Int64(bitPattern: try reader.varint())
            case (2, WireType.varint): through = Int64(bitPattern: try reader.varint())
            case (3, WireType.lengthDelimited):
                guard matchers.count < matcherLimit else { throw RemoteReadError.tooManyMatchers(limit: matcherLimit) }
                let outer = try reader.enter()
                matchers.append(try matcher(&reader))
                reader.leave(to: outer)
            default: try reader.skip(tag)
            }
        }
        return ReadQuery(from: from, through: through, matchers: matchers)
    }

    private static func matcher(_ reader: inout ProtobufReader) throws -> ReadMatcher {
        var number: UInt64 = 0
        var (name, value) = ("", "")
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch (tag.field, tag.wireType) {
            case (1, WireType.varint): number = try reader.varint()
            case (2, WireType.lengthDelimited): name = reader.string(try reader.lengthDelimited())
            case (3, WireType.lengthDelimited): value = reader.string(try reader.lengthDelimited())
            default: try reader.skip(tag)
            }
        }
        guard let kind = ReadMatcher.Kind(rawValue: number) else {
            throw RemoteReadError.unknownMatcher(number: number)
        }
        return ReadMatcher(kind, name, value)
    }
}
