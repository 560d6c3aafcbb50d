/// What an API request comes to: a status code and a JSON document.
package struct APIAnswer: Sendable {
    package let statusCode: Int
    package let body: [UInt8]
}
