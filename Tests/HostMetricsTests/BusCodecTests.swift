import TestValues
import Testing

@testable import HostMetrics

/// The bytes of D-Bus messages, against GLib's, against the specification, and against anything.
@Suite struct BusCodecTests {
    @Test func callsAreWrittenAsGLibWritesThem() {
        var writer = BusWriter()
        writer.append(.hello, serial: 1, destination: "org.freedesktop.systemd1")
        #expect(Hexadecimal.text(writer.bytes) == Hexadecimal.text(BusGolden.hello))
        writer.removeAll()
        let call = BusCall.property(
            path: Array("/org/freedesktop/systemd1/unit/a_2eservice".utf8),
            interface: "org.freedesktop.systemd1.Service", name: "NRestarts")
        writer.append(call, serial: 0x0102_0304, destination: "org.freedesktop.systemd1")
        #expect(Hexadecimal.text(writer.bytes) == Hexadecimal.text(BusGolden.get))
        // Behind another message it is aligned by its own start: 230 bytes are no multiple of 8.
        writer.append(call, serial: 0x0102_0304, destination: "org.freedesktop.systemd1")
        #expect(Hexadecimal.text(writer.bytes) == Hexadecimal.text(BusGolden.get + BusGolden.get))
    }

    @Test func withoutADestinationTheFieldIsAbsent() throws {
        var writer = BusWriter()
        writer.append(.method(path: Array("/a".utf8), interface: "b.c", member: "D"), serial: 5, destination: "")
        try writer.bytes.withUnsafeBytes { bytes in
            let prefix = try BusMessage.prefix(bytes)
            #expect(prefix.kind == .call && bytes.count == prefix.messageByteCount)
            _ = try BusMessage(bytes, prefix)
        }
        #expect(!writer.bytes.contains(6))
    }

    @Test(arguments: [
        (
            BusGolden.units, BusGolden.unitsBig,
            [
                "a.service", "active", "/org/freedesktop/systemd1/unit/a_2eservice", "true", "b.timer", "reloading",
                "/org/freedesktop/systemd1/unit/b_2etimer", "false",
            ]
        ),
        (BusGolden.none, BusGolden.noneBig, []),
        (BusGolden.number64, BusGolden.number64Big, ["\(0x0102_0304_0506_0708)"]),
        (BusGolden.number32, BusGolden.number32Big, ["\(0x0102_0304)"]),
        (BusGolden.text, BusGolden.textBig, ["exec"]),
        (BusGolden.failure, BusGolden.failureBig, ["org.freedesktop.DBus.Error.UnknownProperty"]),
        (BusGolden.signal, BusGolden.signalBig, ["signal"]),
    ])
    func answersOfBothByteOrders(_ little: [UInt8], _ big: [UInt8], _ words: [String]) throws {
        #expect(read(little) == .says(words))
        #expect(read(big) == .says(words))
        #expect(little != big && little.count == big.count)
        try little.withUnsafeBytes { bytes in
            let message = try BusMessage(bytes, try BusMessage.prefix(bytes))
            #expect(message.replySerial == (message.prefix.kind == .signal ? nil : 7))
        }
    }

    /// One byte at `offset` is another.
    @Test(arguments: [
        ("number32", 0, 0x6d, 0, "l or B"), ("number32", 1, 0, 1, "the kind of a message"),
        ("number32", 3, 2, 3, "version 1 of the protocol"),
        ("number32", 8, 0, 8, "a serial number"),
        ("number32", 7, 0x10, 4, "a message of at most 128 MiB"),
        ("number32", 15, 0x10, 4, "a message of at most 128 MiB"),
        // The sender's field: another number, a type that is none, another type, its length, what is behind it.
        ("number32", 16, 0, 16, "a header field that is not there twice"),
        ("number32", 16, 6, 32, "a header field that is not there twice"),
        ("number32", 18, 0x7a, 0, "the letter of a type"),
        ("number32", 18, 0x6f, 17, "the type of header field 7"),
        ("number32", 19, 1, 17, "a signature within the message, with a zero behind it"),
        ("number32", 20, 200, 20, "a string within the message, with a zero behind it"),
        ("number32", 28, 1, 20, "a string within the message, with a zero behind it"),
        ("number32", 29, 1, 29, "a zero byte before an aligned value"),
        // The list's length, one more and one less; the zeros behind it; the first name's length, and what is in it.
        ("units", 80, 0x45, 80, "an array within the message"), ("units", 80, 0x43, 412, "the end of the list"),
        ("units", 84, 1, 84, "a zero byte before an aligned value"),
        ("units", 90, 1, 88, "a string within the message, with a zero behind it"),
        ("units", 92, 0xff, 88, "UTF-8 without a zero byte"),
        ("units", 92, 0, 88, "UTF-8 without a zero byte"),
        ("units", 170, 0x2e, 157, "an object's path"),
    ])
    func aWrongByte(_ name: String, _ offset: Int, _ byte: UInt8, _ place: Int, _ expected: String) {
        var bytes = name == "units" ? BusGolden.units : BusGolden.number32
        #expect(bytes[offset] != byte)
        bytes[offset] = byte
        let outcome = read(bytes)
        #expect(outcome == .error(.damaged(byteOffset: place, expected: expected)))
    }

    @Test func headersThatNoProgramWrites() {
        // A field that is not known, of a type with everything in it, is read over.
        let unknown: [UInt8] =
            [77, 10] + Array("(yvadngsb)".utf8) + [0] + [UInt8](repeating: 0, count: 3)  // aligned to 8
            + [7, 1, UInt8(ascii: "q"), 0, 5, 0]  // y, v of q
            + [0, 0] + [8, 0, 0, 0, 0, 0, 0, 0] + [1, 2, 3, 4, 5, 6, 7, 8]  // ad of one
            + [9, 0, 1, UInt8(ascii: "u"), 0, 0, 0, 0]  // n, g, and what aligns s
            + [1, 0, 0, 0, UInt8(ascii: "x"), 0, 0, 0] + [1, 0, 0, 0]  // s, b
        #expect(read(message(kind: 4, fields: unknown)) == .says(["signal"]))
        #expect(read(message(kind: 9, fields: unknown)) == .says(["unknown"]))
        // An answer has to say to what.
        for (kind, fields) in [(2, []), (3, answersSeven)] as [(UInt8, [UInt8])] {
            #expect(
                read(message(kind: kind, fields: fields))
                    == .error(.damaged(byteOffset: 16, expected: "what an answer has to say in its header")))
        }
    }

    /// A header field whose value is a variant in a variant and so on, the last of them a byte.
    @Test(arguments: [("v", 16, true), ("v", 17, false), ("v", 4000, false), ("(v)", 8, true), ("(v)", 9, false)])
    func variantsInVariants(_ types: String, _ count: Int, _ isTaken: Bool) {
        // It begins at byte 20 of the message.
        var value: [UInt8] = []
        for _ in 1..<count {
            value += [UInt8(types.utf8.count)] + Array(types.utf8) + [0]
            if types != "v" { while (20 + value.count) % 8 != 0 { value.append(0) } }
        }
        value += [1, UInt8(ascii: "y"), 0, 5]
        let outcome = read(message(kind: 4, fields: [77, 1, UInt8(ascii: "v"), 0] + value))
        if isTaken {
            #expect(outcome == .says(["signal"]))
        } else {
            guard case .error(.damaged(_, "values not nested deeper than \(BusLimits.nesting)")) = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test(
        arguments: [
            ("s", 1), ("a", nil), ("ai", 2), ("(s", nil), ("()", nil), ("(s)", 3), ("a{sv}", 5), ("a(ssssssouso)", 13),
            ("", nil), ("z", nil), (")", nil), ("aaaaaaaaaaaaaaaai", 17), ("aaaaaaaaaaaaaaaaai", nil),
            ("((((((((((((((((y))))))))))))))))", 33), ("(((((((((((((((((y)))))))))))))))))", nil),
        ] as [(String, Int?)])
    func signatures(_ text: String, _ end: Int?) {
        Array(text.utf8).withUnsafeBytes { bytes in
            do throws(BusError) {
                let found = try BusSignature.end(of: bytes, from: 0)
                #expect(found == end)
            } catch { #expect(end == nil) }
        }
    }

    @Test(arguments: [
        ("/", true), ("/a", true), ("/a_9/B", true), ("", false), ("a", false), ("//", false), ("/a/", false),
        ("/a//b", false), ("/a.b", false), ("/ä", false),
    ])
    func objectPaths(_ text: String, _ isOne: Bool) {
        #expect(Array(text.utf8).withUnsafeBytes { BusReader.isObjectPath($0) } == isOne)
    }

    @Test func answersOfOtherTypes() {
        #expect(
            read(message(fields: signatureField("as") + answersSeven, body: [0, 0, 0, 0]))
                == .error(.signature(expected: "a(ssssssouso)", got: "as")))
        #expect(
            read(message(fields: signatureField("v") + answersSeven, body: [1, UInt8(ascii: "y"), 0, 5]))
                == .error(.signature(expected: "t", got: "y")))
        // Two types in one variant, and none.
        for body in [[2, UInt8(ascii: "y"), UInt8(ascii: "y"), 0, 5, 5], [0, 0]] as [[UInt8]] {
            guard case .error(.damaged) = read(message(fields: signatureField("v") + answersSeven, body: body)) else {
                Issue.record("\(body)")
                return
            }
        }
    }

    /// A message that ends anywhere before its end is an error, and so is its header where the rest is cut off.
    @Test(arguments: BusGolden.answers)
    func cutAnywhere(_ golden: [UInt8]) {
        for count in 0..<golden.count {
            guard case .error = read(Array(golden.prefix(count))) else {
                Issue.record("\(count) bytes")
                return
            }
        }
    }

    /// No bytes make it trap, and what is refused lies within the message.
    @Test func flippedBits() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<40_000 {
            var bytes = BusGolden.answers[Int.random(in: 0..<BusGolden.answers.count, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            if case .error(.damaged(let place, _)) = read(bytes) {
                // A message's own length may be the damage: it is said from where it ought to go on.
                #expect(place >= 0 && place <= max(bytes.count, BusLimits.specifiedMessageByteCount), "seed \(seed)")
            }
        }
    }

    @Test func anyBytes() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let alphabet = Array("lB\u{0}\u{1}\u{2}\u{3}\u{8}aosvugtdybnqxih(){}/".utf8)
        for _ in 0..<40_000 {
            var fields = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            if Bool.random(using: &random) { fields = answersSeven + fields }
            let body = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            _ = read(message(kind: UInt8.random(in: 0..<6, using: &random), fields: fields, body: body))
            _ = read(fields + body)
        }
    }
}
