#include "message_key.h"

#include "sdkconfig.h"

#ifdef CONFIG_WAYSIDE_AUTHENTICATE

#include "esp_log.h"
#include "identity.h"
#include "mbedtls/md.h"

enum { KEY_BYTE_MINIMUM = 16, KEY_BYTE_LIMIT = 64 };

static const char tag[] = "key";
static uint8_t key[KEY_BYTE_LIMIT];
static size_t key_byte_count = sizeof key;

static bool hmac_of(
    mbedtls_md_context_t *hash, const wayside_piece *pieces, size_t piece_count, uint8_t digest[32]) {
    if (mbedtls_md_setup(hash, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1) != 0 ||
        mbedtls_md_hmac_starts(hash, key, key_byte_count) != 0) {
        return false;
    }
    for (size_t index = 0; index < piece_count; index++) {
        if (mbedtls_md_hmac_update(hash, pieces[index].bytes, pieces[index].count) != 0) {
            return false;
        }
    }
    return mbedtls_md_hmac_finish(hash, digest) == 0;
}

static bool hmac(void *context, const wayside_piece *pieces, size_t piece_count, uint8_t digest[32]) {
    (void)context;
    mbedtls_md_context_t hash;
    mbedtls_md_init(&hash);
    bool made = hmac_of(&hash, pieces, piece_count, digest);
    mbedtls_md_free(&hash);
    return made;
}

static const wayside_authentication authentication = {hmac, NULL, 0};

const wayside_authentication *message_key(void) {
    if (!identity_bytes("message_key", key, &key_byte_count) || key_byte_count < KEY_BYTE_MINIMUM) {
        ESP_LOGE(tag, "no key of %d to %d bytes in NVS (wayside, message_key): the gateway will refuse what is sent",
                 KEY_BYTE_MINIMUM, KEY_BYTE_LIMIT);
        return NULL;
    }
    return &authentication;
}

#else

const wayside_authentication *message_key(void) { return NULL; }

#endif
