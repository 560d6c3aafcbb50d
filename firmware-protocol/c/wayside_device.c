#include <string.h>

#include "wayside_internal.h"

wayside_result wayside_device_begin(
    wayside_device *device, const char *device_id, wayside_encoding encoding, uint32_t boot_id) {
    if (!wayside_is_device_id(device_id)) {
        return WAYSIDE_ERROR_INVALID_DEVICE_ID;
    }
    memset(device, 0, sizeof *device);
    memcpy(device->id, device_id, strlen(device_id) + 1);
    device->encoding = encoding;
    device->boot_id = boot_id;
    return WAYSIDE_OK;
}

wayside_result wayside_next_boot_id(const wayside_boot_memory *memory, uint32_t *boot_id) {
    uint32_t last;
    if (!memory->load(memory->context, &last) || !memory->store(memory->context, last + 1)) {
        return WAYSIDE_ERROR_BOOT_ID;
    }
    *boot_id = last + 1;
    return WAYSIDE_OK;
}

uint64_t wayside_uptime_ms(wayside_uptime *uptime, uint32_t counter_ms) {
    if (counter_ms < uptime->last) {
        uptime->wraps += 1;
    }
    uptime->last = counter_ms;
    return (uint64_t)uptime->wraps << 32 | counter_ms;
}

void wayside_device_synchronised(wayside_device *device, uint64_t unix_ms, uint64_t uptime_ms) {
    device->synchronised = true;
    device->unix_minus_uptime_ms = unix_ms - uptime_ms;
}

static wayside_format format_of(const wayside_device *device) {
    wayside_format format = {device->id, device->encoding, device->authentication};
    return format;
}

static wayside_result take(
    wayside_device *device, wayside_queue *queue, uint64_t uptime_ms, const char *event,
    const wayside_reading *readings, size_t count, uint8_t *scratch, size_t scratch_byte_count) {
    if (device->sequence_exhausted) {
        return WAYSIDE_ERROR_SEQUENCE_EXHAUSTED;
    }
    wayside_header header = {device->boot_id, device->next_sequence, uptime_ms, 0, false, 0};
    if (device->synchronised) {
        header.unix_ms = uptime_ms + device->unix_minus_uptime_ms;
        header.synchronised = true;
    }
    wayside_format format = format_of(device);
    wayside_kind kind = event == NULL ? WAYSIDE_TELEMETRY : WAYSIDE_EVENT;
    size_t length;
    wayside_result result =
        event == NULL
            ? wayside_encode_telemetry(&format, &header, readings, count, scratch, scratch_byte_count, &length)
            : wayside_encode_event(&format, &header, event, readings, count, scratch, scratch_byte_count, &length);
    if (result == WAYSIDE_OK) {
        result = wayside_queue_push(queue, kind, scratch, length);
    }
    if (result == WAYSIDE_OK) {
        device->sequence_exhausted = device->next_sequence == UINT32_MAX;
        device->next_sequence += 1;
    }
    return result;
}

wayside_result wayside_device_measure(
    wayside_device *device, wayside_queue *queue, uint64_t uptime_ms, const wayside_reading *readings, size_t count,
    uint8_t *scratch, size_t scratch_byte_count) {
    return take(device, queue, uptime_ms, NULL, readings, count, scratch, scratch_byte_count);
}

wayside_result wayside_device_report(
    wayside_device *device, wayside_queue *queue, uint64_t uptime_ms, const char *event,
    const wayside_reading *readings, size_t count, uint8_t *scratch, size_t scratch_byte_count) {
    if (event == NULL) {
        return WAYSIDE_ERROR_INVALID_EVENT;
    }
    return take(device, queue, uptime_ms, event, readings, count, scratch, scratch_byte_count);
}

wayside_result wayside_device_state(
    const wayside_device *device, wayside_state state, uint8_t *buffer, size_t capacity, size_t *length) {
    wayside_format format = format_of(device);
    return wayside_encode_state(&format, state, device->boot_id, buffer, capacity, length);
}

wayside_result wayside_device_birth(
    const wayside_device *device, const wayside_birth *birth, uint8_t *buffer, size_t capacity, size_t *length) {
    wayside_format format = format_of(device);
    wayside_birth own = *birth;
    own.boot_id = device->boot_id;
    own.interval_ms = device->interval_ms;
    return wayside_encode_birth(&format, &own, buffer, capacity, length);
}
