#include <string.h>

#include "wayside_internal.h"

// The layout of the area and why it is so: DESIGN.md. Everything is little-endian and read byte by byte, so that the
// area needs no alignment. Stores go through a volatile pointer: their order is what makes a reset harmless.

enum {
    SLOT_BYTE_COUNT = WAYSIDE_QUEUE_HEADER_BYTE_COUNT / 2,
    SLOT_CHECKED_BYTE_COUNT = SLOT_BYTE_COUNT - 4,
    FIELD_MAGIC = 0,
    FIELD_CAPACITY = 4,
    FIELD_OWNER = 8,
    FIELD_GENERATION = 12,
    FIELD_HEAD = 16,
    FIELD_TAIL = 20,
    FIELD_END = 24,
    FIELD_PLACES = 28,
    FIELD_DROPPED = 32,
    ENTRY_LENGTH = 0,
    ENTRY_KIND = 2,
    ENTRY_CHECKSUM = 4
};

// "WQ" and the version of the layout: another layout is another magic number.
static const uint32_t magic = 0x51570001;

// A damaged entry that keeps its place, so that what stands behind it can be found.
static const uint8_t kind_damaged = 0xff;

uint32_t wayside_checksum(uint32_t before, const volatile uint8_t *bytes, size_t count) {
    static const uint32_t table[16] = {
        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
        0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
    };
    uint32_t sum = ~before;
    for (size_t index = 0; index < count; index++) {
        sum ^= bytes[index];
        sum = sum >> 4 ^ table[sum & 15];
        sum = sum >> 4 ^ table[sum & 15];
    }
    return ~sum;
}

static uint32_t get(const volatile uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put(volatile uint8_t *at, uint32_t number) {
    for (unsigned index = 0; index < 4; index++) {
        at[index] = (uint8_t)(number >> (index * 8));
    }
}

static volatile uint8_t *entries(const wayside_queue *queue) { return queue->area + WAYSIDE_QUEUE_HEADER_BYTE_COUNT; }

static uint32_t length_at(const wayside_queue *queue, uint32_t offset) {
    const volatile uint8_t *at = entries(queue) + offset + ENTRY_LENGTH;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint8_t kind_at(const wayside_queue *queue, uint32_t offset) { return entries(queue)[offset + ENTRY_KIND]; }

// The bytes that an entry takes.
static uint32_t entry_byte_count(uint32_t length) {
    return (WAYSIDE_ENTRY_HEADER_BYTE_COUNT + length + 3) & ~UINT32_C(3);
}

// Length, kind and payload; the entry must lie within the area.
static uint32_t entry_checksum(const wayside_queue *queue, uint32_t offset, uint32_t length) {
    const volatile uint8_t *at = entries(queue) + offset;
    uint32_t sum = wayside_checksum(0, at, ENTRY_CHECKSUM);
    return wayside_checksum(sum, at + WAYSIDE_ENTRY_HEADER_BYTE_COUNT, length);
}

static bool is_kind(uint8_t kind) { return kind == WAYSIDE_TELEMETRY || kind == WAYSIDE_EVENT; }

// Writes the state into the older of the two slots. Until its last byte is there, the other slot holds.
static void commit(wayside_queue *queue) {
    queue->generation += 1;
    volatile uint8_t *slot = queue->area + (queue->generation & 1) * SLOT_BYTE_COUNT;
    put(slot + FIELD_MAGIC, magic);
    put(slot + FIELD_CAPACITY, queue->capacity);
    put(slot + FIELD_OWNER, queue->owner);
    put(slot + FIELD_GENERATION, queue->generation);
    put(slot + FIELD_HEAD, queue->head);
    put(slot + FIELD_TAIL, queue->tail);
    put(slot + FIELD_END, queue->end);
    put(slot + FIELD_PLACES, queue->places);
    put(slot + FIELD_DROPPED, queue->dropped);
    for (unsigned index = FIELD_DROPPED + 4; index < SLOT_CHECKED_BYTE_COUNT; index++) {
        slot[index] = 0;
    }
    put(slot + SLOT_CHECKED_BYTE_COUNT, wayside_checksum(0, slot, SLOT_CHECKED_BYTE_COUNT));
}

static void make_empty(wayside_queue *queue) {
    queue->head = 0;
    queue->tail = 0;
    queue->end = 0;
    queue->places = 0;
    queue->count = 0;
    queue->in_flight_count = 0;
}

// Whether a slot is one of this queue's, whole, and says what a queue can be. A checksum is no proof of that in memory
// that anybody may have written.
static bool slot_holds(const wayside_queue *queue, unsigned index) {
    const volatile uint8_t *slot = queue->area + index * SLOT_BYTE_COUNT;
    uint32_t head = get(slot + FIELD_HEAD);
    uint32_t tail = get(slot + FIELD_TAIL);
    uint32_t end = get(slot + FIELD_END);
    bool unwrapped = end == 0 && head <= tail && tail <= queue->capacity;
    bool wrapped = tail > 0 && tail <= head && head < end && end <= queue->capacity;
    return get(slot + FIELD_MAGIC) == magic && get(slot + FIELD_CAPACITY) == queue->capacity &&
           get(slot + FIELD_OWNER) == queue->owner && (get(slot + FIELD_GENERATION) & 1) == index &&
           get(slot + SLOT_CHECKED_BYTE_COUNT) == wayside_checksum(0, slot, SLOT_CHECKED_BYTE_COUNT) &&
           (unwrapped || wrapped);
}

static void load(wayside_queue *queue, unsigned index) {
    const volatile uint8_t *slot = queue->area + index * SLOT_BYTE_COUNT;
    queue->generation = get(slot + FIELD_GENERATION);
    queue->head = get(slot + FIELD_HEAD);
    queue->tail = get(slot + FIELD_TAIL);
    queue->end = get(slot + FIELD_END);
    queue->places = get(slot + FIELD_PLACES);
    queue->dropped = get(slot + FIELD_DROPPED);
}

// A walk over the places, from the oldest on.
typedef struct {
    uint32_t offset;
    bool behind_wrap;
} queue_walk;

static queue_walk from_head(const wayside_queue *queue) {
    queue_walk walk = {queue->head, false};
    return walk;
}

// Goes on to the place behind; false where the one here does not end before the tail or the wrap. The memory may have
// been written over by anybody at any time, so no length in it is believed.
static bool step(const wayside_queue *queue, queue_walk *walk) {
    bool before_wrap = queue->end != 0 && !walk->behind_wrap;
    uint32_t room = (before_wrap ? queue->end : queue->tail) - walk->offset;
    if (room < WAYSIDE_ENTRY_HEADER_BYTE_COUNT || entry_byte_count(length_at(queue, walk->offset)) > room) {
        return false;
    }
    walk->offset += entry_byte_count(length_at(queue, walk->offset));
    if (before_wrap && walk->offset == queue->end) {
        walk->offset = 0;
        walk->behind_wrap = true;
    }
    return true;
}

// Cuts the queue where the walk over its places has ended.
static void end_chain(wayside_queue *queue, queue_walk walk) {
    if (queue->places == 0) {
        make_empty(queue);
    } else if (walk.behind_wrap && walk.offset > 0) {
        queue->tail = walk.offset;
    } else {
        queue->tail = walk.behind_wrap ? queue->end : walk.offset;
        queue->end = 0;
    }
}

// Looks at every entry. A damaged one keeps its place, so that what stands behind it can be found; where the places
// themselves make no sense, the queue ends. Every step goes on by at least the header of an entry, so this ends,
// whatever the area holds.
static void check_entries(wayside_queue *queue) {
    queue_walk next = from_head(queue);
    for (uint32_t place = 0; place < queue->places; place++) {
        uint32_t here = next.offset;
        if (!step(queue, &next)) {
            queue->damaged += queue->places - place;
            queue->places = place;
            break;
        }
        uint32_t length = length_at(queue, here);
        volatile uint8_t *at = entries(queue) + here;
        if (get(at + ENTRY_CHECKSUM) != entry_checksum(queue, here, length)) {
            at[ENTRY_KIND] = kind_damaged;
            put(at + ENTRY_CHECKSUM, entry_checksum(queue, here, length));
            queue->damaged += 1;
        }
        queue->count += is_kind(kind_at(queue, here)) ? 1 : 0;
    }
    end_chain(queue, next);
}

static void remove_place(wayside_queue *queue) {
    queue_walk next = from_head(queue);
    uint32_t entry = is_kind(kind_at(queue, queue->head)) ? 1 : 0;
    if (queue->places <= 1 || queue->count < entry || !step(queue, &next)) {
        // The last one; or the area was written over while it was in use, and nothing in it can be found any more.
        queue->damaged += queue->places - 1;
        make_empty(queue);
        return;
    }
    queue->head = next.offset;
    queue->end = next.behind_wrap ? 0 : queue->end;
    queue->places -= 1;
    queue->count -= entry;
}

static void remove_damaged(wayside_queue *queue) {
    while (queue->places > 0 && !is_kind(kind_at(queue, queue->head))) {
        remove_place(queue);
    }
}

// Takes the oldest entry out of the state; its bytes stay where they are. What is in flight is always the oldest.
static void remove_oldest(wayside_queue *queue) {
    if (queue->in_flight_count > 0) {
        queue->in_flight_count -= 1;
        memmove(
            &queue->in_flight[0], &queue->in_flight[1], queue->in_flight_count * sizeof queue->in_flight[0]);
    }
    remove_place(queue);
    remove_damaged(queue);
}

static bool remove_acknowledged(wayside_queue *queue) {
    bool changed = false;
    while (queue->in_flight_count > 0 && queue->in_flight[0].acknowledged) {
        remove_oldest(queue);
        changed = true;
    }
    return changed;
}

// Where an entry of `byte_count` bytes can be written, if it can.
static bool find_room(const wayside_queue *queue, uint32_t byte_count, uint32_t *offset) {
    if (queue->end != 0) {
        *offset = queue->tail;
        return queue->head - queue->tail >= byte_count;
    }
    if (queue->capacity - queue->tail >= byte_count) {
        *offset = queue->tail;
        return true;
    }
    *offset = 0;
    return queue->head >= byte_count;
}

wayside_result wayside_queue_open(
    wayside_queue *queue, const char *device_id, void *area, size_t area_byte_count) {
    if (!wayside_is_device_id(device_id)) {
        return WAYSIDE_ERROR_INVALID_DEVICE_ID;
    }
    if (area_byte_count < WAYSIDE_QUEUE_AREA_MINIMUM) {
        return WAYSIDE_ERROR_AREA_TOO_SMALL;
    }
    if (area_byte_count > WAYSIDE_QUEUE_AREA_MAXIMUM) {
        area_byte_count = WAYSIDE_QUEUE_AREA_MAXIMUM;
    }
    memset(queue, 0, sizeof *queue);
    queue->area = area;
    queue->capacity = (uint32_t)(area_byte_count - WAYSIDE_QUEUE_HEADER_BYTE_COUNT) & ~UINT32_C(3);
    queue->owner = wayside_checksum(0, (const uint8_t *)device_id, strlen(device_id));
    bool first = slot_holds(queue, 0);
    bool second = slot_holds(queue, 1);
    if (!first && !second) {
        queue->found = WAYSIDE_AREA_NEW;
        // Both slots, so that nothing of an earlier queue is left.
        commit(queue);
        commit(queue);
        return WAYSIDE_OK;
    }
    const volatile uint8_t *slots = queue->area;
    uint32_t ahead = get(slots + SLOT_BYTE_COUNT + FIELD_GENERATION) - get(slots + FIELD_GENERATION);
    // The newer of two, by serial arithmetic: generations wrap.
    load(queue, first && (!second || ahead > UINT32_MAX / 2) ? 0 : 1);
    check_entries(queue);
    remove_damaged(queue);
    queue->found = queue->damaged > 0 ? WAYSIDE_AREA_DAMAGED : WAYSIDE_AREA_KEPT;
    commit(queue);
    return WAYSIDE_OK;
}

void wayside_queue_clear(wayside_queue *queue) {
    make_empty(queue);
    commit(queue);
}

wayside_result wayside_queue_push(wayside_queue *queue, wayside_kind kind, const uint8_t *payload, size_t length) {
    if (!is_kind((uint8_t)kind)) {
        return WAYSIDE_ERROR_INVALID_KIND;
    }
    if (length > WAYSIDE_PAYLOAD_BYTE_LIMIT) {
        return WAYSIDE_ERROR_PAYLOAD_TOO_LARGE;
    }
    uint32_t byte_count = entry_byte_count((uint32_t)length);
    if (byte_count > queue->capacity) {
        return WAYSIDE_ERROR_ENTRY_TOO_LARGE;
    }
    uint32_t offset = 0;
    bool removed = false;
    while (!find_room(queue, byte_count, &offset)) {
        remove_oldest(queue);
        queue->dropped += 1;
        (void)remove_acknowledged(queue);
        removed = true;
    }
    // What was removed must be gone from the area's state before its bytes are written over.
    if (removed) {
        commit(queue);
    }
    volatile uint8_t *at = entries(queue) + offset;
    at[ENTRY_LENGTH] = (uint8_t)length;
    at[ENTRY_LENGTH + 1] = (uint8_t)(length >> 8);
    at[ENTRY_KIND] = (uint8_t)kind;
    at[ENTRY_KIND + 1] = 0;
    for (size_t index = 0; index < length; index++) {
        at[WAYSIDE_ENTRY_HEADER_BYTE_COUNT + index] = payload[index];
    }
    put(at + ENTRY_CHECKSUM, entry_checksum(queue, offset, (uint32_t)length));
    if (offset == 0 && queue->places > 0) {
        queue->end = queue->tail;
    }
    queue->tail = offset + byte_count;
    queue->places += 1;
    queue->count += 1;
    commit(queue);
    return WAYSIDE_OK;
}

wayside_result wayside_queue_next(const wayside_queue *queue, wayside_entry *entry) {
    if (queue->count == queue->in_flight_count) {
        return WAYSIDE_ERROR_NOTHING_TO_SEND;
    }
    if (queue->in_flight_count == WAYSIDE_IN_FLIGHT_LIMIT) {
        return WAYSIDE_ERROR_TOO_MANY_IN_FLIGHT;
    }
    queue_walk next = from_head(queue);
    uint32_t before = queue->in_flight_count;
    for (uint32_t place = 0; place < queue->places; place++) {
        uint32_t here = next.offset;
        if (!step(queue, &next)) {
            break;
        }
        if (is_kind(kind_at(queue, here)) && before == 0) {
            entry->kind = (wayside_kind)kind_at(queue, here);
            entry->payload = (const uint8_t *)(entries(queue) + here + WAYSIDE_ENTRY_HEADER_BYTE_COUNT);
            entry->length = length_at(queue, here);
            return WAYSIDE_OK;
        }
        before -= is_kind(kind_at(queue, here)) ? 1 : 0;
    }
    return WAYSIDE_ERROR_NOTHING_TO_SEND;
}

wayside_result wayside_queue_sent(wayside_queue *queue, int32_t message_id) {
    wayside_entry entry;
    wayside_result result = wayside_queue_next(queue, &entry);
    if (result == WAYSIDE_OK) {
        queue->in_flight[queue->in_flight_count].message_id = message_id;
        queue->in_flight[queue->in_flight_count].acknowledged = false;
        queue->in_flight_count += 1;
    }
    return result;
}

wayside_result wayside_queue_acknowledge(wayside_queue *queue, int32_t message_id) {
    for (uint32_t index = 0; index < queue->in_flight_count; index++) {
        wayside_in_flight *sent = &queue->in_flight[index];
        if (sent->message_id == message_id && !sent->acknowledged) {
            sent->acknowledged = true;
            if (remove_acknowledged(queue)) {
                commit(queue);
            }
            return WAYSIDE_OK;
        }
    }
    return WAYSIDE_ERROR_UNKNOWN_MESSAGE;
}

void wayside_queue_rewind(wayside_queue *queue) { queue->in_flight_count = 0; }
