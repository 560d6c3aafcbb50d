// All that the C library may take from the C library: what it calls beside this does not compile for bare metal.
#ifndef WAYSIDE_CHECK_STRING_H
#define WAYSIDE_CHECK_STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
int memcmp(const void *one, const void *other, size_t count);
size_t strlen(const char *text);
int strcmp(const char *one, const char *other);

#endif
