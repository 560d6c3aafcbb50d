import Testing

@testable import Authentication

@Suite struct Base64TextTests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func agreesWithTheStandard(_ plain: String, _ encoded: String) {
        #expect(Base64Text.encode(Array(plain.utf8)) == encoded)
        #expect(Base64Text.decode(encoded[...]) == Array(plain.utf8))
    }

    @Test func everyByteComesBack() {
        let bytes = (0..<256).map { UInt8($0) }
        for count in [256, 255, 254] {
            let text = Base64Text.encode(Array(bytes.prefix(count)))
            #expect(Base64Text.decode(text[...]) == Array(bytes.prefix(count)))
        }
    }

    @Test(arguments: ["Zg=", "Z", "Zg===", "=", "Zh==", "Zm9v Zm9v", "Zm9v\n", "Zm-_", "Zm=v", "====", "Zm9vYmF"])
    func refusesWhatNobodyWouldWrite(_ text: String) {
        #expect(Base64Text.decode(text[...]) == nil)
    }
}
