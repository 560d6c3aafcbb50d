/// Certificates made by the openssl command for one test, in a directory of their own: `NAME.pem` and `NAME.key`.
package final class CertificateFiles: Sendable {
    package let directory: ScratchDirectory

    /// Makes two authorities, `good` and `other`, and what they have signed: `server` for localhost and 127.0.0.1,
    /// `named` for hub.example, `expired`, `client`, `stranger` (signed by `other`).
    package init() throws {
        directory = try ScratchDirectory()
        try run(
            """
            authority good; authority other
            leaf server "DNS:localhost,IP:127.0.0.1" good "-days 30"
            leaf named "DNS:hub.example" good "-days 30"
            leaf expired "DNS:localhost,IP:127.0.0.1" good "-days -1"
            leaf client "DNS:gw-7,URI:urn:wayside:gw-7,IP:127.0.0.1" good "-days 30"
            leaf twice "DNS:gw-9" good "-days 30" "/CN=gw-9/CN=gw-7"
            leaf stranger "DNS:gw-8" other "-days 30"
            leaf late "DNS:gw-6" good "-days -1"
            openssl ec -in server.key -aes256 -passout pass:x -out locked.key
            echo garbage > garbage.pem
            """)
    }

    package subscript(name: String) -> String { directory.path + "/" + name }

    /// Makes a certificate anew, with a new key, in the place of the old files.
    package func renew(_ name: String, names: String, signedBy authority: String = "good", days: Int = 60) throws {
        try run("leaf \(name) \"\(names)\" \(authority) \"-days \(days)\"")
    }

    /// Runs a shell script in the directory, with the functions that make certificates.
    package func run(_ script: String) throws {
        let functions = """
            set -e
            cd \(directory.path)
            newkey() { openssl ecparam -name prime256v1 -genkey -noout -out $1.key.new; }
            place() { mv $1.key.new $1.key; mv $1.pem.new $1.pem; }
            authority() { newkey $1
                openssl req -x509 -new -key $1.key.new -days 30 -subj "/CN=$1" -out $1.pem.new; place $1; }
            leaf() { newkey $1; openssl req -new -key $1.key.new -subj "${5:-/CN=$1}" -out $1.csr
                printf "subjectAltName=$2\\n" > $1.ext
                openssl x509 -req -in $1.csr -CA $3.pem -CAkey $3.key -CAcreateserial $4 -extfile $1.ext -out $1.pem.new
                place $1; }

            """
        let shell = try RealProcess("/bin/sh", ["-c", functions + script], log: directory.path + "/log")
        let code = shell.waitForEnd()
        guard code == 0 else { throw PeerError("openssl ended with \(code): \(shell.log)") }
    }
}
