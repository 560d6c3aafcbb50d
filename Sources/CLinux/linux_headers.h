// Kernel and C library headers that Swift's Glibc module leaves out.
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/timex.h>

// Declared by <pthread.h> under _GNU_SOURCE only.
int pthread_setname_np(pthread_t thread, const char *name);
