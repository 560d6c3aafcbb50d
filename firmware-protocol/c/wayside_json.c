#include "wayside_internal.h"

// A JSON string with its quotes. The texts were checked: UTF-8 without control characters, so two bytes need an escape.
static void write_quoted(wayside_writer *writer, const char *text) {
    wayside_write_byte(writer, '"');
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\') {
            wayside_write_byte(writer, '\\');
        }
        wayside_write_byte(writer, (uint8_t)*text);
    }
    wayside_write_byte(writer, '"');
}

static void write_number_field(wayside_writer *writer, const char *key, uint64_t number) {
    wayside_write_text(writer, key);
    wayside_write_unsigned(writer, number);
}

// Leaves out what is null or "".
static void write_text_field(wayside_writer *writer, const char *key, const char *text) {
    if (wayside_text_or_empty(text)[0] != 0) {
        wayside_write_text(writer, key);
        write_quoted(writer, text);
    }
}

// Everything was checked before, so resolving cannot fail.
static void write_quantity(wayside_writer *writer, wayside_quantity quantity, const char *channel) {
    wayside_resolved resolved;
    (void)wayside_resolve(quantity, &resolved);
    wayside_write_text(writer, "{\"quantity\":");
    write_quoted(writer, resolved.name);
    write_text_field(writer, ",\"channel\":", channel);
    write_text_field(writer, ",\"unit\":", resolved.unit);
}

static void write_value(wayside_writer *writer, const wayside_reading *reading) {
    if (reading->kind == WAYSIDE_VALUE_FLAG) {
        wayside_write_text(writer, reading->scaled != 0 ? "true" : "false");
    } else if (reading->kind == WAYSIDE_VALUE_SCALED) {
        wayside_write_decimal(writer, reading->scaled, reading->decimals);
    } else {
        wayside_write_text(writer, "null");
    }
}

void wayside_json_readings(
    wayside_writer *writer, const wayside_header *header, const char *event, const wayside_reading *readings,
    size_t count) {
    write_number_field(writer, "{\"boot_id\":", header->boot_id);
    write_number_field(writer, ",\"seq\":", header->sequence);
    write_number_field(writer, ",\"uptime_ms\":", header->uptime_ms);
    if (header->unix_ms != 0) {
        write_number_field(writer, ",\"unix_ms\":", header->unix_ms);
        wayside_write_text(writer, header->synchronised ? ",\"synchronised\":true" : "");
    }
    if (header->interval_ms != 0) {
        write_number_field(writer, ",\"interval_ms\":", header->interval_ms);
    }
    write_text_field(writer, ",\"event\":", event);
    wayside_write_text(writer, ",\"readings\":[");
    for (size_t index = 0; index < count; index++) {
        wayside_write_text(writer, index == 0 ? "" : ",");
        write_quantity(writer, readings[index].quantity, readings[index].channel);
        wayside_write_text(writer, ",\"value\":");
        write_value(writer, &readings[index]);
        wayside_write_byte(writer, '}');
    }
    wayside_write_byte(writer, ']');
}

static void write_wear(wayside_writer *writer, const wayside_wear *wear) {
    write_text_field(writer, "{\"component\":", wear->component);
    write_text_field(writer, ",\"model\":", wear->model);
    if (wear->quantity.code != 0 || wear->quantity.name != NULL) {
        wayside_resolved resolved;
        (void)wayside_resolve(wear->quantity, &resolved);
        write_text_field(writer, ",\"quantity\":", resolved.name);
        write_text_field(writer, ",\"channel\":", wear->channel);
    }
    for (size_t index = 0; index < wear->parameter_count; index++) {
        const wayside_parameter *parameter = &wear->parameters[index];
        wayside_write_byte(writer, ',');
        write_quoted(writer, parameter->name);
        wayside_write_byte(writer, ':');
        wayside_write_decimal(writer, parameter->scaled, parameter->decimals);
    }
    wayside_write_byte(writer, '}');
}

void wayside_json_birth(wayside_writer *writer, const wayside_birth *birth) {
    write_number_field(writer, "{\"boot_id\":", birth->boot_id);
    write_number_field(writer, ",\"uptime_ms\":", birth->uptime_ms);
    if (birth->interval_ms != 0) {
        write_number_field(writer, ",\"interval_ms\":", birth->interval_ms);
    }
    write_text_field(writer, ",\"firmware\":", birth->firmware);
    write_text_field(writer, ",\"model\":", birth->model);
    write_text_field(writer, ",\"reset_reason\":", wayside_reset_reason_name(birth->reset_reason));
    if (birth->quantity_count > 0) {
        wayside_write_text(writer, ",\"quantities\":[");
        for (size_t index = 0; index < birth->quantity_count; index++) {
            wayside_write_text(writer, index == 0 ? "" : ",");
            write_quantity(writer, birth->quantities[index].quantity, birth->quantities[index].channel);
            wayside_write_byte(writer, '}');
        }
        wayside_write_byte(writer, ']');
    }
    if (birth->wear_count > 0) {
        wayside_write_text(writer, ",\"wear\":[");
        for (size_t index = 0; index < birth->wear_count; index++) {
            wayside_write_text(writer, index == 0 ? "" : ",");
            write_wear(writer, &birth->wear[index]);
        }
        wayside_write_byte(writer, ']');
    }
}

void wayside_json_state(wayside_writer *writer, wayside_state state, uint32_t boot_id) {
    write_text_field(writer, "{\"state\":", wayside_state_name(state));
    write_number_field(writer, ",\"boot_id\":", boot_id);
}
