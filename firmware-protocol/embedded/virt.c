// The vectors' program without an operating system, on QEMU's riscv32 machine `virt`: a 16550 UART to speak by, and
// SiFive's test device to end by.
#include "board.h"
#include <stdint.h>

int run_vectors(void);

static volatile uint8_t *const uart = (volatile uint8_t *)0x10000000;
static volatile uint32_t *const test_device = (volatile uint32_t *)0x100000;

void board_put(unsigned char byte) {
    while ((uart[5] & 0x20) == 0) {
    }
    uart[0] = byte;
}

void start(void) {
    int failures = run_vectors();
    *test_device = failures == 0 ? 0x5555 : (1u << 16 | 0x3333);
    for (;;) {
    }
}

// What a trap means: a fault of the program. The test sees status 2.
__attribute__((aligned(4))) void trapped(void) {
    *test_device = 2u << 16 | 0x3333;
    for (;;) {
    }
}

__asm__(".section .text.entry\n"
        ".global _start\n"
        "_start:\n"
        "  la sp, stack_top\n"
        "  la t0, trapped\n"
        "  csrw mtvec, t0\n"
        "  la t0, bss_begin\n"
        "  la t1, bss_end\n"
        "1:bgeu t0, t1, 2f\n"
        "  sw zero, 0(t0)\n"
        "  addi t0, t0, 4\n"
        "  j 1b\n"
        "2:call start\n");

// The toolchain's check that no function has written past its variables; firmware has it from ESP-IDF.
uintptr_t __stack_chk_guard = 0x5741595aU;

void __stack_chk_fail(void) { trapped(); }

// Compilers call these by themselves. Marked so that the loops are not made into calls of themselves.
#define PLAIN __attribute__((optimize("no-tree-loop-distribute-patterns")))

PLAIN void *memset(void *to, int value, size_t count) {
    for (size_t i = 0; i < count; i++) ((unsigned char *)to)[i] = (unsigned char)value;
    return to;
}

PLAIN void *memcpy(void *to, const void *from, size_t count) {
    for (size_t i = 0; i < count; i++) ((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
    return to;
}

PLAIN void *memmove(void *to, const void *from, size_t count) {
    unsigned char *target = to;
    const unsigned char *source = from;
    if (target < source) return memcpy(to, from, count);
    while (count-- > 0) target[count] = source[count];
    return to;
}
