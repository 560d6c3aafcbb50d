#ifndef WAYSIDE_INTERNAL_H
#define WAYSIDE_INTERNAL_H

// What the files of this library share. Nothing here is for firmware.

#include "wayside_device.h"

// A cursor over the caller's buffer. It goes on counting past the end, so that the answer can say how many bytes would
// have done, and it never writes there.
typedef struct {
    uint8_t *buffer;
    size_t capacity;
    size_t count;
} wayside_writer;

// A quantity with its table entry looked up: a code, or 0 and a name that is not in the table with that unit.
typedef struct {
    uint8_t code;
    bool axes;  // channels are x, y, z, magnitude
    const char *name;
    const char *unit;  // "" for none
} wayside_resolved;

// wayside_writer.c: bytes and numbers.
void wayside_write_byte(wayside_writer *writer, uint8_t byte);
void wayside_write_bytes(wayside_writer *writer, const uint8_t *bytes, size_t count);
void wayside_write_text(wayside_writer *writer, const char *text);
void wayside_write_unsigned(wayside_writer *writer, uint64_t number);
// `scaled` · 10^-decimals with all its decimals, or null at the limit.
void wayside_write_decimal(wayside_writer *writer, int64_t scaled, uint8_t decimals);

// wayside_protocol.c: names and limits.
bool wayside_is_quantity_name(const char *text, size_t byte_limit);
// UTF-8 without control characters (below U+0020, U+007F), `least` to `byte_limit` bytes.
bool wayside_is_text(const char *text, size_t least, size_t byte_limit);
bool wayside_is_component(const char *text);
// Null as "".
const char *wayside_text_or_empty(const char *text);
wayside_result wayside_resolve(wayside_quantity quantity, wayside_resolved *resolved);
// The code of a quantity's name, whatever its unit; 0 for a name that has none.
uint8_t wayside_quantity_code_of(const char *name);
bool wayside_same_quantity(wayside_quantity one, wayside_quantity other);
const char *wayside_reset_reason_name(wayside_reset_reason reason);
const char *wayside_kind_name(wayside_kind kind);  // null for what is no kind
const char *wayside_state_name(wayside_state state);
bool wayside_is_scaled(int64_t scaled);  // whether it lies within WAYSIDE_SCALED_LIMIT

// wayside_check.c: the rules of a message, the same for both encodings.
wayside_result wayside_check_readings(const wayside_reading *readings, size_t count);
wayside_result wayside_check_birth(const wayside_birth *birth);

// wayside_json.c and wayside_cbor.c: messages that were checked, as far as the MAC. `event` is null for telemetry.
void wayside_json_readings(
    wayside_writer *writer, const wayside_header *header, const char *event, const wayside_reading *readings,
    size_t count);
void wayside_json_birth(wayside_writer *writer, const wayside_birth *birth);
void wayside_json_state(wayside_writer *writer, wayside_state state, uint32_t boot_id);

// `tail_count` is how many members wayside_encode.c adds for the MAC: the head of the map counts them.
void wayside_cbor_head(wayside_writer *writer, uint8_t major, uint64_t argument);
void wayside_cbor_readings(
    wayside_writer *writer, const wayside_header *header, const char *event, const wayside_reading *readings,
    size_t count, size_t tail_count);
void wayside_cbor_birth(wayside_writer *writer, const wayside_birth *birth, size_t tail_count);
void wayside_cbor_state(wayside_writer *writer, wayside_state state, uint32_t boot_id, size_t tail_count);

// wayside_queue.c. CRC-32C, as iSCSI (RFC 3720, B.4) has it, four bits at a time: 64 bytes of table. `before` is 0, or
// the checksum of what came before.
uint32_t wayside_checksum(uint32_t before, const volatile uint8_t *bytes, size_t count);

#endif
