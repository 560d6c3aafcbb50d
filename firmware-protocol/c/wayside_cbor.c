#include <string.h>

#include "wayside_internal.h"

// RFC 8949 in the form that PROTOCOL.md, "CBOR", gives for the libraries: shortest heads, definite lengths, the keys of
// a message ascending; below them what the caller gave stays in the order in which it was given.

enum { MAJOR_UNSIGNED = 0, MAJOR_NEGATIVE = 1, MAJOR_TEXT = 3, MAJOR_ARRAY = 4, MAJOR_MAP = 5 };
enum { BYTE_FALSE = 0xf4, BYTE_TRUE = 0xf5, BYTE_NULL = 0xf6 };
enum { BYTE_HALF = 0xf9, BYTE_SINGLE = 0xfa, BYTE_DOUBLE = 0xfb };

// The keys of PROTOCOL.md, "CBOR".
enum {
    KEY_BOOT_ID = 1,
    KEY_SEQUENCE = 2,
    KEY_UPTIME = 3,
    KEY_UNIX = 4,
    KEY_SYNCHRONISED = 5,
    KEY_INTERVAL = 6,
    KEY_EVENT = 7,
    KEY_STATE = 8,
    KEY_FIRMWARE = 9,
    KEY_MODEL = 10,
    KEY_RESET_REASON = 11,
    KEY_QUANTITIES = 12,
    KEY_WEAR = 13,
    KEY_READINGS = 16,
    WEAR_KEY_COMPONENT = 1,
    WEAR_KEY_MODEL = 2,
    WEAR_KEY_QUANTITY = 3,
    WEAR_KEY_CHANNEL = 4
};

static void write_big_endian(wayside_writer *writer, uint64_t number, unsigned byte_count) {
    for (unsigned shift = byte_count * 8; shift > 0; shift -= 8) {
        wayside_write_byte(writer, (uint8_t)(number >> (shift - 8)));
    }
}

void wayside_cbor_head(wayside_writer *writer, uint8_t major, uint64_t argument) {
    unsigned byte_count = argument < 24           ? 0
                          : argument <= UINT8_MAX  ? 1
                          : argument <= UINT16_MAX ? 2
                          : argument <= UINT32_MAX ? 4
                                                   : 8;
    // 24, 25, 26 and 27 say that 1, 2, 4 and 8 bytes follow.
    static const uint8_t additional[] = {0, 24, 25, 0, 26, 0, 0, 0, 27};
    uint8_t low = byte_count == 0 ? (uint8_t)argument : additional[byte_count];
    wayside_write_byte(writer, (uint8_t)(major << 5 | low));
    write_big_endian(writer, argument, byte_count);
}

static void write_field(wayside_writer *writer, uint64_t key, uint64_t number) {
    wayside_cbor_head(writer, MAJOR_UNSIGNED, key);
    wayside_cbor_head(writer, MAJOR_UNSIGNED, number);
}

static void write_text(wayside_writer *writer, const char *text) {
    wayside_cbor_head(writer, MAJOR_TEXT, strlen(text));
    wayside_write_text(writer, text);
}

static void write_text_field(wayside_writer *writer, uint64_t key, const char *text) {
    wayside_cbor_head(writer, MAJOR_UNSIGNED, key);
    write_text(writer, text);
}

static void write_integer(wayside_writer *writer, int64_t number) {
    if (number < 0) {
        wayside_cbor_head(writer, MAJOR_NEGATIVE, (uint64_t)(-(number + 1)));
    } else {
        wayside_cbor_head(writer, MAJOR_UNSIGNED, (uint64_t)number);
    }
}

static void write_quantity(wayside_writer *writer, const wayside_resolved *quantity) {
    if (quantity->code != 0) {
        wayside_cbor_head(writer, MAJOR_UNSIGNED, quantity->code);
        return;
    }
    size_t unit_byte_count = strlen(quantity->unit);
    wayside_cbor_head(
        writer, MAJOR_TEXT, strlen(quantity->name) + (unit_byte_count > 0 ? unit_byte_count + 1 : 0));
    wayside_write_text(writer, quantity->name);
    if (quantity->unit[0] != 0) {
        wayside_write_byte(writer, ':');
        wayside_write_text(writer, quantity->unit);
    }
}

// Whether a channel is a number as CBOR would write it back: no sign, no zero before it, at most nine digits.
static bool channel_number(const char *channel, uint64_t *number) {
    size_t count = strlen(channel);
    if (count == 0 || count > 9 || (channel[0] == '0' && count > 1)) {
        return false;
    }
    *number = 0;
    for (size_t index = 0; index < count; index++) {
        if (channel[index] < '0' || channel[index] > '9') {
            return false;
        }
        *number = *number * 10 + (uint64_t)(channel[index] - '0');
    }
    return true;
}

static void write_channel(wayside_writer *writer, const char *channel) {
    uint64_t number;
    if (channel_number(channel, &number)) {
        wayside_cbor_head(writer, MAJOR_UNSIGNED, number);
    } else {
        write_text(writer, channel);
    }
}

static wayside_resolved resolved_of(wayside_quantity quantity) {
    wayside_resolved resolved;
    (void)wayside_resolve(quantity, &resolved);  // Checked before, so it cannot fail.
    return resolved;
}

static void write_value(wayside_writer *writer, const wayside_reading *reading) {
    if (reading->kind == WAYSIDE_VALUE_FLAG) {
        wayside_write_byte(writer, reading->scaled != 0 ? BYTE_TRUE : BYTE_FALSE);
    } else if (reading->kind == WAYSIDE_VALUE_SCALED && wayside_is_scaled(reading->scaled)) {
        write_integer(writer, reading->scaled);
    } else {
        wayside_write_byte(writer, BYTE_NULL);
    }
}

// The readings of a message under one key: those whose place in `scales` says so.
typedef struct {
    const wayside_reading *readings;
    const uint8_t *scales;
    size_t count;
    uint8_t scale;
} scale_group;

// The first reading of the group from `index` on, or `count`.
static size_t next_in_scale(const scale_group *group, size_t index) {
    while (index < group->count && group->scales[index] != group->scale) {
        index += 1;
    }
    return index;
}

// Behind the last reading of the run that begins at `first`: readings of one quantity that follow each other.
static size_t end_of_run(const scale_group *group, size_t first) {
    size_t index = first;
    do {
        index = next_in_scale(group, index + 1);
    } while (index < group->count &&
             wayside_same_quantity(group->readings[first].quantity, group->readings[index].quantity));
    return index;
}

static size_t run_count(const scale_group *group) {
    size_t count = 0;
    for (size_t index = next_in_scale(group, 0); index < group->count; index = end_of_run(group, index)) {
        count += 1;
    }
    return count;
}

static const char *channel_of(const wayside_reading *reading) { return wayside_text_or_empty(reading->channel); }

// Whether `channel` is what the array form has at `place`.
static bool is_at_place(const wayside_resolved *quantity, const char *channel, size_t place) {
    static const char *const axes[] = {"x", "y", "z", "magnitude"};
    uint64_t number;
    if (quantity->axes) {
        return place < 4 && strcmp(channel, axes[place]) == 0;
    }
    return channel_number(channel, &number) && number == place;
}

// A quantity and its values: one without a channel, an array where the channels are its places, else a map.
static void write_run(wayside_writer *writer, const scale_group *group, size_t first) {
    wayside_resolved quantity = resolved_of(group->readings[first].quantity);
    size_t end = end_of_run(group, first);
    size_t count = 0;
    bool places = true;
    for (size_t index = first; index < end; index = next_in_scale(group, index + 1)) {
        places = places && is_at_place(&quantity, channel_of(&group->readings[index]), count);
        count += 1;
    }
    write_quantity(writer, &quantity);
    if (count == 1 && channel_of(&group->readings[first])[0] == 0) {
        write_value(writer, &group->readings[first]);
        return;
    }
    wayside_cbor_head(writer, places ? MAJOR_ARRAY : MAJOR_MAP, count);
    for (size_t index = first; index < end; index = next_in_scale(group, index + 1)) {
        if (!places) {
            write_channel(writer, channel_of(&group->readings[index]));
        }
        write_value(writer, &group->readings[index]);
    }
}

static void write_scale(wayside_writer *writer, const scale_group *group, size_t runs) {
    wayside_cbor_head(writer, MAJOR_UNSIGNED, (uint64_t)KEY_READINGS + group->scale);
    wayside_cbor_head(writer, MAJOR_MAP, runs);
    for (size_t index = next_in_scale(group, 0); index < group->count; index = end_of_run(group, index)) {
        write_run(writer, group, index);
    }
}

static void write_header(wayside_writer *writer, const wayside_header *header, const char *event) {
    write_field(writer, KEY_BOOT_ID, header->boot_id);
    write_field(writer, KEY_SEQUENCE, header->sequence);
    write_field(writer, KEY_UPTIME, header->uptime_ms);
    if (header->unix_ms != 0) {
        write_field(writer, KEY_UNIX, header->unix_ms);
        if (header->synchronised) {
            wayside_cbor_head(writer, MAJOR_UNSIGNED, KEY_SYNCHRONISED);
            wayside_write_byte(writer, BYTE_TRUE);
        }
    }
    if (header->interval_ms != 0) {
        write_field(writer, KEY_INTERVAL, header->interval_ms);
    }
    if (event != NULL) {
        write_text_field(writer, KEY_EVENT, event);
    }
}

void wayside_cbor_readings(
    wayside_writer *writer, const wayside_header *header, const char *event, const wayside_reading *readings,
    size_t count, size_t tail_count) {
    // What has no decimals of its own goes under the key of the reading before it.
    uint8_t scales[WAYSIDE_READING_LIMIT];
    uint8_t last = 0;
    for (size_t index = 0; index < count; index++) {
        last = readings[index].decimals == WAYSIDE_DECIMALS_AS_BEFORE ? last : readings[index].decimals;
        scales[index] = last;
    }
    size_t runs[WAYSIDE_DECIMAL_LIMIT + 1];
    size_t keys = 0;
    for (uint8_t scale = 0; scale <= WAYSIDE_DECIMAL_LIMIT; scale++) {
        scale_group group = {readings, scales, count, scale};
        runs[scale] = run_count(&group);
        keys += runs[scale] > 0 ? 1 : 0;
    }
    // Readings are required, if only as an empty map.
    bool empty = keys == 0;
    size_t members = 3 + (header->unix_ms != 0 ? 1u : 0u) + (header->unix_ms != 0 && header->synchronised ? 1u : 0u) +
                     (header->interval_ms != 0 ? 1u : 0u) + (event != NULL ? 1u : 0u) + (empty ? 1 : keys);
    wayside_cbor_head(writer, MAJOR_MAP, members + tail_count);
    write_header(writer, header, event);
    for (uint8_t scale = 0; scale <= WAYSIDE_DECIMAL_LIMIT; scale++) {
        scale_group group = {readings, scales, count, scale};
        if (runs[scale] > 0 || (empty && scale == 0)) {
            write_scale(writer, &group, runs[scale]);
        }
    }
}

// The half-precision form of a single that is no whole number and has at most six decimals: such a number is a multiple
// of 2^-6, so that its exponent is one that halves have, and only the fraction may be too long.
static bool half_of(uint32_t bits, uint16_t *half) {
    uint32_t exponent = bits >> 23 & 0xff;
    uint32_t fraction = bits & 0x7fffff;
    *half = (uint16_t)((bits >> 16 & 0x8000) | (exponent - 112) << 10 | fraction >> 13);
    return (fraction & 0x1fff) == 0;
}

// A parameter as the shortest number with its value: an integer, or the float that is nearest to it.
static void write_parameter_value(wayside_writer *writer, int64_t scaled, uint8_t decimals) {
    static const double powers[WAYSIDE_DECIMAL_LIMIT + 1] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    while (decimals > 0 && scaled % 10 == 0) {
        scaled /= 10;
        decimals -= 1;
    }
    if (decimals == 0) {
        write_integer(writer, scaled);
        return;
    }
    // Both operands are exact (below 2^53), so the quotient is the double nearest to the decimal number.
    double value = (double)scaled / powers[decimals];
    float single = (float)value;
    if ((double)single != value) {
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        wayside_write_byte(writer, BYTE_DOUBLE);
        write_big_endian(writer, bits, 8);
        return;
    }
    uint32_t bits;
    uint16_t half;
    memcpy(&bits, &single, sizeof bits);
    if (half_of(bits, &half)) {
        wayside_write_byte(writer, BYTE_HALF);
        write_big_endian(writer, half, 2);
    } else {
        wayside_write_byte(writer, BYTE_SINGLE);
        write_big_endian(writer, bits, 4);
    }
}

static void write_wear(wayside_writer *writer, const wayside_wear *wear) {
    bool goes_by = wear->quantity.code != 0 || wear->quantity.name != NULL;
    bool has_channel = goes_by && wayside_text_or_empty(wear->channel)[0] != 0;
    wayside_cbor_head(
        writer, MAJOR_MAP, 2 + (goes_by ? 1u : 0u) + (has_channel ? 1u : 0u) + wear->parameter_count);
    write_text_field(writer, WEAR_KEY_COMPONENT, wear->component);
    write_text_field(writer, WEAR_KEY_MODEL, wear->model);
    if (goes_by) {
        wayside_resolved quantity = resolved_of(wear->quantity);
        wayside_cbor_head(writer, MAJOR_UNSIGNED, WEAR_KEY_QUANTITY);
        // Here a quantity goes by its name alone: its unit is that of its readings.
        uint8_t code = wayside_quantity_code_of(quantity.name);
        if (code != 0) {
            wayside_cbor_head(writer, MAJOR_UNSIGNED, code);
        } else {
            write_text(writer, quantity.name);
        }
    }
    if (has_channel) {
        wayside_cbor_head(writer, MAJOR_UNSIGNED, WEAR_KEY_CHANNEL);
        write_channel(writer, wear->channel);
    }
    for (size_t index = 0; index < wear->parameter_count; index++) {
        write_text(writer, wear->parameters[index].name);
        write_parameter_value(writer, wear->parameters[index].scaled, wear->parameters[index].decimals);
    }
}

static void write_declared(wayside_writer *writer, const wayside_birth *birth) {
    wayside_cbor_head(writer, MAJOR_UNSIGNED, KEY_QUANTITIES);
    wayside_cbor_head(writer, MAJOR_ARRAY, birth->quantity_count);
    for (size_t index = 0; index < birth->quantity_count; index++) {
        wayside_resolved quantity = resolved_of(birth->quantities[index].quantity);
        const char *channel = wayside_text_or_empty(birth->quantities[index].channel);
        wayside_cbor_head(writer, MAJOR_ARRAY, channel[0] != 0 ? 2 : 1);
        write_quantity(writer, &quantity);
        if (channel[0] != 0) {
            write_channel(writer, channel);
        }
    }
}

void wayside_cbor_birth(wayside_writer *writer, const wayside_birth *birth, size_t tail_count) {
    bool told = birth->reset_reason != WAYSIDE_RESET_NOT_TOLD;
    size_t members = 2 + (birth->interval_ms != 0 ? 1u : 0u) + (birth->firmware != NULL ? 1u : 0u) +
                     (birth->model != NULL ? 1u : 0u) + (told ? 1u : 0u) + (birth->quantity_count > 0 ? 1u : 0u) +
                     (birth->wear_count > 0 ? 1u : 0u) + tail_count;
    wayside_cbor_head(writer, MAJOR_MAP, members);
    write_field(writer, KEY_BOOT_ID, birth->boot_id);
    write_field(writer, KEY_UPTIME, birth->uptime_ms);
    if (birth->interval_ms != 0) {
        write_field(writer, KEY_INTERVAL, birth->interval_ms);
    }
    if (birth->firmware != NULL) {
        write_text_field(writer, KEY_FIRMWARE, birth->firmware);
    }
    if (birth->model != NULL) {
        write_text_field(writer, KEY_MODEL, birth->model);
    }
    if (told) {
        write_field(writer, KEY_RESET_REASON, (uint64_t)birth->reset_reason);
    }
    if (birth->quantity_count > 0) {
        write_declared(writer, birth);
    }
    if (birth->wear_count > 0) {
        wayside_cbor_head(writer, MAJOR_UNSIGNED, KEY_WEAR);
        wayside_cbor_head(writer, MAJOR_ARRAY, birth->wear_count);
        for (size_t index = 0; index < birth->wear_count; index++) {
            write_wear(writer, &birth->wear[index]);
        }
    }
}

void wayside_cbor_state(wayside_writer *writer, wayside_state state, uint32_t boot_id, size_t tail_count) {
    wayside_cbor_head(writer, MAJOR_MAP, 2 + tail_count);
    write_field(writer, KEY_BOOT_ID, boot_id);
    write_field(writer, KEY_STATE, (uint64_t)state);
}
