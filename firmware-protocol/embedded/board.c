#include "board.h"

__asm__(".section .rodata\n"
        "vectors_begin: .incbin \"vectors.txt\"\n"
        "vectors_end: .byte 0\n"
        ".global vectors_begin, vectors_end\n"
        ".text\n");

extern const unsigned char vectors_begin[];
extern const unsigned char vectors_end[];

static _Alignas(8) unsigned char memory[40000];

const void *board_text(void) { return vectors_begin; }
size_t board_text_count(void) { return (size_t)(vectors_end - vectors_begin); }
void *board_memory(void) { return memory; }
size_t board_memory_count(void) { return sizeof memory; }
