// The vectors' program on Linux.
#include "board.h"
#include <stdio.h>

int run_vectors(void);

void board_put(unsigned char byte) { putchar(byte); }

int main(void) {
    int failures = run_vectors();
    return fflush(stdout) != 0 || failures != 0;
}
