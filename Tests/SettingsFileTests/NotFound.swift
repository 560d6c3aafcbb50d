import Glibc
import LinuxSystem

func notFound(_ path: String) -> SystemError { SystemError(call: "open", path: path, errorNumber: ENOENT) }
