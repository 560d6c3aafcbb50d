#include <string.h>

#include "wayside_internal.h"

void wayside_write_byte(wayside_writer *writer, uint8_t byte) {
    if (writer->count < writer->capacity) {
        writer->buffer[writer->count] = byte;
    }
    writer->count += 1;
}

void wayside_write_bytes(wayside_writer *writer, const uint8_t *bytes, size_t count) {
    for (size_t index = 0; index < count; index++) {
        wayside_write_byte(writer, bytes[index]);
    }
}

void wayside_write_text(wayside_writer *writer, const char *text) {
    wayside_write_bytes(writer, (const uint8_t *)text, strlen(text));
}

void wayside_write_unsigned(wayside_writer *writer, uint64_t number) {
    uint8_t digits[20];
    size_t first = sizeof digits;
    do {
        first -= 1;
        digits[first] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    wayside_write_bytes(writer, digits + first, sizeof digits - first);
}

void wayside_write_decimal(wayside_writer *writer, int64_t scaled, uint8_t decimals) {
    if (!wayside_is_scaled(scaled)) {
        wayside_write_text(writer, "null");
        return;
    }
    // The limit is far below 2^63, so the negation is safe.
    uint64_t magnitude = (uint64_t)(scaled < 0 ? -scaled : scaled);
    uint64_t scale = 1;
    for (uint8_t digit = 0; digit < decimals; digit++) {
        scale *= 10;
    }
    if (scaled < 0) {
        wayside_write_byte(writer, '-');
    }
    wayside_write_unsigned(writer, magnitude / scale);
    if (decimals == 0) {
        return;
    }
    wayside_write_byte(writer, '.');
    for (scale /= 10; scale > 0; scale /= 10) {
        wayside_write_byte(writer, (uint8_t)('0' + magnitude / scale % 10));
    }
}
