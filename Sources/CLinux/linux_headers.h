// Kernel and C library headers that Swift's Glibc module leaves out.
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/statfs.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/types.h>

// Declared by <pthread.h> under _GNU_SOURCE only.
int pthread_setname_np(pthread_t thread, const char *name);

// Declared by <dirent.h> under _GNU_SOURCE only.
ssize_t getdents64(int directory, void *buffer, size_t length);

// crypt_rn of libcrypt.
#include <crypt.h>
