#include "checksum.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#define POLYNOMIAL 0x82f63b78u

// Eight tables make eight bytes one step ("slicing by 8").
static uint32_t tables[8][256];

// Runs before main, so that no thread ever sees half a table.
__attribute__((constructor)) static void fill_tables(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t rest = byte;
        for (int bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >> 1) ^ POLYNOMIAL : rest >> 1;
        tables[0][byte] = rest;
    }
    for (uint32_t byte = 0; byte < 256; byte++) {
        for (int table = 1; table < 8; table++) {
            uint32_t rest = tables[table - 1][byte];
            tables[table][byte] = (rest >> 8) ^ tables[0][rest & 0xff];
        }
    }
}

uint32_t wayside_crc32c_table(uint32_t before, const void *bytes, size_t count) {
    const unsigned char *next = bytes;
    uint32_t state = ~before;
    for (; count >= 8; count -= 8, next += 8) {
        // Bytes are put together one by one, so that the order does not depend on the processor.
        uint32_t low = state ^ ((uint32_t)next[0] | (uint32_t)next[1] << 8 | (uint32_t)next[2] << 16 |
                                (uint32_t)next[3] << 24);
        state = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^
                tables[4][low >> 24] ^ tables[3][next[4]] ^ tables[2][next[5]] ^ tables[1][next[6]] ^
                tables[0][next[7]];
    }
    for (; count > 0; count--, next++) state = (state >> 8) ^ tables[0][(state ^ *next) & 0xff];
    return ~state;
}

#if defined(__x86_64__)

bool wayside_crc32c_has_hardware(void) {
    return __builtin_cpu_supports("sse4.2");
}

__attribute__((target("sse4.2"))) uint32_t wayside_crc32c_hardware(uint32_t before, const void *bytes,
                                                                     size_t count) {
    const unsigned char *next = bytes;
    uint64_t state = (uint32_t)~before;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, sizeof word);
        state = _mm_crc32_u64(state, word);
    }
    uint32_t rest = (uint32_t)state;
    for (; count > 0; count--, next++) rest = _mm_crc32_u8(rest, *next);
    return ~rest;
}

#elif defined(__aarch64__)

bool wayside_crc32c_has_hardware(void) {
    return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
}

__attribute__((target("crc"))) uint32_t wayside_crc32c_hardware(uint32_t before, const void *bytes,
                                                                  size_t count) {
    const unsigned char *next = bytes;
    uint32_t state = ~before;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, sizeof word);
        state = __crc32cd(state, word);
    }
    for (; count > 0; count--, next++) state = __crc32cb(state, *next);
    return ~state;
}

#else

bool wayside_crc32c_has_hardware(void) {
    return false;
}

uint32_t wayside_crc32c_hardware(uint32_t before, const void *bytes, size_t count) {
    return wayside_crc32c_table(before, bytes, count);
}

#endif

uint32_t wayside_crc32c(uint32_t before, const void *bytes, size_t count) {
    return wayside_crc32c_has_hardware() ? wayside_crc32c_hardware(before, bytes, count)
                                         : wayside_crc32c_table(before, bytes, count);
}
