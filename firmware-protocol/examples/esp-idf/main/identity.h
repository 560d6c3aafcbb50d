#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wayside_device.h"

// Opens NVS. Nothing is ever erased here: the boot counter lives there.
void identity_begin(void);

// The device id of NVS (namespace wayside, key device_id), or else the MAC address in hexadecimal.
void identity_device_id(char id[WAYSIDE_DEVICE_ID_BYTE_LIMIT + 1]);

// The number of this boot from the counter in NVS. Answers false where NVS failed and the number is a random one.
bool identity_boot_id(uint32_t *boot_id);

// A text or some bytes of NVS; false where there is none or it does not fit.
bool identity_text(const char *name, char *text, size_t capacity);
bool identity_bytes(const char *name, uint8_t *bytes, size_t *count);

wayside_reset_reason identity_reset_reason(void);

#endif
