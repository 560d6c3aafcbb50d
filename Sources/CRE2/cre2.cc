#include "cre2.h"

#include <re2/re2.h>

#include <new>
#include <string>
#include <vector>

struct cre2_pattern {
    RE2 expression;
    cre2_pattern(const re2::StringPiece &text, const RE2::Options &options) : expression(text, options) {}
};

cre2_pattern *cre2_compile(const char *bytes, size_t length, int64_t memory_limit) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(true);
    options.set_max_mem(memory_limit);
    return new (std::nothrow) cre2_pattern(re2::StringPiece(bytes, length), options);
}

int cre2_error_code(const cre2_pattern *pattern) {
    return static_cast<int>(pattern->expression.error_code());
}

const char *cre2_error_argument(const cre2_pattern *pattern, size_t *length) {
    const std::string &argument = pattern->expression.error_arg();
    *length = argument.size();
    return argument.data();
}

int cre2_matches_fully(const cre2_pattern *pattern, const char *bytes, size_t length) {
    re2::StringPiece text(bytes, length);
    return pattern->expression.Match(text, 0, length, RE2::ANCHOR_BOTH, nullptr, 0) ? 1 : 0;
}

int cre2_group_count(const cre2_pattern *pattern) {
    return pattern->expression.NumberOfCapturingGroups();
}

int cre2_group_number(const cre2_pattern *pattern, const char *name, size_t length) {
    const auto &groups = pattern->expression.NamedCapturingGroups();
    const auto found = groups.find(std::string(name, length));
    return found == groups.end() ? -1 : found->second;
}

int cre2_match_groups(
    const cre2_pattern *pattern, const char *bytes, size_t length, ptrdiff_t *offsets, int group_count) {
    re2::StringPiece text(bytes, length);
    std::vector<re2::StringPiece> groups(static_cast<size_t>(group_count));
    if (!pattern->expression.Match(text, 0, length, RE2::ANCHOR_BOTH, groups.data(), group_count)) return 0;
    for (int index = 0; index < group_count; index += 1) {
        const re2::StringPiece &group = groups[static_cast<size_t>(index)];
        const bool is_absent = group.data() == nullptr;
        offsets[2 * index] = is_absent ? -1 : group.data() - text.data();
        offsets[2 * index + 1] = is_absent ? -1 : group.data() - text.data() + static_cast<ptrdiff_t>(group.size());
    }
    return 1;
}

void cre2_free(cre2_pattern *pattern) {
    delete pattern;
}
