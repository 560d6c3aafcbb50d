// The queue of the C library against a naive model: random pushes, sends, acknowledgements, lost connections, resets in
// the middle of an operation, damaged and hostile areas. With libFuzzer (-fsanitize=fuzzer -DFUZZ) the input decides;
// else: c_queue [SEED [RUNS]]. Run by ../check-c.sh, with sanitizers.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wayside_device.h"

enum { MODEL_LIMIT = 4096, AREA_LIMIT = 4096, ENTRY_LIMIT = 400 };

// What waits, oldest first. `id` names the payload, so that two equal payloads are told apart.
typedef struct {
    uint32_t id;
    uint16_t length;
    uint8_t kind;
} model_entry;

typedef struct {
    model_entry entries[MODEL_LIMIT];
    size_t count;
    struct {
        int32_t message_id;
        bool acknowledged;
    } in_flight[WAYSIDE_IN_FLIGHT_LIMIT];
    size_t in_flight_count;
} model;

typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t position;
} input;

static const char device_id[] = "pump-3";

#define CHECK(condition)                                                              \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);   \
            abort();                                                                  \
        }                                                                             \
    } while (0)

static uint8_t next_byte(input *from) {
    return from->position < from->count ? from->bytes[from->position++] : 0;
}

static uint32_t next_number(input *from) {
    uint32_t low = next_byte(from);
    return low | (uint32_t)next_byte(from) << 8;
}

// The payload of an entry: its id, then bytes that follow from it.
static void make_payload(const model_entry *entry, uint8_t *payload) {
    for (size_t index = 0; index < entry->length; index++) {
        payload[index] = index < 4 ? (uint8_t)(entry->id >> (index * 8)) : (uint8_t)(entry->id * 31 + index * 7);
    }
}

static bool is_entry(const wayside_entry *entry, const model_entry *expected) {
    uint8_t payload[ENTRY_LIMIT];
    make_payload(expected, payload);
    return entry->kind == (wayside_kind)expected->kind && entry->length == expected->length &&
           memcmp(entry->payload, payload, expected->length) == 0;
}

// Opens a copy of `area` and takes out all that it holds, comparing it with `count` entries of the model. Answers how
// many came; with `exact` every difference is a failure, else each must be an entry of the model, in its order.
static size_t drain(
    const uint8_t *area, size_t area_count, const model_entry *expected, size_t count, bool exact,
    wayside_queue *opened) {
    uint8_t *copy = malloc(area_count);
    memcpy(copy, area, area_count);
    wayside_queue queue;
    CHECK(wayside_queue_open(&queue, device_id, copy, area_count) == WAYSIDE_OK);
    *opened = queue;
    size_t taken = 0;
    size_t at = 0;
    wayside_entry entry;
    while (wayside_queue_next(&queue, &entry) == WAYSIDE_OK) {
        while (!exact && at < count && !is_entry(&entry, &expected[at])) {
            at += 1;
        }
        if (!exact && at == count) {
            taken = SIZE_MAX;
            break;
        }
        CHECK(at < count && is_entry(&entry, &expected[at]));
        at += 1;
        taken += 1;
        CHECK(wayside_queue_sent(&queue, 1) == WAYSIDE_OK);
        CHECK(wayside_queue_acknowledge(&queue, 1) == WAYSIDE_OK);
    }
    CHECK(taken == SIZE_MAX || queue.count == 0);
    CHECK(!exact || taken == count);
    free(copy);
    return taken;
}

static bool holds(const uint8_t *area, size_t area_count, const model_entry *expected, size_t count) {
    uint8_t *copy = malloc(area_count);
    memcpy(copy, area, area_count);
    wayside_queue queue;
    CHECK(wayside_queue_open(&queue, device_id, copy, area_count) == WAYSIDE_OK);
    bool same = queue.found == WAYSIDE_AREA_KEPT && queue.count == count;
    wayside_entry entry;
    for (size_t index = 0; same && index < count; index++) {
        same = wayside_queue_next(&queue, &entry) == WAYSIDE_OK && is_entry(&entry, &expected[index]);
        if (same) {
            CHECK(wayside_queue_sent(&queue, 1) == WAYSIDE_OK);
            CHECK(wayside_queue_acknowledge(&queue, 1) == WAYSIDE_OK);
        }
    }
    free(copy);
    return same;
}

static uint32_t generation_of(const wayside_queue *queue) { return queue->generation; }

enum { HEADER = WAYSIDE_QUEUE_HEADER_BYTE_COUNT, SLOT = HEADER / 2 };

// The area as a reset leaves it after the first `cut` of the bytes that the operation stored, in the order in which the
// library promises to store them: a slot for what was dropped, the entry, a slot for the new state.
static void tear(
    uint8_t *torn, const uint8_t *before, const uint8_t *after, size_t area_count, uint32_t old_generation,
    uint32_t generation, size_t cut) {
    memcpy(torn, before, area_count);
    size_t first_slot = ((old_generation + 1) & 1) * SLOT;
    size_t last_slot = (generation & 1) * SLOT;
    size_t ranges[3][2] = {{first_slot, first_slot + SLOT}, {HEADER, area_count}, {last_slot, last_slot + SLOT}};
    for (size_t range = generation - old_generation > 1 ? 0 : 1; range < 3; range++) {
        for (size_t index = ranges[range][0]; index < ranges[range][1]; index++) {
            if (before[index] != after[index]) {
                if (cut == 0) {
                    return;
                }
                torn[index] = after[index];
                cut -= 1;
            }
        }
    }
}

static void remove_oldest(model *model) {
    memmove(&model->entries[0], &model->entries[1], --model->count * sizeof model->entries[0]);
    if (model->in_flight_count > 0) {
        memmove(&model->in_flight[0], &model->in_flight[1], --model->in_flight_count * sizeof model->in_flight[0]);
    }
}

static void remove_acknowledged(model *model) {
    while (model->in_flight_count > 0 && model->in_flight[0].acknowledged) {
        remove_oldest(model);
    }
}

static size_t entry_size(size_t length) { return (WAYSIDE_ENTRY_HEADER_BYTE_COUNT + length + 3) / 4 * 4; }

static void push(wayside_queue *queue, model *model, size_t capacity, uint32_t id, input *from) {
    model_entry entry = {id, (uint16_t)(4 + next_byte(from)), next_byte(from) & 1};
    uint8_t payload[ENTRY_LIMIT];
    make_payload(&entry, payload);
    uint32_t dropped_before = queue->dropped;
    wayside_result result = wayside_queue_push(queue, (wayside_kind)entry.kind, payload, entry.length);
    if (entry_size(entry.length) > capacity) {
        CHECK(result == WAYSIDE_ERROR_ENTRY_TOO_LARGE && queue->dropped == dropped_before);
        return;
    }
    CHECK(result == WAYSIDE_OK);
    size_t used = 0;
    size_t largest = 0;
    for (size_t index = 0; index < model->count; index++) {
        size_t size = entry_size(model->entries[index].length);
        used += size;
        largest = size > largest ? size : largest;
    }
    uint32_t dropped = queue->dropped - dropped_before;
    // An entry is in one piece, so some room is lost where entries wrap around, and no more than that.
    CHECK(dropped == 0 || used + 2 * entry_size(entry.length) + largest > capacity);
    for (; dropped > 0; dropped--) {
        CHECK(model->count > 0);
        remove_oldest(model);
        remove_acknowledged(model);
    }
    model->entries[model->count++] = entry;
}

static void send(wayside_queue *queue, model *model, int32_t message_id) {
    wayside_entry entry;
    wayside_result result = wayside_queue_next(queue, &entry);
    CHECK(wayside_queue_sent(queue, message_id) == result);
    if (model->count == model->in_flight_count) {
        CHECK(result == WAYSIDE_ERROR_NOTHING_TO_SEND);
    } else if (model->in_flight_count == WAYSIDE_IN_FLIGHT_LIMIT) {
        CHECK(result == WAYSIDE_ERROR_TOO_MANY_IN_FLIGHT);
    } else {
        CHECK(result == WAYSIDE_OK && is_entry(&entry, &model->entries[model->in_flight_count]));
        model->in_flight[model->in_flight_count].message_id = message_id;
        model->in_flight[model->in_flight_count].acknowledged = false;
        model->in_flight_count += 1;
    }
}

static void acknowledge(wayside_queue *queue, model *model, uint32_t which) {
    int32_t message_id = -1;
    bool open = false;
    if (which < model->in_flight_count) {
        message_id = model->in_flight[which].message_id;
        open = !model->in_flight[which].acknowledged;
        model->in_flight[which].acknowledged = true;
    }
    wayside_result result = wayside_queue_acknowledge(queue, message_id);
    CHECK(result == (open ? WAYSIDE_OK : WAYSIDE_ERROR_UNKNOWN_MESSAGE));
    remove_acknowledged(model);
}

// Whatever stands in the area, opening it ends, what it gives was there before (or the bytes are of no queue at all),
// and it takes messages again.
static void be_hostile(const uint8_t *area, size_t area_count, const model *model, input *from) {
    uint8_t *hurt = malloc(area_count);
    memcpy(hurt, area, area_count);
    size_t flips = 1 + next_byte(from) % 4;
    size_t first = 0;
    for (size_t flip = 0; flip < flips; flip++) {
        size_t position = next_number(from) % area_count;
        first = flip == 0 ? position : first;
        hurt[position] ^= (uint8_t)(1 + next_byte(from) % 255);
    }
    wayside_queue opened;
    size_t taken = drain(hurt, area_count, model->entries, model->count, false, &opened);
    if (flips == 1 && first < HEADER) {
        // The other slot goes on from one operation ago.
        CHECK(opened.found != WAYSIDE_AREA_NEW);
    } else if (flips == 1) {
        // A checksum of 32 bits sees one wrong byte, so nothing wrong is given out.
        CHECK(taken <= model->count && taken + opened.damaged >= model->count);
    }
    wayside_queue queue;
    CHECK(wayside_queue_open(&queue, device_id, hurt, area_count) == WAYSIDE_OK);
    uint8_t payload[40] = {7};
    for (unsigned round = 0; round < 60; round++) {
        CHECK(wayside_queue_push(&queue, WAYSIDE_TELEMETRY, payload, sizeof payload) == WAYSIDE_OK);
    }
    wayside_entry entry;
    CHECK(wayside_queue_next(&queue, &entry) == WAYSIDE_OK);
    free(hurt);
}

// CRC-32C bit by bit, from its polynomial: another way than the library's.
static uint32_t checksum(const uint8_t *bytes, size_t count) {
    uint32_t sum = 0xffffffff;
    for (size_t index = 0; index < count; index++) {
        sum ^= bytes[index];
        for (int bit = 0; bit < 8; bit++) {
            sum = sum >> 1 ^ (sum & 1 ? 0x82f63b78 : 0);
        }
    }
    return ~sum;
}

static void put(uint8_t *at, uint32_t number) {
    for (int index = 0; index < 4; index++) {
        at[index] = (uint8_t)(number >> (index * 8));
    }
}

// Slots with right checksums and whatever numbers: places outside the area, ends before beginnings, any count. Layout:
// ../c/DESIGN.md.
static void forge(const uint8_t *area, size_t area_count, input *from) {
    uint8_t *forged = malloc(area_count);
    memcpy(forged, area, area_count);
    if (next_byte(from) < 128) {
        // An entry of this length at every place, so that the chain goes on wherever the numbers lead it.
        uint32_t length = next_byte(from) % 60;
        for (size_t at = HEADER; at + 4 <= area_count; at += 4) {
            put(forged + at, length);
        }
    }
    bool parity_holds = false;
    for (unsigned slot = 0; slot < 2; slot++) {
        uint8_t *at = forged + slot * SLOT;
        uint32_t mask = next_byte(from) < 128 ? 0xfffc : 0xffff;
        for (unsigned field = 16; field < 32; field += 4) {
            uint32_t number = next_number(from) & mask;
            // Most places near the area, some far beyond it.
            put(at + field, number < 0x3000 ? number * 0x10001 : number % (uint32_t)(area_count + 8) & mask);
        }
        uint32_t generation = next_byte(from) % 4;
        put(at + 12, generation);
        parity_holds = parity_holds || (generation & 1) == slot;
        put(at + SLOT - 4, checksum(at, SLOT - 4));
    }
    wayside_queue queue;
    CHECK(wayside_queue_open(&queue, device_id, forged, area_count) == WAYSIDE_OK);
    CHECK(parity_holds || queue.found == WAYSIDE_AREA_NEW);
    wayside_entry entry;
    for (unsigned round = 0; round < 40; round++) {
        uint8_t payload[50] = {0};
        CHECK(wayside_queue_push(&queue, WAYSIDE_EVENT, payload, sizeof payload) == WAYSIDE_OK);
        CHECK(wayside_queue_next(&queue, &entry) == WAYSIDE_OK && entry.length <= WAYSIDE_PAYLOAD_BYTE_LIMIT);
        if (round % 3 == 0) {
            CHECK(wayside_queue_sent(&queue, 5) == WAYSIDE_OK && wayside_queue_acknowledge(&queue, 5) == WAYSIDE_OK);
        }
    }
    free(forged);
}

// Somebody writes over the area while it is in use: what comes out may be wrong, but nothing outside it is touched, and
// it takes messages again.
static void scribble(const wayside_queue *queue, const uint8_t *area, size_t area_count, input *from) {
    uint8_t *copy = malloc(area_count);
    memcpy(copy, area, area_count);
    wayside_queue used = *queue;
    used.area = copy;
    uint8_t payload[50] = {0};
    wayside_entry entry;
    for (unsigned round = 0; round < 40; round++) {
        for (unsigned count = next_byte(from) % 6; count > 0; count--) {
            copy[HEADER + next_number(from) % (area_count - HEADER)] = next_byte(from);
        }
        CHECK(wayside_queue_push(&used, WAYSIDE_EVENT, payload, sizeof payload) == WAYSIDE_OK);
        if (wayside_queue_next(&used, &entry) == WAYSIDE_OK) {
            CHECK(entry.payload >= copy && entry.payload + entry.length <= copy + area_count);
            CHECK(wayside_queue_sent(&used, 5) == WAYSIDE_OK);
        }
        if (round % 3 == 0) {
            (void)wayside_queue_acknowledge(&used, 5);
        }
    }
    wayside_queue_clear(&used);
    CHECK(wayside_queue_push(&used, WAYSIDE_EVENT, payload, sizeof payload) == WAYSIDE_OK);
    CHECK(wayside_queue_next(&used, &entry) == WAYSIDE_OK && entry.length == sizeof payload);
    free(copy);
}

// One wrong byte in a payload costs that entry and no other.
static void damage_payload(const wayside_queue *queue, const uint8_t *area, size_t area_count, const model *model) {
    wayside_entry entry;
    if (wayside_queue_next(queue, &entry) != WAYSIDE_OK) {
        return;
    }
    uint8_t *hurt = malloc(area_count);
    memcpy(hurt, area, area_count);
    hurt[(size_t)(entry.payload - area) + entry.length - 1] ^= 1;
    wayside_queue opened;
    size_t taken = drain(hurt, area_count, model->entries, model->count, false, &opened);
    CHECK(taken == model->count - 1 && opened.damaged == 1 && opened.found == WAYSIDE_AREA_DAMAGED);
    free(hurt);
}

static void run(input *from) {
    static model model;
    static struct model_copy {
        model_entry entries[MODEL_LIMIT];
    } before_entries;
    memset(&model, 0, sizeof model);
    size_t area_count = WAYSIDE_QUEUE_AREA_MINIMUM + next_number(from) % (AREA_LIMIT - WAYSIDE_QUEUE_AREA_MINIMUM);
    size_t capacity = (area_count - HEADER) / 4 * 4;
    uint8_t *area = malloc(area_count);
    uint8_t *before = malloc(area_count);
    uint8_t *torn = malloc(area_count);
    memset(area, next_byte(from), area_count);
    wayside_queue queue;
    CHECK(wayside_queue_open(&queue, device_id, area, area_count) == WAYSIDE_OK);
    CHECK(queue.found == WAYSIDE_AREA_NEW && queue.count == 0);
    uint32_t next_id = 1;
    int32_t next_message_id = 1;
    while (from->position < from->count && next_id < MODEL_LIMIT) {
        memcpy(before, area, area_count);
        size_t before_count = model.count;
        memcpy(before_entries.entries, model.entries, model.count * sizeof model.entries[0]);
        uint32_t old_generation = generation_of(&queue);
        uint8_t what = next_byte(from);
        if (what < 110) {
            push(&queue, &model, capacity, next_id++, from);
        } else if (what < 170) {
            send(&queue, &model, next_message_id++);
        } else if (what < 225) {
            acknowledge(&queue, &model, what % (WAYSIDE_IN_FLIGHT_LIMIT + 1));
        } else if (what < 235) {
            wayside_queue_rewind(&queue);
            model.in_flight_count = 0;
        } else if (what < 245) {
            // A reset between two operations: the state in RAM is gone.
            memset(&queue, 0xa5, sizeof queue);
            CHECK(wayside_queue_open(&queue, device_id, area, area_count) == WAYSIDE_OK);
            CHECK(queue.found == WAYSIDE_AREA_KEPT && queue.damaged == 0);
            model.in_flight_count = 0;
            CHECK(queue.count == model.count);
            continue;
        } else {
            be_hostile(area, area_count, &model, from);
            damage_payload(&queue, area, area_count, &model);
            forge(area, area_count, from);
            scribble(&queue, area, area_count, from);
            continue;
        }
        CHECK(queue.count == model.count);
        wayside_queue opened;
        drain(area, area_count, model.entries, model.count, true, &opened);
        CHECK(opened.found == WAYSIDE_AREA_KEPT && opened.damaged == 0 && opened.dropped == queue.dropped);
        // A reset in the middle of the operation: as before, as after, or (a push) as before without what it dropped.
        tear(torn, before, area, area_count, old_generation, generation_of(&queue), next_number(from) % 400);
        bool as_before = holds(torn, area_count, before_entries.entries, before_count);
        bool as_after = as_before || holds(torn, area_count, model.entries, model.count);
        bool without_dropped = as_after || (what < 110 && holds(torn, area_count, model.entries, model.count - 1));
        CHECK(without_dropped);
    }
    free(torn);
    free(before);
    free(area);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    input from = {bytes, count, 0};
    run(&from);
    return 0;
}

#ifndef FUZZ
int main(int count, char **arguments) {
    uint64_t state = count > 1 ? strtoull(arguments[1], NULL, 10) : 20261126;
    unsigned runs = count > 2 ? (unsigned)strtoul(arguments[2], NULL, 10) : 200;
    printf("queue: seed %llu, %u runs", (unsigned long long)state, runs);
    fflush(stdout);
    for (unsigned round = 0; round < runs; round++) {
        static uint8_t bytes[6000];
        for (size_t index = 0; index < sizeof bytes; index++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            bytes[index] = (uint8_t)(state >> 56);
        }
        input from = {bytes, sizeof bytes, 0};
        run(&from);
    }
    printf(", as the model has it\n");
    return 0;
}
#endif
