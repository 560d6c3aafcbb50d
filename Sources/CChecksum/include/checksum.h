#ifndef WAYSIDE_CHECKSUM_H
#define WAYSIDE_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), as iSCSI (RFC 3720, B.4) and ext4 use it.
// Each form takes the checksum of what came before (0 to begin) and answers that of everything so far.

// The form that is fastest on this processor.
uint32_t wayside_crc32c(uint32_t before, const void *bytes, size_t count);

// The table form, for every processor.
uint32_t wayside_crc32c_table(uint32_t before, const void *bytes, size_t count);

// Whether this processor has an instruction for it (SSE4.2 or ARMv8 CRC).
bool wayside_crc32c_has_hardware(void);

// The instruction form; call it only where wayside_crc32c_has_hardware() says so.
uint32_t wayside_crc32c_hardware(uint32_t before, const void *bytes, size_t count);

#endif
