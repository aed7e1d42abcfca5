/* What a machine can do to a program, for tests: disk full, a sync that fails, a clock that steps.
   Preloaded; nothing happens until a process sets the variables below in itself. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { NOTHING, FULL, SYNC_FAILS, SYNC_LIES };
_Atomic int tte_fault = NOTHING; /* FULL: nothing more is written. SYNC_FAILS: what was written is lost; SYNC_LIES: it is not. */
_Atomic int tte_fired = 0;
_Atomic long tte_clock = 0; /* seconds that are added to the time of day */
char tte_files[4096] = "";  /* the faults are of files whose path begins so */

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

static int ours(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size <= 0 || !tte_files[0]) return 0;
  path[size] = 0;
  return strncmp(path, tte_files, strlen(tte_files)) == 0;
}

static int full(int file) {
  if (tte_fault != FULL || !ours(file)) return 0;
  tte_fired++;
  errno = ENOSPC;
  return 1;
}

static int lost(int file) { return tte_fault == SYNC_FAILS && ours(file); }

ssize_t write(int file, const void *content, size_t size) {
  return full(file) ? -1 : lost(file) ? (ssize_t)size : REAL(write)(file, content, size);
}
ssize_t pwrite(int file, const void *content, size_t size, off_t at) {
  return full(file) ? -1 : lost(file) ? (ssize_t)size : REAL(pwrite)(file, content, size, at);
}
ssize_t pwrite64(int file, const void *content, size_t size, off64_t at) {
  return full(file) ? -1 : lost(file) ? (ssize_t)size : REAL(pwrite64)(file, content, size, at);
}
int ftruncate64(int file, off64_t size) {
  struct stat now;
  if (tte_fault == FULL && fstat(file, &now) == 0 && size > now.st_size && full(file)) return -1;
  return REAL(ftruncate64)(file, size);
}
int fallocate64(int file, int mode, off64_t at, off64_t size) {
  return full(file) ? -1 : REAL(fallocate64)(file, mode, at, size);
}

static int synced(int file, int (*real)(int)) {
  if ((tte_fault != SYNC_FAILS && tte_fault != SYNC_LIES) || !ours(file)) return real(file);
  tte_fired++;
  if (tte_fault == SYNC_LIES) real(file);
  errno = EIO;
  return -1;
}
int fsync(int file) { return synced(file, REAL(fsync)); }
int fdatasync(int file) { return synced(file, REAL(fdatasync)); }

int clock_gettime(clockid_t which, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = REAL(clock_gettime);
  int answer = real(which, now);
  if (answer == 0 && which == CLOCK_REALTIME) now->tv_sec += tte_clock;
  return answer;
}
