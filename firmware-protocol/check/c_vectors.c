// Holds the C library against firmware-protocol/vectors/vectors.txt: c_vectors FILE. Every vector that is marked
// `encode` must come out byte for byte, into a buffer of its size and into none that is smaller; every topic too.
// Run by ../check-c.sh, with sanitizers. Prints what it checked; ends with 1 at the first thing that is wrong.

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wayside_device.h"

enum { LINE_LIMIT = 40000, PART_LIMIT = 8, TEXT_POOL = 60000 };

typedef struct {
    char name[200];
    char topic[200];
    char kind[16];
    char device_id[80];
    bool has_device_id;
    bool has_payload;
    bool encode;
    bool has_state;
    bool is_hmac;
    wayside_encoding encoding;
    uint8_t payload[WAYSIDE_PAYLOAD_BYTE_LIMIT * 2];
    size_t payload_count;
    uint8_t key[WAYSIDE_PAYLOAD_BYTE_LIMIT];
    size_t key_count;
    struct {
        unsigned id;
        uint8_t bytes[64];
        size_t count;
    } gateway_keys[4];
    size_t gateway_key_count;
    unsigned key_id;
    wayside_header header;
    wayside_birth birth;
    wayside_state state;
    char *event;
    wayside_reading readings[WAYSIDE_READING_LIMIT + 1];
    size_t reading_count;
    wayside_declared_quantity quantities[WAYSIDE_DECLARED_QUANTITY_LIMIT + 1];
    wayside_wear wear[WAYSIDE_WEAR_LIMIT + 1];
    wayside_parameter parameters[WAYSIDE_WEAR_LIMIT + 1][WAYSIDE_PARAMETER_LIMIT + 1];
    char texts[TEXT_POOL];
    size_t text_count;
} vector;

static vector current;
static unsigned encoded_count;
static unsigned topic_count;

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", current.name, what);
    exit(1);
}

// A copy of `text` that lives as long as the vector; null for "".
static char *kept(const char *text) {
    size_t count = strlen(text) + 1;
    if (count == 1) {
        return NULL;
    }
    if (current.text_count + count > TEXT_POOL) {
        fail("more text than this program has room for");
    }
    char *copy = memcpy(current.texts + current.text_count, text, count);
    current.text_count += count;
    return copy;
}

static size_t from_hexadecimal(const char *text, uint8_t *bytes, size_t limit) {
    size_t count = strlen(text) / 2;
    if (count > limit) {
        fail("more bytes than this program has room for");
    }
    for (size_t index = 0; index < count; index++) {
        char digits[3] = {text[index * 2], text[index * 2 + 1], 0};
        bytes[index] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return count;
}

// "-45.5" with two decimals is -4550.
static int64_t scaled_of(const char *text, unsigned decimals) {
    int64_t scaled = 0;
    unsigned fraction = 0;
    bool behind_point = false;
    for (const char *next = *text == '-' ? text + 1 : text; *next != 0; next++) {
        if (*next == '.') {
            behind_point = true;
            continue;
        }
        scaled = scaled * 10 + (*next - '0');
        fraction += behind_point ? 1 : 0;
    }
    for (; fraction < decimals; fraction++) {
        scaled *= 10;
    }
    if (fraction != decimals) {
        fail("a number with other decimals than it says");
    }
    return *text == '-' ? -scaled : scaled;
}

static wayside_reading reading_of(char **parts) {
    wayside_quantity quantity = wayside_named(kept(parts[1]), kept(parts[3]));
    const char *channel = kept(parts[2]);
    uint8_t decimals = (uint8_t)atoi(parts[5]);
    if (strcmp(parts[4], "true") == 0 || strcmp(parts[4], "false") == 0) {
        return wayside_reading_flag(quantity, channel, parts[4][0] == 't');
    }
    if (strcmp(parts[4], "null") == 0) {
        return wayside_reading_double(quantity, channel, strtod("nan", NULL), decimals);
    }
    if (!current.encode) {
        return wayside_reading_null(quantity, channel);  // A decoder's vector; such numbers have any form.
    }
    wayside_reading exact = wayside_reading_scaled(quantity, channel, scaled_of(parts[4], decimals), decimals);
    wayside_reading computed = wayside_reading_double(quantity, channel, strtod(parts[4], NULL), decimals);
    if (computed.scaled != exact.scaled || computed.kind != exact.kind) {
        fail("the double of a value is not its exact form");
    }
    return exact;
}

static bool hmac(void *context, const wayside_piece *pieces, size_t piece_count, uint8_t digest[32]) {
    uint8_t *key = context;
    static uint8_t gathered[WAYSIDE_PAYLOAD_BYTE_LIMIT + 200];
    size_t count = 0;
    for (size_t index = 0; index < piece_count; index++) {
        memcpy(gathered + count, pieces[index].bytes, pieces[index].count);
        count += pieces[index].count;
    }
    unsigned digest_count = 0;
    return HMAC(EVP_sha256(), key + 1, key[0], gathered, count, digest, &digest_count) != NULL && digest_count == 32;
}

static wayside_result encode(const wayside_format *format, uint8_t *buffer, size_t capacity, size_t *length) {
    if (strcmp(current.kind, "telemetry") == 0) {
        return wayside_encode_telemetry(
            format, &current.header, current.readings, current.reading_count, buffer, capacity, length);
    }
    if (strcmp(current.kind, "event") == 0) {
        return wayside_encode_event(
            format, &current.header, current.event, current.readings, current.reading_count, buffer, capacity, length);
    }
    if (strcmp(current.kind, "birth") == 0) {
        current.birth.boot_id = current.header.boot_id;
        current.birth.uptime_ms = current.header.uptime_ms;
        current.birth.interval_ms = current.header.interval_ms;
        current.birth.quantities = current.quantities;
        current.birth.wear = current.wear;
        return wayside_encode_birth(format, &current.birth, buffer, capacity, length);
    }
    return wayside_encode_state(format, current.state, current.header.boot_id, buffer, capacity, length);
}

static void check_encoding(const char *device_id) {
    uint8_t key[65] = {0};
    wayside_authentication authentication = {hmac, key, (uint8_t)current.key_id};
    for (size_t index = 0; index < current.gateway_key_count; index++) {
        if (current.gateway_keys[index].id == current.key_id) {
            key[0] = (uint8_t)current.gateway_keys[index].count;
            memcpy(key + 1, current.gateway_keys[index].bytes, current.gateway_keys[index].count);
        }
    }
    wayside_format format = {device_id, current.encoding, current.gateway_key_count > 0 ? &authentication : NULL};
    // Allocated to measure, so that the address sanitizer sees the byte behind it.
    size_t step = current.payload_count > 600 ? 97 : 1;
    for (size_t capacity = current.payload_count % step; capacity <= current.payload_count; capacity += step) {
        uint8_t *buffer = malloc(capacity + (capacity == 0 ? 1 : 0));
        size_t length = 0;
        wayside_result result = encode(&format, buffer, capacity, &length);
        wayside_result expected = capacity < current.payload_count ? WAYSIDE_ERROR_BUFFER_TOO_SMALL : WAYSIDE_OK;
        if (result != expected) {
            fail(wayside_result_text(result));
        }
        if (length != current.payload_count) {
            fail("another length");
        }
        if (result == WAYSIDE_OK && memcmp(buffer, current.payload, length) != 0) {
            fail("other bytes");
        }
        free(buffer);
    }
    encoded_count += 1;
}

static void check_topic(void) {
    char topic[WAYSIDE_TOPIC_CAPACITY];
    size_t length = 0;
    const char *kinds[] = {"telemetry", "event", "birth", "state"};
    for (unsigned kind = 0; kind < 4; kind++) {
        if (current.has_device_id && strcmp(current.kind, kinds[kind]) == 0) {
            wayside_result result =
                wayside_encode_topic((wayside_kind)kind, current.device_id, topic, sizeof topic, &length);
            if (result != WAYSIDE_OK || strcmp(topic, current.topic) != 0 || length != strlen(topic)) {
                fail("another topic");
            }
            topic_count += 1;
        }
    }
    // "wayside/v1/{id}/telemetry" without a device id: the id is what is wrong with it.
    const char *id = current.topic + strlen("wayside/v1/");
    const char *slash = strncmp(current.topic, "wayside/v1/", 11) == 0 ? strrchr(id, '/') : NULL;
    if (!current.has_device_id && slash != NULL && (strcmp(slash, "/telemetry") == 0 || strcmp(slash, "/birth") == 0)) {
        char text[200] = {0};
        memcpy(text, id, (size_t)(slash - id));
        if (wayside_encode_topic(WAYSIDE_BIRTH, text, topic, sizeof topic, NULL) != WAYSIDE_ERROR_INVALID_DEVICE_ID) {
            fail("a bad device id is taken");
        }
        topic_count += 1;
    }
}

static void finish_vector(void) {
    if (!current.has_payload) {
        if (!current.is_hmac) {
            check_topic();
        }
        return;
    }
    if (!current.encode) {
        return;
    }
    char *slash = strrchr(current.topic, '/');
    strcpy(current.kind, slash + 1);
    *slash = 0;
    check_encoding(strrchr(current.topic, '/') + 1);
}

static void take_wear(char **parts) {
    wayside_wear *wear = &current.wear[current.birth.wear_count];
    wear->component = kept(parts[1]);
    wear->model = kept(parts[2]);
    wear->quantity = wayside_named(kept(parts[3]), NULL);
    wear->channel = kept(parts[4]);
    wear->parameters = current.parameters[current.birth.wear_count];
    current.birth.wear_count += 1;
}

static void take_parameter(char **parts) {
    wayside_wear *wear = &current.wear[current.birth.wear_count - 1];
    uint8_t decimals = (uint8_t)atoi(parts[3]);
    wayside_parameter *parameter = &current.parameters[current.birth.wear_count - 1][wear->parameter_count];
    parameter->name = kept(parts[1]);
    parameter->scaled = current.encode ? scaled_of(parts[2], decimals) : 0;
    parameter->decimals = decimals;
    wear->parameter_count += 1;
}

static void take_reset_reason(const char *text) {
    static const char *const names[] = {
        "unknown", "power_on", "external", "software", "panic", "watchdog", "deep_sleep", "brownout"};
    for (unsigned reason = 0; reason < 8; reason++) {
        if (strcmp(names[reason], text) == 0) {
            current.birth.reset_reason = (wayside_reset_reason)reason;
        }
    }
}

static void take_line(char **parts) {
    const char *what = parts[0];
    const char *text = parts[1];
    uint64_t number = strtoull(text, NULL, 10);
    if (strcmp(what, "vector") == 0) {
        memset(&current, 0, sizeof current);
        current.birth.reset_reason = WAYSIDE_RESET_NOT_TOLD;
        strcpy(current.name, text);
    } else if (strcmp(what, "topic") == 0) {
        strcpy(current.topic, text);
    } else if (strcmp(what, "kind") == 0) {
        strcpy(current.kind, text);
    } else if (strcmp(what, "device_id") == 0) {
        strcpy(current.device_id, text);
        current.has_device_id = true;
    } else if (strcmp(what, "encoding") == 0) {
        current.encoding = strcmp(text, "cbor") == 0 ? WAYSIDE_CBOR : WAYSIDE_JSON;
    } else if (strcmp(what, "payload") == 0) {
        current.payload_count = from_hexadecimal(text, current.payload, sizeof current.payload);
        current.has_payload = true;
    } else if (strcmp(what, "encode") == 0) {
        current.encode = true;
    } else if (strcmp(what, "key") == 0) {
        current.is_hmac = true;
    } else if (strcmp(what, "gateway_key") == 0) {
        current.gateway_keys[current.gateway_key_count].id = (unsigned)number;
        current.gateway_keys[current.gateway_key_count].count =
            from_hexadecimal(parts[2], current.gateway_keys[current.gateway_key_count].bytes, 64);
        current.gateway_key_count += 1;
    } else if (strcmp(what, "boot_id") == 0) {
        current.header.boot_id = (uint32_t)number;
    } else if (strcmp(what, "seq") == 0) {
        current.header.sequence = (uint32_t)number;
    } else if (strcmp(what, "uptime_ms") == 0) {
        current.header.uptime_ms = number;
    } else if (strcmp(what, "unix_ms") == 0) {
        current.header.unix_ms = number;
    } else if (strcmp(what, "synchronised") == 0) {
        current.header.synchronised = number == 1;
    } else if (strcmp(what, "interval_ms") == 0) {
        current.header.interval_ms = (uint32_t)number;
    } else if (strcmp(what, "key_id") == 0) {
        current.key_id = (unsigned)number;
    } else if (strcmp(what, "event") == 0) {
        current.event = kept(text);
    } else if (strcmp(what, "state") == 0) {
        current.state = strcmp(text, "offline") == 0 ? WAYSIDE_OFFLINE : WAYSIDE_ONLINE;
    } else if (strcmp(what, "firmware") == 0) {
        current.birth.firmware = kept(text);
    } else if (strcmp(what, "model") == 0) {
        current.birth.model = kept(text);
    } else if (strcmp(what, "reset_reason") == 0) {
        take_reset_reason(text);
    } else if (strcmp(what, "reading") == 0) {
        current.readings[current.reading_count++] = reading_of(parts);
    } else if (strcmp(what, "quantity") == 0) {
        wayside_declared_quantity *declared = &current.quantities[current.birth.quantity_count++];
        declared->quantity = wayside_named(kept(parts[1]), kept(parts[3]));
        declared->channel = kept(parts[2]);
    } else if (strcmp(what, "wear") == 0) {
        take_wear(parts);
    } else if (strcmp(what, "parameter") == 0) {
        take_parameter(parts);
    } else if (strcmp(what, "end") == 0) {
        finish_vector();
    }
}

int main(int count, char **arguments) {
    FILE *file = count == 2 ? fopen(arguments[1], "r") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: c_vectors firmware-protocol/vectors/vectors.txt\n");
        return 2;
    }
    static char line[LINE_LIMIT];
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = 0;
        char *parts[PART_LIMIT] = {"", "", "", "", "", "", "", ""};
        char *rest = line;
        for (size_t index = 0; index < PART_LIMIT && rest != NULL; index++) {
            parts[index] = rest;
            rest = strchr(rest, '\t');
            if (rest != NULL) {
                *rest++ = 0;
            }
        }
        if (line[0] != '#') {
            take_line(parts);
        }
    }
    fclose(file);
    if (encoded_count < 60 || topic_count < 6) {
        fprintf(stderr, "only %u messages and %u topics: is %s whole?\n", encoded_count, topic_count, arguments[1]);
        return 1;
    }
    printf("%u messages and %u topics of the vectors come out byte for byte\n", encoded_count, topic_count);
    return 0;
}
