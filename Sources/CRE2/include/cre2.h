#ifndef WAYSIDE_CRE2_H
#define WAYSIDE_CRE2_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A compiled pattern. Matching is thread safe; freeing is not. */
typedef struct cre2_pattern cre2_pattern;

/* Compiles `length` bytes of UTF-8 with Prometheus's options (a dot matches line feeds, case matters, nothing is
   logged). `memory_limit` bounds the compiled program and its caches in bytes. Never null except when out of memory;
   the result may be in error, which `cre2_error_code` says. */
cre2_pattern *cre2_compile(const char *bytes, size_t length, int64_t memory_limit);

/* 0 where the pattern compiled, else RE2's error code. */
int cre2_error_code(const cre2_pattern *pattern);

/* The offending part of a pattern in error; valid as long as the pattern, not terminated by a zero. */
const char *cre2_error_argument(const cre2_pattern *pattern, size_t *length);

/* Whether the pattern, anchored at both ends, matches the bytes. */
int cre2_matches_fully(const cre2_pattern *pattern, const char *bytes, size_t length);

/* How many capturing groups the pattern has. */
int cre2_group_count(const cre2_pattern *pattern);

/* The number of the named group, or -1. */
int cre2_group_number(const cre2_pattern *pattern, const char *name, size_t length);

/* Matches anchored at both ends and fills `offsets` with start and end of groups 0..<group_count, -1 for a group that
   took no part. Returns 0 where there is no match. */
int cre2_match_groups(
    const cre2_pattern *pattern, const char *bytes, size_t length, ptrdiff_t *offsets, int group_count);

void cre2_free(cre2_pattern *pattern);

#ifdef __cplusplus
}
#endif

#endif
