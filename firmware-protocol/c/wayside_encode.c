#include <string.h>

#include "wayside_internal.h"

enum { KEY_KEY_ID = 14, KEY_MAC = 15, MAJOR_BYTES = 2 };
enum { DIGEST_BYTE_COUNT = 32 };

// How many members the MAC adds.
static size_t tail_count(const wayside_format *format) {
    if (format->authentication == NULL) {
        return 0;
    }
    return format->authentication->key_id == 0 ? 1 : 2;
}

// What stands before the MAC itself.
static void begin_mac(wayside_writer *writer, const wayside_format *format) {
    uint8_t key_id = format->authentication->key_id;
    if (format->encoding == WAYSIDE_JSON) {
        if (key_id != 0) {
            wayside_write_text(writer, ",\"key_id\":");
            wayside_write_unsigned(writer, key_id);
        }
        wayside_write_text(writer, ",\"mac\":\"");
        return;
    }
    if (key_id != 0) {
        wayside_cbor_head(writer, 0, KEY_KEY_ID);
        wayside_cbor_head(writer, 0, key_id);
    }
    wayside_cbor_head(writer, 0, KEY_MAC);
    wayside_cbor_head(writer, MAJOR_BYTES, WAYSIDE_MAC_BYTE_COUNT);
}

static void write_mac(wayside_writer *writer, wayside_encoding encoding, const uint8_t *mac) {
    if (encoding == WAYSIDE_CBOR) {
        wayside_write_bytes(writer, mac, WAYSIDE_MAC_BYTE_COUNT);
        return;
    }
    for (size_t index = 0; index < WAYSIDE_MAC_BYTE_COUNT; index++) {
        static const char digits[] = "0123456789abcdef";
        wayside_write_byte(writer, (uint8_t)digits[mac[index] >> 4]);
        wayside_write_byte(writer, (uint8_t)digits[mac[index] & 15]);
    }
    wayside_write_byte(writer, '"');
}

// HMAC over the topic, a zero byte, and the payload so far. The zero byte is the one that ends the topic.
static wayside_result make_mac(
    const wayside_writer *writer, const wayside_format *format, wayside_kind kind, uint8_t *digest) {
    char topic[WAYSIDE_TOPIC_CAPACITY];
    size_t topic_length;
    wayside_result result = wayside_encode_topic(kind, format->device_id, topic, sizeof topic, &topic_length);
    if (result != WAYSIDE_OK) {
        return result;
    }
    wayside_piece pieces[2];
    pieces[0].bytes = (const uint8_t *)topic;
    pieces[0].count = topic_length + 1;
    pieces[1].bytes = writer->buffer;
    pieces[1].count = writer->count;
    const wayside_authentication *authentication = format->authentication;
    return authentication->hmac(authentication->context, pieces, 2, digest) ? WAYSIDE_OK : WAYSIDE_ERROR_AUTHENTICATION;
}

// Puts the MAC in, closes the message and answers for its size.
static wayside_result finish(
    wayside_writer *writer, const wayside_format *format, wayside_kind kind, size_t *length) {
    if (format->authentication != NULL) {
        begin_mac(writer, format);
        uint8_t digest[DIGEST_BYTE_COUNT] = {0};
        // Where the message does not fit anyway there is nothing to authenticate, only a size to tell.
        if (writer->count <= writer->capacity) {
            wayside_result result = make_mac(writer, format, kind, digest);
            if (result != WAYSIDE_OK) {
                return result;
            }
        }
        write_mac(writer, format->encoding, digest);
    }
    if (format->encoding == WAYSIDE_JSON) {
        wayside_write_byte(writer, '}');
    }
    *length = writer->count;
    if (writer->count > WAYSIDE_PAYLOAD_BYTE_LIMIT) {
        return WAYSIDE_ERROR_PAYLOAD_TOO_LARGE;
    }
    return writer->count <= writer->capacity ? WAYSIDE_OK : WAYSIDE_ERROR_BUFFER_TOO_SMALL;
}

static wayside_result encode_readings(
    const wayside_format *format, const wayside_header *header, const char *event, const wayside_reading *readings,
    size_t count, uint8_t *buffer, size_t capacity, size_t *length) {
    if (header->uptime_ms > WAYSIDE_UPTIME_LIMIT_MS || header->unix_ms > WAYSIDE_UNIX_LIMIT_MS) {
        return WAYSIDE_ERROR_INVALID_TIME;
    }
    wayside_result result = wayside_check_readings(readings, count);
    if (result != WAYSIDE_OK) {
        return result;
    }
    wayside_writer writer = {buffer, capacity, 0};
    if (format->encoding == WAYSIDE_JSON) {
        wayside_json_readings(&writer, header, event, readings, count);
    } else {
        wayside_cbor_readings(&writer, header, event, readings, count, tail_count(format));
    }
    return finish(&writer, format, event == NULL ? WAYSIDE_TELEMETRY : WAYSIDE_EVENT, length);
}

wayside_result wayside_encode_telemetry(
    const wayside_format *format, const wayside_header *header, const wayside_reading *readings, size_t count,
    uint8_t *buffer, size_t capacity, size_t *length) {
    return encode_readings(format, header, NULL, readings, count, buffer, capacity, length);
}

wayside_result wayside_encode_event(
    const wayside_format *format, const wayside_header *header, const char *event, const wayside_reading *readings,
    size_t count, uint8_t *buffer, size_t capacity, size_t *length) {
    if (!wayside_is_quantity_name(event, WAYSIDE_WORD_BYTE_LIMIT)) {
        return WAYSIDE_ERROR_INVALID_EVENT;
    }
    return encode_readings(format, header, event, readings, count, buffer, capacity, length);
}

wayside_result wayside_encode_birth(
    const wayside_format *format, const wayside_birth *birth, uint8_t *buffer, size_t capacity, size_t *length) {
    wayside_result result = wayside_check_birth(birth);
    if (result != WAYSIDE_OK) {
        return result;
    }
    wayside_writer writer = {buffer, capacity, 0};
    if (format->encoding == WAYSIDE_JSON) {
        wayside_json_birth(&writer, birth);
    } else {
        wayside_cbor_birth(&writer, birth, tail_count(format));
    }
    return finish(&writer, format, WAYSIDE_BIRTH, length);
}

wayside_result wayside_encode_state(
    const wayside_format *format, wayside_state state, uint32_t boot_id, uint8_t *buffer, size_t capacity,
    size_t *length) {
    if (wayside_state_name(state) == NULL) {
        return WAYSIDE_ERROR_INVALID_STATE;
    }
    wayside_writer writer = {buffer, capacity, 0};
    if (format->encoding == WAYSIDE_JSON) {
        wayside_json_state(&writer, state, boot_id);
    } else {
        wayside_cbor_state(&writer, state, boot_id, tail_count(format));
    }
    return finish(&writer, format, WAYSIDE_STATE, length);
}

const char *wayside_result_text(wayside_result result) {
    static const char *const texts[] = {
        "ok",
        "the buffer is too small",
        "the payload is larger than the protocol allows",
        "not a device id",
        "not a kind of message that is taken here",
        "not a quantity",
        "not a channel",
        "not a unit",
        "not the name of an event",
        "firmware or model is not a text of 1 to 48 bytes",
        "not a wear declaration",
        "not a state or reset reason",
        "a time beyond its limit",
        "too many decimals",
        "too many readings",
        "too many declared quantities",
        "too many wearing components or parameters",
        "the same reading or parameter twice",
        "the HMAC could not be computed",
        "the boot id could not be loaded or stored",
        "all sequence numbers of this boot are used; restart",
        "the queue's area is too small",
        "the message is too large for the queue's area",
        "nothing to send",
        "too many messages in flight",
        "no such message in flight",
    };
    return (size_t)result < sizeof texts / sizeof texts[0] ? texts[result] : "not a result";
}
