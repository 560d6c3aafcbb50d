// libmosquitto's client interface, the protocol's constants, and the length of the library's C strings.
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <string.h>

static inline size_t mosquitto_text_length(const char *text) { return strlen(text); }
