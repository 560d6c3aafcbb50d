import HTTPExchange

/// The people and agents of the authentication tests, with their secrets.
enum Credentials {
    static let password = "swordfish-4711"
    static let otherPassword = "hunter2-gw-8"
    static let token = "token-of-grafana-90210"

    /// bcrypt of the passwords at its least cost, made by htpasswd.
    static let hash = "$2y$04$zqYvKk4CuYUWxubEe0.vruyVg/iKFDm1mibb30lb8eRtDpt29wjAe"
    static let otherHash = "$2y$04$mdncwjFs.AbCxZY15mQjUOMJIQl8.r0S1lSKcjTVfYtJqJCZTO0Ie"
    /// The first password's at the cost that people use, for what only shows while a check takes its time.
    static let slowHash = "$2y$10$.mA6KhSo7Itx6Y9IbGYUVeU7P9Vi54jfc8eyhQ4qUr2XLoquJorJO"
    static let tokenDigest = "1d78e6bb882e07806879a8c36f75b62480df6292c2d9e265a224f975df8df5bf"

    /// For `http:` of either program: the users gw-7 and gw-8, and a token of grafana's.
    static let http = """
        basic_auth_users: {gw-7: "\(hash)", gw-8: "\(otherHash)"}, bearer_tokens: {grafana: \(tokenDigest)}
        """

    /// gw-7's, gw-8's and grafana's fields; the first two by `printf %s USER:PASSWORD | base64`.
    static let basic: HTTPHeaders = ["Authorization": "Basic Z3ctNzpzd29yZGZpc2gtNDcxMQ=="]
    static let otherBasic: HTTPHeaders = ["Authorization": "Basic Z3ctODpodW50ZXIyLWd3LTg="]
    static let bearer: HTTPHeaders = ["Authorization": "Bearer " + token]

    /// What nobody must ever read in a log, an error or a metric.
    static var secrets: [String] {
        let fields = (basic.fields + otherBasic.fields).map { String($0.value.dropFirst("Basic ".count)) }
        return [password, otherPassword, token, hash, otherHash, tokenDigest] + fields
    }
}
