#include <string.h>

#include "wayside_internal.h"

// The table of quantities of PROTOCOL.md, "CBOR", in the order of their codes.
typedef struct {
    uint8_t code;
    bool axes;
    const char *name;
    const char *unit;
} quantity_row;

static const quantity_row quantity_table[] = {
    {WAYSIDE_MOTOR_CURRENT, false, "motor_current", "A"},
    {WAYSIDE_VIBRATION_ACCELERATION, true, "vibration_acceleration", "m/s2"},
    {WAYSIDE_TEMPERATURE, false, "temperature", "Cel"},
    {WAYSIDE_VIBRATION_VELOCITY, true, "vibration_velocity", "mm/s"},
    {WAYSIDE_ROTATIONAL_SPEED, false, "rotational_speed", "1/min"},
    {WAYSIDE_VOLTAGE, false, "voltage", "V"},
    {WAYSIDE_CURRENT, false, "current", "A"},
    {WAYSIDE_POWER, false, "power", "W"},
    {WAYSIDE_ENERGY, false, "energy", "Wh"},
    {WAYSIDE_PRESSURE, false, "pressure", "bar"},
    {WAYSIDE_HUMIDITY, false, "humidity", "%RH"},
    {WAYSIDE_LEVEL, false, "level", "%"},
    {WAYSIDE_FORCE, false, "force", "N"},
    {WAYSIDE_FREQUENCY, false, "frequency", "Hz"},
    {WAYSIDE_OPERATING_TIME, false, "operating_time", "s"},
    {WAYSIDE_WIFI_RSSI, false, "wifi_rssi", "dBm"},
    {WAYSIDE_HEAP_FREE, false, "heap_free", "B"},
    {WAYSIDE_HEAP_MINIMUM, false, "heap_minimum", "B"},
    {WAYSIDE_BATTERY_VOLTAGE, false, "battery_voltage", "V"},
    {WAYSIDE_BATTERY_LEVEL, false, "battery_level", "%"},
    {WAYSIDE_SAFETY_EMERGENCY_STOP, false, "safety_emergency_stop", ""},
    {WAYSIDE_SAFETY_DOOR_CLOSED, false, "safety_door_closed", ""},
    {WAYSIDE_SAFETY_OVERLOAD_DETECTED, false, "safety_overload_detected", ""},
    {WAYSIDE_SAFETY_TEMPERATURE_OK, false, "safety_temperature_ok", ""},
};

static const char *const kind_names[] = {"telemetry", "event", "birth", "state"};
static const char *const state_names[] = {"online", "offline"};
static const char *const reset_reason_names[] = {
    "unknown", "power_on", "external", "software", "panic", "watchdog", "deep_sleep", "brownout",
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool is_lower_case(char character) { return character >= 'a' && character <= 'z'; }

static bool is_digit(char character) { return character >= '0' && character <= '9'; }

// What device ids and components are made of.
static bool is_word(const char *text, size_t byte_limit) {
    if (text == NULL) {
        return false;
    }
    size_t count = 0;
    for (; text[count] != 0; count++) {
        char next = text[count];
        bool allowed = is_lower_case(next) || is_digit(next) || (next >= 'A' && next <= 'Z') || next == '_' ||
                       next == '-' || next == '.' || next == ':';
        if (!allowed || count == byte_limit) {
            return false;
        }
    }
    return count > 0;
}

bool wayside_is_device_id(const char *text) { return is_word(text, WAYSIDE_DEVICE_ID_BYTE_LIMIT); }

bool wayside_is_component(const char *text) { return is_word(text, WAYSIDE_WORD_BYTE_LIMIT); }

bool wayside_is_quantity_name(const char *text, size_t byte_limit) {
    if (text == NULL || !is_lower_case(text[0])) {
        return false;
    }
    size_t count = 0;
    for (; text[count] != 0; count++) {
        if (count == byte_limit || !(is_lower_case(text[count]) || is_digit(text[count]) || text[count] == '_')) {
            return false;
        }
    }
    return true;
}

// How many bytes the character at `text` takes, or 0 where it is not UTF-8 (RFC 3629) or a control character. Bytes are
// looked at one after the other, so the zero byte at the end stops it.
static size_t character_byte_count(const uint8_t *text) {
    uint8_t first = text[0];
    if (first < 0x80) {
        return first >= 0x20 && first != 0x7f ? 1 : 0;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    // The second byte's range excludes overlong forms, surrogates and what is beyond U+10FFFF.
    uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (text[1] < least || text[1] > most) {
        return 0;
    }
    size_t count = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    for (size_t index = 2; index < count; index++) {
        if ((text[index] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return count;
}

bool wayside_is_text(const char *text, size_t least, size_t byte_limit) {
    if (text == NULL) {
        return least == 0;
    }
    size_t count = 0;
    while (text[count] != 0) {
        size_t step = character_byte_count((const uint8_t *)text + count);
        count += step;
        if (step == 0 || count > byte_limit) {
            return false;
        }
    }
    return count >= least;
}

const char *wayside_text_or_empty(const char *text) { return text == NULL ? "" : text; }

wayside_quantity wayside_standard(wayside_quantity_code code) {
    wayside_quantity quantity = {(uint8_t)code, NULL, NULL};
    return quantity;
}

wayside_quantity wayside_named(const char *name, const char *unit) {
    wayside_quantity quantity = {0, name, unit};
    return quantity;
}

static const quantity_row *row_of_name(const char *name) {
    for (size_t index = 0; index < COUNT_OF(quantity_table); index++) {
        if (strcmp(quantity_table[index].name, name) == 0) {
            return &quantity_table[index];
        }
    }
    return NULL;
}

static const quantity_row *row_of_code(uint8_t code) {
    for (size_t index = 0; index < COUNT_OF(quantity_table); index++) {
        if (quantity_table[index].code == code) {
            return &quantity_table[index];
        }
    }
    return NULL;
}

uint8_t wayside_quantity_code_of(const char *name) {
    const quantity_row *row = row_of_name(name);
    return row == NULL ? 0 : row->code;
}

wayside_result wayside_resolve(wayside_quantity quantity, wayside_resolved *resolved) {
    const char *unit = wayside_text_or_empty(quantity.unit);
    if (quantity.code == 0) {
        if (!wayside_is_quantity_name(quantity.name, WAYSIDE_QUANTITY_BYTE_LIMIT)) {
            return WAYSIDE_ERROR_INVALID_QUANTITY;
        }
        if (!wayside_is_text(unit, 0, WAYSIDE_UNIT_BYTE_LIMIT)) {
            return WAYSIDE_ERROR_INVALID_UNIT;
        }
    }
    const quantity_row *row = quantity.code == 0 ? row_of_name(quantity.name) : row_of_code(quantity.code);
    if (row == NULL && quantity.code != 0) {
        return WAYSIDE_ERROR_INVALID_QUANTITY;
    }
    // A quantity of the table in another unit is one of its own, but its places stay axes.
    bool own = row == NULL || (quantity.code == 0 && strcmp(row->unit, unit) != 0);
    resolved->code = own ? 0 : row->code;
    resolved->axes = row != NULL && row->axes;
    resolved->name = own ? quantity.name : row->name;
    resolved->unit = own ? unit : row->unit;
    return WAYSIDE_OK;
}

bool wayside_same_quantity(wayside_quantity one, wayside_quantity other) {
    if (one.code != 0 && other.code != 0) {
        return one.code == other.code;
    }
    wayside_resolved first;
    wayside_resolved second;
    if (wayside_resolve(one, &first) != WAYSIDE_OK || wayside_resolve(other, &second) != WAYSIDE_OK) {
        return false;
    }
    return strcmp(first.name, second.name) == 0 && strcmp(first.unit, second.unit) == 0;
}

const char *wayside_reset_reason_name(wayside_reset_reason reason) {
    return (size_t)reason < COUNT_OF(reset_reason_names) ? reset_reason_names[reason] : NULL;
}

const char *wayside_kind_name(wayside_kind kind) {
    return (size_t)kind < COUNT_OF(kind_names) ? kind_names[kind] : NULL;
}

const char *wayside_state_name(wayside_state state) {
    return (size_t)state < COUNT_OF(state_names) ? state_names[state] : NULL;
}

bool wayside_is_scaled(int64_t scaled) { return scaled > -WAYSIDE_SCALED_LIMIT && scaled < WAYSIDE_SCALED_LIMIT; }

wayside_result wayside_encode_topic(
    wayside_kind kind, const char *device_id, char *topic, size_t capacity, size_t *length) {
    const char *name = wayside_kind_name(kind);
    if (name == NULL) {
        return WAYSIDE_ERROR_INVALID_KIND;
    }
    if (!wayside_is_device_id(device_id)) {
        return WAYSIDE_ERROR_INVALID_DEVICE_ID;
    }
    wayside_writer writer = {(uint8_t *)topic, capacity, 0};
    wayside_write_text(&writer, "wayside/v1/");
    wayside_write_text(&writer, device_id);
    wayside_write_byte(&writer, '/');
    wayside_write_text(&writer, name);
    wayside_write_byte(&writer, 0);
    if (length != NULL) {
        *length = writer.count <= capacity ? writer.count - 1 : writer.count;
    }
    return writer.count <= capacity ? WAYSIDE_OK : WAYSIDE_ERROR_BUFFER_TOO_SMALL;
}
