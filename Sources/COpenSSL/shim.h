// OpenSSL, and as functions what it has as macros, which Swift does not see.
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

static inline long wayside_set_minimum_version(SSL_CTX *context, long version) {
    return SSL_CTX_set_min_proto_version(context, version);
}

// Frees a connection's 34 kB of buffers while it is idle.
static inline void wayside_release_buffers(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

static inline long wayside_set_server_name(SSL *session, const char *name) {
    return SSL_set_tlsext_host_name(session, name);
}

// An empty memory BIO says "try again" rather than "end of file".
static inline void wayside_set_empty_means_retry(BIO *bio) {
    BIO_set_mem_eof_return(bio, -1);
}

static inline size_t wayside_pending(BIO *bio) {
    return BIO_ctrl_pending(bio);
}

// Refuses keys behind a passphrase: OpenSSL would ask for it on the terminal.
static inline int wayside_no_passphrase(char *buffer, int size, int for_writing, void *argument) {
    return 0;
}

static inline void wayside_refuse_passphrases(SSL_CTX *context) {
    SSL_CTX_set_default_passwd_cb(context, wayside_no_passphrase);
}

// Chooses http/1.1 where the client offers it, and no protocol where it does not.
static inline int wayside_select_http11(SSL *session, const unsigned char **chosen, unsigned char *chosen_length,
                                        const unsigned char *offered, unsigned int offered_length, void *argument) {
    static const unsigned char http11[] = "\x08http/1.1";
    unsigned char *found = 0;
    int result = SSL_select_next_proto(&found, chosen_length, http11, sizeof(http11) - 1, offered, offered_length);
    if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

static inline void wayside_accept_http11(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, wayside_select_http11, 0);
}

// The subject alternative names of a certificate, NULL where it has none; freed by wayside_free_names.
static inline GENERAL_NAMES *wayside_alternative_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, 0, 0);
}

static inline int wayside_name_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

static inline GENERAL_NAME *wayside_name_at(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}

static inline void wayside_free_names(GENERAL_NAMES *names) {
    GENERAL_NAMES_free(names);
}

// The reason of an error as libssl numbers it: alerts of the peer begin at SSL_AD_REASON_OFFSET (1000).
static inline int wayside_error_reason(unsigned long code) {
    return ERR_GET_REASON(code);
}

// Has sessions told to a callback and kept by nobody else.
static inline void wayside_cache_client_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}
