import SettingsFile
import Testing

/// A file that is wrong, and all that is said about it.
struct BadFile: Sendable, CustomTestStringConvertible {
    let text: String
    let problems: String
    var testDescription: String { text.debugDescription }
}

/// Every message in full: these are read by people, so a change to one should be seen here.
@Suite struct BadFileTests {
    @Test(arguments: badFiles)
    func says(file: BadFile) {
        let failure = #expect(throws: SettingsFailure.self) { try readPlant(file.text) }
        let text = failure?.problems.map(\.description).joined(separator: "\n")
        #expect(text == file.problems)
    }
}

// swift-format-ignore: a message is one line however long.
private let badFiles: [BadFile] = [
    BadFile(
        text: "htpp: {listen: 1:2}\n",
        problems: #"""
            conf/a.yaml:1:1: htpp: unknown key; did you mean "http"?
               1 | htpp: {listen: 1:2}
                 | ^
            """#),
    BadFile(
        text: "http:\n  listne: x:1\n",
        problems: #"""
            conf/a.yaml:2:3: http.listne: unknown key; did you mean "listen"?
               2 |   listne: x:1
                 |   ^
            """#),
    BadFile(
        text: "listen: x\n",
        problems: #"""
            conf/a.yaml:1:1: listen: unknown key; it belongs in "http"
               1 | listen: x
                 | ^
            """#),
    BadFile(
        text: "bogus_thing: 1\n",
        problems: #"""
            conf/a.yaml:1:1: bogus_thing: unknown key; known here: id, labels, http, buffer_size, device_limit, ratio, verbose, remote_write
               1 | bogus_thing: 1
                 | ^
            """#),
    BadFile(
        text: "http:\n  idle_timeout: fifteen\n",
        problems: #"""
            conf/a.yaml:2:17: http.idle_timeout: expected a duration from 1s to 1h such as 15s, 500ms or 1h30m; found "fifteen"
               2 |   idle_timeout: fifteen
                 |                 ^
            """#),
    BadFile(
        text: "http:\n  idle_timeout: 2h\n",
        problems: #"""
            conf/a.yaml:2:17: http.idle_timeout: expected a duration from 1s to 1h such as 15s, 500ms or 1h30m; found "2h"
               2 |   idle_timeout: 2h
                 |                 ^
            """#),
    BadFile(
        text: "http: [1]\n",
        problems: #"""
            conf/a.yaml:1:7: http: expected a map of settings; found a list
               1 | http: [1]
                 |       ^
            """#),
    BadFile(
        text: "http: 3\n",
        problems: #"""
            conf/a.yaml:1:7: http: expected a map of settings; found "3"
               1 | http: 3
                 |       ^
            """#),
    BadFile(
        text: "remote_write: {url: http://x}\n",
        problems: #"""
            conf/a.yaml:1:15: remote_write: expected a list of maps; found a map; write "- " before each element
               1 | remote_write: {url: http://x}
                 |               ^
            """#),
    BadFile(
        text: "remote_write:\n  - protocol: 3.0\n",
        problems: #"""
            conf/a.yaml:2:5: remote_write[0].url: required; expected an address such as http://host:port
               2 |   - protocol: 3.0
                 |     ^
            conf/a.yaml:2:15: remote_write[0].protocol: expected one of auto, 1.0, 2.0; found "3.0"
               2 |   - protocol: 3.0
                 |               ^
            """#),
    BadFile(
        text: "remote_write:\n  - {url: \"http://u:p@h/\"}\n",
        problems: #"""
            conf/a.yaml:2:11: remote_write[0].url: a name or password in an address would show in logs; give them in "basic_auth", as "username" and "password_file"
               2 |   - {url: ***************}
                 |           ^
            """#),
    BadFile(
        text: "remote_write:\n  - {url: htp://h}\n",
        problems: #"""
            conf/a.yaml:2:11: remote_write[0].url: expected an address that starts with http:// or https://; found "htp://"; did you mean "http"?
               2 |   - {url: htp://h}
                 |           ^
            """#),
    BadFile(
        text: "remote_write:\n  - {url: h:1}\n",
        problems: #"""
            conf/a.yaml:2:11: remote_write[0].url: expected an address such as http://host:port; found "h:1"
               2 |   - {url: h:1}
                 |           ^
            """#),
    BadFile(
        text:
            "remote_write:\n  - {url: http://h, protocol: 1.1, batchfor: 1s, keep: [a, [b]], resolution: {devices: x}}\n",
        problems: #"""
            conf/a.yaml:2:31: remote_write[0].protocol: expected one of auto, 1.0, 2.0; found "1.1"
               2 |   - {url: http://h, protocol: 1.1, batchfor: 1s, keep: [a, [b]], resolution: {devices: x}}
                 |                               ^
            conf/a.yaml:2:36: remote_write[0].batchfor: unknown key; did you mean "batch_for"?
               2 |   - {url: http://h, protocol: 1.1, batchfor: 1s, keep: [a, [b]], resolution: {devices: x}}
                 |                                    ^
            conf/a.yaml:2:60: remote_write[0].keep[1]: expected a text; found a list
               2 |   - {url: http://h, protocol: 1.1, batchfor: 1s, keep: [a, [b]], resolution: {devices: x}}
                 |                                                            ^
            conf/a.yaml:2:88: remote_write[0].resolution.devices: expected a duration such as 1s; found "x"
               2 |   - {url: http://h, protocol: 1.1, batchfor: 1s, keep: [a, [b]], resolution: {devices: x}}
                 |                                                                                        ^
            """#),
    BadFile(
        text: "remote_write:\n  - {url: http://h, password: hunter2, nope: 1}\n",
        problems: #"""
            conf/a.yaml:2:40: remote_write[0].nope: unknown key; known here: url, protocol, batch_for, keep, resolution, password, password_file
               2 |   - {url: http://h, password: *******, nope: 1}
                 |                                        ^
            """#),
    BadFile(
        text: "remote_write:\n  - {url: http://h, password: [hunter2]}\n",
        problems: #"""
            conf/a.yaml:2:31: remote_write[0].password: expected a text that is not empty, or "password_file" with a file's path
               2 |   - {url: http://h, password: *********}
                 |                               ^
            """#),
    BadFile(
        text: "remote_write:\n  - url: http://h\n    password: hunter2\n    password_file: secret\n",
        problems: #"""
            conf/a.yaml:4:20: remote_write[0].password_file: excludes "password"; give one of the two
               4 |     password_file: secret
                 |                    ^
            """#),
    BadFile(
        text: "remote_write:\n  - url: http://h\n    password_file: gone\n",
        problems: #"""
            conf/a.yaml:3:20: remote_write[0].password_file: the file conf/gone cannot be read: No such file or directory
               3 |     password_file: gone
                 |                    ^
            """#),
    BadFile(
        text: "remote_write:\n  - url: http://h\n    password_file: /run/empty\n",
        problems: #"""
            conf/a.yaml:3:20: remote_write[0].password_file: the file /run/empty is empty
               3 |     password_file: /run/empty
                 |                    ^
            """#),
    BadFile(
        text: "id: a\nid: b\n",
        problems: #"""
            conf/a.yaml:2:1: id: given twice; the first is in line 1
               2 | id: b
                 | ^
            """#),
    BadFile(
        text: "id: &x a\nlabels: *x\n",
        problems: #"""
            conf/a.yaml:1:5: anchors (&x) are not supported; write the value out
               1 | id: &x a
                 |     ^
            conf/a.yaml:2:9: labels: aliases (*x) are not supported; write the value out
               2 | labels: *x
                 |         ^
            """#),
    BadFile(
        text: "id: !!str a\n",
        problems: #"""
            conf/a.yaml:1:5: tags (tag:yaml.org,2002:str) are not supported
               1 | id: !!str a
                 |     ^
            """#),
    BadFile(
        text: "a: b\n---\nc: d\n",
        problems: #"""
            conf/a.yaml:2:1: a second document starts here; a settings file has one
               2 | ---
                 | ^
            """#),
    BadFile(
        text: "? [a]\n: b\n",
        problems: #"""
            conf/a.yaml:1:3: a key must be plain text
               1 | ? [a]
                 |   ^
            """#),
    BadFile(
        text: "id: ${NOPE}\n",
        problems: #"""
            conf/a.yaml:1:5: id: the environment variable NOPE is not set; set it, or write $${NOPE} for the text itself
               1 | id: ${NOPE}
                 |     ^
            """#),
    BadFile(
        text: "id: ${no-pe}\n",
        problems: #"""
            conf/a.yaml:1:5: id: ${no-pe} is not of the form ${NAME}; write $${ for the text ${ itself
               1 | id: ${no-pe}
                 |     ^
            """#),
    BadFile(
        text: "id: ${SITE\n",
        problems: #"""
            conf/a.yaml:1:5: id: ${SITE is not of the form ${NAME}; write $${ for the text ${ itself
               1 | id: ${SITE
                 |     ^
            """#),
    BadFile(
        text: "http:\n\tlisten: x:1\n",
        problems: #"""
            conf/a.yaml:2:1: not valid YAML: a tab where YAML wants spaces; indent with spaces
               2 |  listen: x:1
                 | ^
            """#),
    BadFile(
        text: "id: \"abc\n",
        problems: #"""
            conf/a.yaml:1:5: not valid YAML: the file ends too early: found unexpected end of stream, while scanning a quoted scalar that starts here
               1 | id: "abc
                 |     ^
            """#),
    BadFile(
        text: "id: [a\nhttp: 1\n",
        problems: #"""
            conf/a.yaml:2:5: not valid YAML: did not find expected ',' or ']', while parsing a flow sequence that starts in line 1
               2 | http: 1
                 |     ^
            """#),
    BadFile(
        text: "password: hunter2: x\n",
        problems: #"""
            conf/a.yaml:1:18: not valid YAML: a second ":" in one line, or wrong indentation; quote the value, or begin a new line
               1 | password: ******** *
                 |                  ^
            """#),
    BadFile(
        text: "id: a\0b\n",
        problems: #"""
            conf/a.yaml:1:6: not valid YAML: not UTF-8 text, or a control character (control characters are not allowed)
               1 | id: a b
                 |      ^
            """#),
    BadFile(
        text: "device_limit: 0\n",
        problems: #"""
            conf/a.yaml:1:15: device_limit: expected a whole number 1–100000; found "0"
               1 | device_limit: 0
                 |               ^
            """#),
    BadFile(
        text: "device_limit: 1.5\n",
        problems: #"""
            conf/a.yaml:1:15: device_limit: expected a whole number 1–100000; found "1.5"
               1 | device_limit: 1.5
                 |               ^
            """#),
    BadFile(
        text: "ratio: nan\n",
        problems: #"""
            conf/a.yaml:1:8: ratio: expected a number 0.0–1.0; found "nan"
               1 | ratio: nan
                 |        ^
            """#),
    BadFile(
        text: "verbose: yes\n",
        problems: #"""
            conf/a.yaml:1:10: verbose: expected true or false; found "yes"
               1 | verbose: yes
                 |          ^
            """#),
    BadFile(
        text: "buffer_size: 64M\n",
        problems: #"""
            conf/a.yaml:1:14: buffer_size: expected a size from 1MiB to 1TiB such as 64MiB, 512KiB or 1GB; found "64M"
               1 | buffer_size: 64M
                 |              ^
            """#),
    BadFile(
        text: "buffer_size: 12\n",
        problems: #"""
            conf/a.yaml:1:14: buffer_size: expected a size from 1MiB to 1TiB such as 64MiB, 512KiB or 1GB; found "12"
               1 | buffer_size: 12
                 |              ^
            """#),
    BadFile(
        text: "labels: {Bad: x}\n",
        problems: #"""
            conf/a.yaml:1:10: labels.Bad: expected a label name such as site; found "Bad"
               1 | labels: {Bad: x}
                 |          ^
            """#),
    BadFile(
        text: "labels: {a: [x]}\n",
        problems: #"""
            conf/a.yaml:1:13: labels.a: expected a text; found a list
               1 | labels: {a: [x]}
                 |             ^
            """#),
    BadFile(
        text: "- a\n",
        problems: #"""
            conf/a.yaml:1:1: expected a map of settings; found a list
               1 | - a
                 | ^
            """#),
    BadFile(
        text: "just text\n",
        problems: #"""
            conf/a.yaml:1:1: expected a map of settings; found "just text"
               1 | just text
                 | ^
            """#),
    BadFile(
        text: "id: a\n  http: b\n",
        problems: #"""
            conf/a.yaml:2:7: not valid YAML: a second ":" in one line, or wrong indentation; quote the value, or begin a new line
               2 |   http: b
                 |       ^
            """#),
    BadFile(
        text: "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        problems: #"""
            conf/a.yaml:1:34: nested deeper than 32 levels
               1 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
                 |                                  ^
            """#),
    BadFile(
        text: "id: {a: b}\nhttp: {listen: nocolon, idle: 1}\nverbose: maybe\n",
        problems: #"""
            conf/a.yaml:1:5: id: expected a text; found a map
               1 | id: {a: b}
                 |     ^
            conf/a.yaml:2:16: http.listen: expected a host and port such as 127.0.0.1:9660; found "nocolon"
               2 | http: {listen: nocolon, idle: 1}
                 |                ^
            conf/a.yaml:2:25: http.idle: unknown key; did you mean "idle_timeout"?
               2 | http: {listen: nocolon, idle: 1}
                 |                         ^
            conf/a.yaml:3:10: verbose: expected true or false; found "maybe"
               3 | verbose: maybe
                 |          ^
            """#),
    BadFile(
        text: "id: %x\n",
        problems: #"""
            conf/a.yaml:1:5: not valid YAML: a value cannot start with this character; put it in quotes
               1 | id: %x
                 |     ^
            """#),
    BadFile(
        text: "id: @x\n",
        problems: #"""
            conf/a.yaml:1:5: not valid YAML: a value cannot start with this character; put it in quotes
               1 | id: @x
                 |     ^
            """#),
    BadFile(
        text: "id: 'x'y\n",
        problems: #"""
            conf/a.yaml:1:8: not valid YAML: did not find expected key, while parsing a block mapping
               1 | id: 'x'y
                 |        ^
            """#),
    BadFile(
        text: "http: listen: x\n",
        problems: #"""
            conf/a.yaml:1:13: not valid YAML: a second ":" in one line, or wrong indentation; quote the value, or begin a new line
               1 | http: listen: x
                 |             ^
            """#),
]
