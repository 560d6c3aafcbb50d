#ifndef WAYSIDE_MESSAGE_H
#define WAYSIDE_MESSAGE_H

// Messages of the Wayside device protocol, version 1, in both encodings: ../../PROTOCOL.md says what each field means.
//
// No function here allocates, blocks or keeps anything between calls; what they are given must live and stay unchanged
// during the call. They may be called from any task, not from an interrupt (a call takes up to some hundred
// microseconds, and the hash of an authenticated message longer). Text is UTF-8 and ends with a zero byte.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Limits of the protocol; a message that breaks one is not encoded.
enum {
    WAYSIDE_DEVICE_ID_BYTE_LIMIT = 64,
    WAYSIDE_QUANTITY_BYTE_LIMIT = 64,
    WAYSIDE_CHANNEL_BYTE_LIMIT = 32,
    WAYSIDE_UNIT_BYTE_LIMIT = 16,
    WAYSIDE_WORD_BYTE_LIMIT = 48,  // event, firmware, model, component, wear model, parameter
    WAYSIDE_READING_LIMIT = 64,
    WAYSIDE_DECLARED_QUANTITY_LIMIT = 64,
    WAYSIDE_WEAR_LIMIT = 8,
    WAYSIDE_PARAMETER_LIMIT = 16,
    WAYSIDE_PAYLOAD_BYTE_LIMIT = 8192,
    WAYSIDE_DECIMAL_LIMIT = 6,
    // What a flag has for decimals: in CBOR it goes under the key of the reading before it.
    WAYSIDE_DECIMALS_AS_BEFORE = 255,
    WAYSIDE_MAC_BYTE_COUNT = 16,
    // Bytes for the longest topic: "wayside/v1/", 64 of device id, "/telemetry" and the zero byte.
    WAYSIDE_TOPIC_CAPACITY = 86
};

// Numbers are exact up to this many units of their last decimal; what lies at or beyond is sent as null.
#define WAYSIDE_SCALED_LIMIT INT64_C(1000000000000000)
// A hundred years since start, and 2^53 ms since 1970: what lies beyond is a mistake.
#define WAYSIDE_UPTIME_LIMIT_MS UINT64_C(3155760000000)
#define WAYSIDE_UNIX_LIMIT_MS (UINT64_C(1) << 53)

// What a function answers. Everything but WAYSIDE_OK says that nothing was done, unless the function says otherwise.
typedef enum {
    WAYSIDE_OK = 0,
    WAYSIDE_ERROR_BUFFER_TOO_SMALL,       // *length says how many bytes would have done
    WAYSIDE_ERROR_PAYLOAD_TOO_LARGE,      // more than WAYSIDE_PAYLOAD_BYTE_LIMIT
    WAYSIDE_ERROR_INVALID_DEVICE_ID,      // 1 to 64 letters, digits and _ - . :
    WAYSIDE_ERROR_INVALID_KIND,           // not a message kind, or one that this call does not take
    WAYSIDE_ERROR_INVALID_QUANTITY,       // [a-z][a-z0-9_]*, at most 64, or a code of the table
    WAYSIDE_ERROR_INVALID_CHANNEL,        // at most 32 bytes of UTF-8 without control characters
    WAYSIDE_ERROR_INVALID_UNIT,           // at most 16 bytes of UTF-8 without control characters
    WAYSIDE_ERROR_INVALID_EVENT,          // made as a quantity's name, at most 48
    WAYSIDE_ERROR_INVALID_WORD,           // firmware or model: 1 to 48 bytes of UTF-8 without control characters
    WAYSIDE_ERROR_INVALID_WEAR,           // component, model or parameter: see PROTOCOL.md, "Birth"
    WAYSIDE_ERROR_INVALID_STATE,          // not a state or reset reason of the protocol
    WAYSIDE_ERROR_INVALID_TIME,           // beyond WAYSIDE_UPTIME_LIMIT_MS or WAYSIDE_UNIX_LIMIT_MS
    WAYSIDE_ERROR_INVALID_DECIMALS,       // more than WAYSIDE_DECIMAL_LIMIT
    WAYSIDE_ERROR_TOO_MANY_READINGS,
    WAYSIDE_ERROR_TOO_MANY_QUANTITIES,
    WAYSIDE_ERROR_TOO_MUCH_WEAR,          // components or parameters
    WAYSIDE_ERROR_DUPLICATE,              // the same quantity and channel, or the same parameter, twice
    WAYSIDE_ERROR_AUTHENTICATION,         // the firmware's HMAC function failed
    WAYSIDE_ERROR_BOOT_ID,                // the firmware could not load or store its boot id
    WAYSIDE_ERROR_SEQUENCE_EXHAUSTED,     // 2^32 messages in this boot: restart
    WAYSIDE_ERROR_AREA_TOO_SMALL,         // less than WAYSIDE_QUEUE_AREA_MINIMUM
    WAYSIDE_ERROR_ENTRY_TOO_LARGE,        // the queue's area cannot hold this message even when empty
    WAYSIDE_ERROR_NOTHING_TO_SEND,        // every entry of the queue is in flight, or there is none
    WAYSIDE_ERROR_TOO_MANY_IN_FLIGHT,     // wait for an acknowledgement
    WAYSIDE_ERROR_UNKNOWN_MESSAGE         // an acknowledgement of something not in flight; harmless
} wayside_result;

// A result in words, for a log line. Never null.
const char *wayside_result_text(wayside_result result);

typedef enum { WAYSIDE_JSON = 0, WAYSIDE_CBOR = 1 } wayside_encoding;

typedef enum {
    WAYSIDE_TELEMETRY = 0,
    WAYSIDE_EVENT = 1,
    WAYSIDE_BIRTH = 2,
    WAYSIDE_STATE = 3
} wayside_kind;

typedef enum { WAYSIDE_ONLINE = 0, WAYSIDE_OFFLINE = 1 } wayside_state;

typedef enum {
    WAYSIDE_RESET_UNKNOWN = 0,
    WAYSIDE_RESET_POWER_ON = 1,
    WAYSIDE_RESET_EXTERNAL = 2,
    WAYSIDE_RESET_SOFTWARE = 3,
    WAYSIDE_RESET_PANIC = 4,
    WAYSIDE_RESET_WATCHDOG = 5,
    WAYSIDE_RESET_DEEP_SLEEP = 6,
    WAYSIDE_RESET_BROWNOUT = 7,
    WAYSIDE_RESET_NOT_TOLD = 255  // leaves the field out
} wayside_reset_reason;

// The quantities of PROTOCOL.md's table; the code implies the unit.
typedef enum {
    WAYSIDE_MOTOR_CURRENT = 1,           // A
    WAYSIDE_VIBRATION_ACCELERATION = 2,  // m/s2
    WAYSIDE_TEMPERATURE = 3,             // Cel
    WAYSIDE_VIBRATION_VELOCITY = 4,      // mm/s
    WAYSIDE_ROTATIONAL_SPEED = 5,        // 1/min
    WAYSIDE_VOLTAGE = 6,                 // V
    WAYSIDE_CURRENT = 7,                 // A
    WAYSIDE_POWER = 8,                   // W
    WAYSIDE_ENERGY = 9,                  // Wh
    WAYSIDE_PRESSURE = 10,               // bar
    WAYSIDE_HUMIDITY = 11,               // %RH
    WAYSIDE_LEVEL = 12,                  // %
    WAYSIDE_FORCE = 13,                  // N
    WAYSIDE_FREQUENCY = 14,              // Hz
    WAYSIDE_OPERATING_TIME = 15,         // s
    WAYSIDE_WIFI_RSSI = 16,              // dBm
    WAYSIDE_HEAP_FREE = 17,              // B
    WAYSIDE_HEAP_MINIMUM = 18,           // B
    WAYSIDE_BATTERY_VOLTAGE = 19,        // V
    WAYSIDE_BATTERY_LEVEL = 20,          // %
    WAYSIDE_SAFETY_EMERGENCY_STOP = 24,
    WAYSIDE_SAFETY_DOOR_CLOSED = 25,
    WAYSIDE_SAFETY_OVERLOAD_DETECTED = 26,
    WAYSIDE_SAFETY_TEMPERATURE_OK = 27
} wayside_quantity_code;

// What is measured: a code of the table, or (code 0) a name and the symbol of its unit, null for none.
typedef struct {
    uint8_t code;
    const char *name;
    const char *unit;
} wayside_quantity;

// A quantity of the table.
wayside_quantity wayside_standard(wayside_quantity_code code);
// A quantity of your own; `unit` is null or a symbol of PROTOCOL.md's table of units.
wayside_quantity wayside_named(const char *name, const char *unit);

typedef enum { WAYSIDE_VALUE_NULL, WAYSIDE_VALUE_FLAG, WAYSIDE_VALUE_SCALED } wayside_value_kind;

// One reading. Make it with the functions below, which never fail: what is wrong with it, the encoder says.
typedef struct {
    wayside_quantity quantity;
    const char *channel;  // null or "" for none
    int64_t scaled;       // the number in units of 10^-decimals; a flag is 0 or 1
    uint8_t decimals;     // 0 to WAYSIDE_DECIMAL_LIMIT; WAYSIDE_DECIMALS_AS_BEFORE where there is no number
    uint8_t kind;         // a wayside_value_kind
} wayside_reading;

// `scaled` · 10^-decimals: (520, 2) is 5.20. The first choice: exact, and no floating point is needed.
wayside_reading wayside_reading_scaled(
    wayside_quantity quantity, const char *channel, int64_t scaled, uint8_t decimals);
// `value` rounded to `decimals`, halves away from zero; NaN and infinities become null. Computed in integers, so that
// it costs no double-precision software floating point where the chip has none.
wayside_reading wayside_reading_float(wayside_quantity quantity, const char *channel, float value, uint8_t decimals);
// The same of a double.
wayside_reading wayside_reading_double(wayside_quantity quantity, const char *channel, double value, uint8_t decimals);
// A state that is true or false.
wayside_reading wayside_reading_flag(wayside_quantity quantity, const char *channel, bool value);
// The sensor has no reading just now. Never send 0 for that.
wayside_reading wayside_reading_null(wayside_quantity quantity, const char *channel);

// What telemetry and events begin with.
typedef struct {
    uint32_t boot_id;
    uint32_t sequence;
    uint64_t uptime_ms;    // at the moment of measuring, sleep included
    uint64_t unix_ms;      // wall clock at the moment of measuring; 0 leaves it out
    bool synchronised;     // whether the clock behind `unix_ms` was set by SNTP in this boot
    uint32_t interval_ms;  // the interval of telemetry; 0 leaves it out
} wayside_header;

// A quantity that telemetry carries.
typedef struct {
    wayside_quantity quantity;
    const char *channel;  // null for none
} wayside_declared_quantity;

// A parameter of a wear model: `scaled` · 10^-decimals.
typedef struct {
    const char *name;
    int64_t scaled;
    uint8_t decimals;
} wayside_parameter;

// A part of the machine that wears. Quantity and channel are of the reading it goes by; a quantity of code 0 without
// a name leaves both out.
typedef struct {
    const char *component;
    const char *model;
    wayside_quantity quantity;
    const char *channel;
    const wayside_parameter *parameters;
    size_t parameter_count;
} wayside_wear;

typedef struct {
    uint32_t boot_id;
    uint64_t uptime_ms;
    uint32_t interval_ms;               // 0 leaves it out
    const char *firmware;               // null leaves it out
    const char *model;                  // null leaves it out
    wayside_reset_reason reset_reason;  // WAYSIDE_RESET_NOT_TOLD leaves it out
    const wayside_declared_quantity *quantities;
    size_t quantity_count;
    const wayside_wear *wear;
    size_t wear_count;
} wayside_birth;

// Some bytes in a row.
typedef struct {
    const uint8_t *bytes;
    size_t count;
} wayside_piece;

// HMAC-SHA-256 over the pieces, one after the other, with the device's key: puts all 32 bytes into `digest`. Answers
// false where it could not, and then no message is made. On an ESP32 this is mbedtls_md_hmac_* or the HMAC peripheral.
typedef bool (*wayside_hmac_sha256)(
    void *context, const wayside_piece *pieces, size_t piece_count, uint8_t digest[32]);

// How messages are authenticated. The key stays with the firmware.
typedef struct {
    wayside_hmac_sha256 hmac;
    void *context;   // given to `hmac`
    uint8_t key_id;  // 0 is not sent
} wayside_authentication;

// How a message is written, and for whom.
typedef struct {
    const char *device_id;                         // only the topic carries it; a MAC covers the topic
    wayside_encoding encoding;
    const wayside_authentication *authentication;  // null for messages without a MAC
} wayside_format;

// Whether `text` is a device id.
bool wayside_is_device_id(const char *text);

// Puts the topic of `kind` and a zero byte into `topic`; WAYSIDE_TOPIC_CAPACITY always does. `*length` (may be null)
// does not count the zero byte.
wayside_result wayside_encode_topic(
    wayside_kind kind, const char *device_id, char *topic, size_t capacity, size_t *length);

// The encoders below put a payload into `buffer` and its size into `*length`. They write nothing past `capacity`;
// where that is too small, `*length` says what would have done and the content of the buffer is of no use. The same
// message always makes the same bytes: PROTOCOL.md, "CBOR", has the form that the libraries write. CBOR is shortest
// with the readings of one quantity one after the other.

// A telemetry message of `count` readings, 0 to WAYSIDE_READING_LIMIT. Time grows with the square of `count`.
wayside_result wayside_encode_telemetry(
    const wayside_format *format, const wayside_header *header, const wayside_reading *readings, size_t count,
    uint8_t *buffer, size_t capacity, size_t *length);

// An event message; `event` says what happened, for example "emergency_stop".
wayside_result wayside_encode_event(
    const wayside_format *format, const wayside_header *header, const char *event, const wayside_reading *readings,
    size_t count, uint8_t *buffer, size_t capacity, size_t *length);

wayside_result wayside_encode_birth(
    const wayside_format *format, const wayside_birth *birth, uint8_t *buffer, size_t capacity, size_t *length);

// `WAYSIDE_OFFLINE` is the last will: encode it before connecting.
wayside_result wayside_encode_state(
    const wayside_format *format, wayside_state state, uint32_t boot_id, uint8_t *buffer, size_t capacity,
    size_t *length);

#ifdef __cplusplus
}
#endif

#endif
