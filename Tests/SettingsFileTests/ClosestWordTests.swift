import SettingsFile
import Testing

@Suite struct ClosestWordTests {
    @Test(arguments: [
        ("listne", "listen"), ("Listen", "listen"), ("batch-for", "batch_for"), ("remotewrite", "remote_write"),
        ("buffer", "buffer_size"), ("colour", nil), ("x", nil), ("", nil),
    ])
    func finds(word: String, closest: String?) {
        #expect(ClosestWord.find(word, among: ["listen", "batch_for", "remote_write", "buffer_size"]) == closest)
    }
}
