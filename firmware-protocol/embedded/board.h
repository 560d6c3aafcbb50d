// What the vectors' program needs of the machine it runs on.
#pragma once
#include <stddef.h>

// vectors.txt, as it is.
const void *board_text(void);
size_t board_text_count(void);

// Memory for the runner, aligned to 8 bytes; firmware would have it as a static variable, too.
void *board_memory(void);
size_t board_memory_count(void);

// Writes one byte of what the program says.
void board_put(unsigned char byte);
