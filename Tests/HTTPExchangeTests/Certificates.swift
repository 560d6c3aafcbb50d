/// Certificates made by openssl for one test, in a directory of their own.
struct Certificates {
    let directory = TemporaryDirectory()

    init() async throws {
        let command = """
            cd \(directory.path) && {
            newkey() { openssl ecparam -name prime256v1 -genkey -noout -out $1.key; }
            authority() { newkey $1; openssl req -x509 -new -key $1.key -days 30 -subj "/CN=$1" -out $1.pem; }
            leaf() { newkey $1; openssl req -new -key $1.key -subj "${5:-/CN=$1}" -out $1.csr
                printf "subjectAltName=$2\\n" > $1.ext
                openssl x509 -req -in $1.csr -CA $3.pem -CAkey $3.key -CAcreateserial $4 -extfile $1.ext -out $1.pem; }
            authority good; authority other
            leaf server "DNS:localhost,IP:127.0.0.1" good "-days 30"
            leaf named "DNS:hub.example" good "-days 30"
            leaf expired "IP:127.0.0.1" good "-days -1"
            leaf client "DNS:gw-7,URI:urn:wayside:gw-7,IP:127.0.0.1" good "-days 30"
            leaf twice "DNS:gw-9" good "-days 30" "/CN=gw-9/CN=gw-7"
            leaf stranger "DNS:gw-8" other "-days 30"
            openssl rsa -aes256 -passout pass:x -in /dev/null -out locked.key
            openssl ec -in server.key -aes256 -passout pass:x -out locked.key
            echo garbage > garbage.pem
            } > log 2>&1
            """
        _ = try await shell(command)
    }

    subscript(name: String) -> String { directory.path + "/" + name }
}
