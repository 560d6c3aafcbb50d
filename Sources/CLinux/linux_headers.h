// Kernel and C library headers that Swift's Glibc module leaves out.
#include <malloc.h>
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

// Sockets of netlink.
#include <linux/netlink.h>

// Questions to the drivers of network interfaces.
#include <linux/ethtool.h>
#include <linux/sockios.h>

// Commands to disks.
#include <linux/ioctl.h>
#include <linux/nvme_ioctl.h>
#include <scsi/sg.h>

// A macro of a shape that Swift does not import.
static const unsigned long wayside_nvme_ioctl_admin_cmd = NVME_IOCTL_ADMIN_CMD;
