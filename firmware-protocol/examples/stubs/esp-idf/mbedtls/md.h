// Declarations only, to check the syntax of the examples: see ../../README.md. Not ESP-IDF's header.
#ifndef STUB_MBEDTLS_MD_H
#define STUB_MBEDTLS_MD_H

#include <stddef.h>

typedef struct mbedtls_md_info_t mbedtls_md_info_t;
typedef enum { MBEDTLS_MD_SHA256 = 9 } mbedtls_md_type_t;

typedef struct {
    void *reserved[3];
} mbedtls_md_context_t;

void mbedtls_md_init(mbedtls_md_context_t *context);
void mbedtls_md_free(mbedtls_md_context_t *context);
const mbedtls_md_info_t *mbedtls_md_info_from_type(mbedtls_md_type_t type);
int mbedtls_md_setup(mbedtls_md_context_t *context, const mbedtls_md_info_t *info, int hmac);
int mbedtls_md_hmac_starts(mbedtls_md_context_t *context, const unsigned char *key, size_t key_length);
int mbedtls_md_hmac_update(mbedtls_md_context_t *context, const unsigned char *input, size_t length);
int mbedtls_md_hmac_finish(mbedtls_md_context_t *context, unsigned char *output);

#endif
